import type { ConfirmLine, Section, Text } from '../../form/form.ts'
import { checkTest } from '../check-use.ts'
import type { FieldDraft } from './field.ts'
import type { Place } from '../frame.ts'
import type { Report } from '../problems.ts'
import { refineKnown } from '../proofs/proofs.ts'
import {
  findRef,
  refsIn,
  reportUnknown,
  UNREAD,
  type Found,
  type Known,
  type RefUse,
} from '../refs.ts'
import { child, compileText, itemsOf, stringOf, suggest, type TextScope } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

export type SectionDraft = {
  readonly section: Section
  readonly at: Place
  readonly uses: readonly RefUse[]
  readonly fields: readonly FieldDraft[]
}

/** One complete form for one choice, before it is frozen. */
export type VariantDraft = {
  readonly sections: readonly SectionDraft[]
  /** Where the choice is defined; undefined for the variant without a choice. */
  readonly ownAt: Place | undefined
  /** The choice's own confirmation lines. */
  readonly confirm?: Node | undefined
}

/** How one use fares in one variant. */
type Verdict = { readonly found: Found; readonly isLater: boolean; readonly isCycle: boolean }

/** Judges every ref of every field in each variant it appears in: fields are evaluated in page order. */
export function checkVariants(
  variants: ReadonlyMap<string, VariantDraft>,
  facts: ReadonlyMap<string, Known>,
  report: Report,
): void {
  const verdicts = new Map<RefUse, { reader: string; all: Verdict[] }>()
  const offered = new Set<string>(refsIn(facts))
  // What a type brings is missing before one is chosen; only the complete variants judge.
  const judged = [...variants.values()].filter(({ ownAt }) => variants.size === 1 || ownAt)
  for (const variant of judged) {
    const names = new Map(facts)
    const drafts = variant.sections.flatMap((section) => section.fields)
    const note = (use: RefUse, reader: string, self?: FieldDraft, known = names) => {
      const entry = verdicts.get(use) ?? { reader, all: [] }
      verdicts.set(use, entry)
      entry.all.push(judge(use, known, drafts, self))
    }
    for (const section of variant.sections) {
      for (const use of section.uses) note(use, section.section.id)
      for (const draft of section.fields) {
        checkPairs(draft, names, drafts, report)
        for (const use of draft.uses) note(use, draft.field.id, draft)
        noteRows(draft, names, (inner, known) => {
          for (const use of inner.uses) note(use, inner.field.id, inner, known)
        })
        const known = refineKnown(draft, names)
        names.set(draft.field.id, known)
        for (const ref of refsIn(new Map([[draft.field.id, known]]))) offered.add(ref)
      }
    }
  }
  for (const [use, { reader, all }] of verdicts) concludeUse(use, reader, all, offered, report)
}

/** Refs that may read nothing but facts. */
export function checkFactUses(
  uses: readonly RefUse[],
  facts: ReadonlyMap<string, Known>,
  report: Report,
): void {
  const offered = new Set(refsIn(facts))
  for (const use of uses) concludeUse(use, '', [judge(use, facts, [], undefined)], offered, report)
}

/** In a row the fields before are known beside those of the form before the rows. */
function noteRows(
  { inner }: FieldDraft,
  names: ReadonlyMap<string, Known>,
  note: (inner: FieldDraft, known: Map<string, Known>) => void,
): void {
  if (inner.length === 0) return
  const known = new Map(names)
  for (const draft of inner) {
    note(draft, known)
    known.set(draft.field.id, draft.known)
  }
}

function judge(
  use: RefUse,
  names: ReadonlyMap<string, Known>,
  drafts: readonly FieldDraft[],
  self: FieldDraft | undefined,
): Verdict {
  const first = use.ref.split('.')[0] ?? ''
  const isOwn = use.how === 'own' && self?.field.id === first
  const known = isOwn && self ? new Map([[first, self.known]]) : names
  const found = findRef(use.ref, known, use.takes)
  const target = drafts.find((draft) => draft.field.id === first)
  const isLater = !found && target !== undefined
  return { found, isLater, isCycle: isLater && self !== undefined && reaches(target, self, drafts) }
}

/** Whether a field's value depends, through any number of others, on another field. */
function reaches(
  from: FieldDraft,
  to: FieldDraft,
  drafts: readonly FieldDraft[],
  seen = new Set<FieldDraft>(),
): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  const names = new Set(
    from.uses.filter((use) => use.how !== 'own').map((use) => use.ref.split('.')[0]),
  )
  return drafts.some((draft) => names.has(draft.field.id) && reaches(draft, to, drafts, seen))
}

