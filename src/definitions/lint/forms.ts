import type { Form, Text } from '../../form/form.ts'
import type { FieldDraft } from '../form/field.ts'
import type { SectionDraft, VariantDraft } from '../form/checks.ts'
import type { Place } from '../frame.ts'
import type { Report } from '../problems.ts'
import type { Known } from '../refs.ts'
import { isObject } from '../allowed.ts'
import { child } from '../values.ts'

/** One topic a page: above this many things to fill in people lose their way (A23). */
export const FIELDS_MAX = 7

/** Asked again on purpose, or never filled in from what is known. */
const UNIQUE_EXCEPT: ReadonlySet<string> = new Set(['off', 'new-password', 'one-time-code'])
/** Facts of an account that a form may well ask anew: they are changed by it. */
const FIXED_FACTS: ReadonlySet<string> = new Set(['id', 'login', 'code', 'facilityId'])

type Asked = {
  readonly form: Form
  readonly at: Place
  readonly variants: ReadonlyMap<string, VariantDraft>
  readonly facts: ReadonlyMap<string, Known>
}

/** A whole form in each of its variants: names that cannot be told apart, things asked twice, too much at once. */
export function lintForm({ form, at, variants, facts }: Asked, report: Report): void {
  const kept = keptIn(facts)
  let most = 0
  for (const variant of variants.values()) {
    const drafts = variant.sections.flatMap((section) => section.fields)
    const asked = drafts.filter(isAsked)
    most = Math.max(most, ...pagesOf(variant).map((fields) => fields.filter(isAsked).length))
    lintSections(variant.sections, report)
    lintTokens(asked, report)
    if (form.access === 'account')
      for (const { field, at: own } of asked)
        if (kept.has(field.id) && field.from === undefined && field.type !== 'facility-type')
          report('a11y.known-already', own, { name: field.label.ja, id: field.id })
  }
  if (most > FIELDS_MAX) report('a11y.many-fields', at, { count: most, max: FIELDS_MAX })
}

/** The fields of each page: all of them, or those of each screen. */
function pagesOf({ sections }: VariantDraft): readonly (readonly FieldDraft[])[] {
  const pages = new Map<string, FieldDraft[]>()
  for (const { section, fields } of sections) {
    const key = section.screen ?? ''
    pages.set(key, [...(pages.get(key) ?? []), ...fields])
  }
  return [...pages.values()]
}

function isAsked({ field, type }: FieldDraft): boolean {
  return type.isInput && type.pair?.(field) === undefined
}

function keptIn(facts: ReadonlyMap<string, Known>): ReadonlySet<string> {
  const properties = facts.get('account')?.schema.properties
  const names = isObject(properties) ? Object.keys(properties) : []
  return new Set(names.filter((name) => !FIXED_FACTS.has(name)))
}

/** Fields under one heading need names of their own, unless never shown together; headings too. */
function lintSections(sections: readonly SectionDraft[], report: Report): void {
  const titles = new Set<string>()
  let group: FieldDraft[] = []
  let screen: string | undefined
  for (const { section, fields, at } of sections) {
    if (section.screen !== screen) group = []
    screen = section.screen
    const title = section.title?.ja
    if (title !== undefined) {
      group = []
      const isAlone = section.when === undefined
      if (isAlone && titles.has(title)) report('a11y.section-same', at, { name: title })
      if (isAlone) titles.add(title)
    }
    for (const draft of fields.filter(isAsked)) {
      const other = group.find(({ field }) => isSameName(field.label, draft.field.label))
      if (other && isTogether(other, draft))
        report('a11y.label-repeated', labelAt(draft), {
          name: draft.field.label.ja,
          other: other.field.id,
        })
      group.push(draft)
    }
  }
}

function isSameName(one: Text, other: Text): boolean {
  return one.ja !== '' && one.ja.trim() === other.ja.trim()
}

function isTogether(one: FieldDraft, other: FieldDraft): boolean {
  const [first, second] = [one.field.when, other.field.when]
  if (!first || !second) return !first && !second
  return JSON.stringify(first) === JSON.stringify(second)
}

function labelAt(draft: FieldDraft): Place {
  return child(draft.node, 'label')?.at ?? draft.at
}

/** The same personal thing twice in one form: the second answer is known already (3.3.7). */
function lintTokens(asked: readonly FieldDraft[], report: Report): void {
  const seen = new Map<string, FieldDraft>()
  for (const draft of asked) {
    const { autocomplete, from, when } = draft.field
    if (autocomplete === undefined || UNIQUE_EXCEPT.has(autocomplete)) continue
    const other = seen.get(autocomplete)
    if (other && from === undefined && (!when || !other.field.when))
      report('a11y.asked-twice', child(draft.node, 'autocomplete')?.at ?? draft.at, {
        name: draft.field.label.ja,
        other: other.field.label.ja,
        token: autocomplete,
      })
    else seen.set(autocomplete, draft)
  }
}
