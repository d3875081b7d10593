import type { Place } from '../frame.ts'
import type { Report } from '../problems.ts'
import { UNREAD } from '../refs.ts'
import type { VariantDraft } from './checks.ts'

/** In one variant no two sections and no two fields have the same name. */
export function checkDuplicates(
  variant: VariantDraft,
  choice: string,
  scope: { readonly report: Report },
): void {
  const fields = new Map<string, Place>()
  const sections = new Map<string, Place>()
  for (const part of variant.sections) {
    const own = isIn(part.at, variant)
    noteName(part.section.id, part.at, own, sections, ['まとまり', 'section'], scope)
    for (const { field, at } of part.fields) {
      const isOwn = choice !== '' && field.uid.startsWith(`${choice}.`)
      if (field.id !== UNREAD) noteName(field.id, at, isOwn, fields, ['項目', 'field'], scope)
    }
  }
}

function isIn(at: Place, { ownAt }: VariantDraft): boolean {
  return at.source === ownAt?.source
}

/** Of two equal names the facility type's own is the one to change, else the later. */
function noteName(
  name: string,
  at: Place,
  isOwn: boolean,
  known: Map<string, Place>,
  [kind, kindEn]: readonly [string, string],
  scope: { readonly report: Report },
): void {
  const other = known.get(name)
  known.set(name, at)
  if (!other) return
  const [wrong, right] = isOwn || at.source === other.source ? [at, other] : [other, at]
  const where = right.source.file
  scope.report('name.duplicate', wrong, { name, kind, kindEn, where })
}