function concludeUse(
  use: RefUse,
  reader: string,
  verdicts: readonly Verdict[],
  offered: ReadonlySet<string>,
  report: Report,
): void {
  const good = verdicts.flatMap(({ found }) => (found && 'known' in found ? [found.known] : []))
  const [known] = good
  if (known) {
    if (good.some((one) => isHidden(one, use)))
      return report('ref.secret', use.at, { name: use.ref })
    return checkTest(use, known, report)
  }
  const later = verdicts.find((verdict) => verdict.isLater)
  const name = use.ref.split('.')[0] ?? ''
  if (later?.isCycle) return report('ref.cycle', use.at, { name, field: reader })
  if (later) return report('ref.later', use.at, { name, field: reader })
  reportUnknown(use, verdicts.find((verdict) => verdict.found)?.found, offered, report)
}

/**
 * What only the server knows is read by nobody else; and of what is typed masked or kept sealed no other value is made that would
 * show it. Conditions may ask for it.
 */
function isHidden(known: Known, { how, test }: RefUse): boolean | undefined {
  if (how === 'secret') return false
  if (known.isSecret) return true
  return test === undefined && (how === 'ask' ? known.isMasked : known.isPrivate)
}

/** Options that name a field (`of`, `at`): it must come before, since the page shows it before. */
function checkPairs(
  draft: FieldDraft,
  names: ReadonlyMap<string, Known>,
  drafts: readonly FieldDraft[],
  report: Report,
): void {
  const ids = drafts.map((one) => one.field.id)
  for (const { id, at, isTarget } of draft.pairs) {
    if (isTarget) {
      checkTarget(id, at, drafts, report)
      continue
    }
    if (names.has(id) ? ids.includes(id) : names.has(UNREAD)) continue
    if (ids.includes(id)) report('ref.later', at, { name: id, field: draft.field.id })
    else report('ref.unknown', at, { kind: '項目', kindEn: 'field', ...suggest(id, ids) })
  }
}

/** A button fills what people fill in openly: not what is worked out, nor secrets, nor rows. */
function checkTarget(id: string, at: Place, drafts: readonly FieldDraft[], report: Report): void {
  const open = drafts.filter(
    ({ type }) => type.isInput && !type.isSecret && !type.rows && !type.pair && !type.asked,
  )
  const ids = open.map(({ field }) => field.id)
  if (!ids.includes(id))
    report('ref.unknown', at, {
      kind: '入力する項目',
      kindEn: 'field to fill',
      ...suggest(id, ids),
    })
}

/** The confirmation lines of each variant. A line stands where its value exists; one that exists nowhere is a problem. */
export function checkConfirm(
  variants: ReadonlyMap<string, VariantDraft>,
  show: readonly Node[],
  scope: TextScope,
): Map<string, ConfirmLine[]> {
  const out = new Map<string, ConfirmLine[]>()
  const met = new Map<Node, boolean>()
  const offered = new Set<string>()
  for (const [choice, variant] of variants) {
    const drafts = variant.sections.flatMap((section) => section.fields)
    const names = new Map(drafts.map((draft) => [draft.field.id, draft.known]))
    for (const ref of refsIn(names)) offered.add(ref)
    const lines = show.flatMap((line) =>
      stringOf(line) === 'place' ? itemsOf(variant.confirm) : [line],
    )
    out.set(
      choice,
      lines.flatMap((line) => {
        const confirm = confirmLine(line, drafts, names, scope)
        met.set(line, (met.get(line) ?? false) || confirm !== undefined)
        return confirm ?? []
      }),
    )
  }
  for (const [line, isMet] of met) {
    const { ref, at } = lineRef(line)
    if (!isMet && ref !== '')
      reportUnknown({ ref, at, how: 'read' }, undefined, offered, scope.report)
  }
  return out
}

function lineRef(line: Node): { ref: string; at: Place } {
  const node = child(line, 'ref') ?? line
  return { ref: stringOf(node) ?? '', at: node.at }
}

function confirmLine(
  line: Node,
  drafts: readonly FieldDraft[],
  names: ReadonlyMap<string, Known>,
  scope: TextScope,
): ConfirmLine | undefined {
  const { ref, at } = lineRef(line)
  const found = findRef(ref, names)
  if (!found || !('known' in found)) return undefined
  const { known } = found
  const own = child(line, 'label')
  const label = own ? compileText(own, 'label', scope) : labelOfRef(ref, drafts)
  if (known.isSecret || known.isPrivate || known.isTransient)
    scope.report('ref.secret', at, { name: ref })
  else if (!label && !names.has(UNREAD)) scope.report('confirm.no-label', at, { name: ref })
  return { ref, label: label ?? { ja: '' } }
}

/** A field's own label; for a property of a lookup, the label under which the form shows it. */
function labelOfRef(ref: string, drafts: readonly FieldDraft[]): Text | undefined {
  const [id, property] = ref.split('.')
  const field = drafts.find((draft) => draft.field.id === id)?.field
  if (!field || property === undefined) return field?.label
  const shown = field.options.show
  if (!Array.isArray(shown)) return undefined
  const lines = shown as unknown as readonly { readonly property: string; readonly label: Text }[]
  return lines.find((line) => line.property === property)?.label
}
