import type {
  Condition,
  ConfirmLine,
  Expression,
  Field,
  Form,
  Ref,
  Section,
  Variant,
} from '../../form/form.ts'
import {
  checkConfirm,
  checkFactUses,
  checkVariants,
  type SectionDraft,
  type VariantDraft,
} from './checks.ts'
import { compileExpression } from '../expressions.ts'
import { checkPrevious, classFacts, compileClass, compileRequires } from './class.ts'
import { checkDuplicates } from './names.ts'
import { compileField, unreadField, type FieldDraft, type FieldScope } from './field.ts'
import type { Parsed } from '../files.ts'
import type { Place } from '../frame.ts'
import { packFields, PART_KEY } from '../inputs.ts'
import { lintForm } from '../lint/forms.ts'
import { proveForm } from '../proofs/proofs.ts'
import { compileCondition, RESERVED_IDS, type Known, type RefUse } from '../refs.ts'
import { fieldShape } from './field-shapes.ts'
import { compileConfirm, compileScreens, screensOf, type ScreenDraft } from './screens.ts'
import { checkShape, type ShapeCheck } from '../shape.ts'
import {
  compileDuration,
  asMap,
  child,
  compact,
  compileLink,
  compileNotes,
  compileText,
  isTrue,
  itemsOf,
  optionalText,
  stringOf,
  suggest,
} from '../values.ts'
import type { MapNode, Node } from '../yaml/yaml.ts'

export type FormScope = FieldScope & {
  readonly shapes: ShapeCheck
  readonly pack: (name: string) => Parsed | undefined
  readonly packNames: () => readonly string[]
  /** The portal's facility types by id, in their order. */
  readonly types: ReadonlyMap<string, Parsed>
  /** Facts a form may read, by whether one must be logged in. */
  readonly facts: (access: Form['access']) => ReadonlyMap<string, Known>
  /** How forms of the portal look that do not say it themselves. */
  readonly style: Form['style']
}

/** A compiled form with what workflows and other files are held against. */
export type FormDraft = {
  readonly form: Form
  readonly parsed: Parsed
  readonly variants: ReadonlyMap<string, VariantDraft>
  /** Ids of base fields, which overlays may change. */
  readonly baseIds: ReadonlySet<string>
}

type PlaceMark = {
  readonly place: Ref
  readonly at: Place
  readonly screen: ScreenDraft | undefined
}

/** Compiles one form into all its variants (packs expanded, places filled, overlays applied). */
export function compileForm(parsed: Parsed, scope: FormScope): FormDraft {
  const { root } = parsed
  const access = stringOf(child(root, 'access')) === 'account' ? 'account' : 'visitor'
  const screens = screensOf(root, scope)
  const parts = screens
    ? screens.flatMap((screen) =>
        compileSections(child(screen.node, 'sections'), '', scope, screen),
      )
    : compileSections(child(root, 'sections'), '', scope)
  const place = findPlace(root, parts, scope)
  const mark = parts.find((part) => !isSection(part))
  const base = parts.filter((part) => isSection(part) || part === mark)
  const variants = new Map<string, VariantDraft>()
  variants.set('', { sections: base.filter(isSection), ownAt: undefined })
  if (place !== undefined)
    for (const [id, type] of scope.types) variants.set(id, fillPlace(base, id, type, scope))
  for (const [choice, variant] of variants) checkDuplicates(variant, choice, scope)
  const facts = classFacts(root, scope.facts(access))
  checkFactNames(variants, facts, scope)
  checkVariants(variants, facts, scope.report)
  checkPrevious([...variants.values()].flatMap(draftsOf), scope)
  // Proofs mean something only when every name is there and of the right kind.
  if (scope.isSound(root.at)) proveForm(variants, facts, place, scope)
  const baseFields = base.filter(isSection).flatMap((section) => section.fields)
  const back = child(root, 'back')
  const form = {
    id: `${scope.portal}/${parsed.name}`,
    portal: scope.portal,
    path: stringOf(child(root, 'path')) ?? '',
    title: compileText(child(root, 'title'), 'title', scope),
    heading: compileHeading(child(root, 'heading'), facts, scope),
    lead: compileNotes(child(root, 'lead'), scope),
    access,
    workflow: stringOf(child(root, 'workflow')),
    builtin: stringOf(child(root, 'builtin')) === 'login' ? 'login' : undefined,
    requires: compileRequires(root, facts, scope),
    class: compileClass(root, scope),
    submit: compileText(child(root, 'submit'), 'submit', scope),
    languages: scope.languages,
    place,
    fields: fieldsOf(variants),
    variants: compileVariants(variants, child(child(root, 'confirm'), 'show'), scope),
    confirm: compileConfirm(child(root, 'confirm'), scope),
    after: compileNotes(child(root, 'after'), scope),
    style: styleOf(child(root, 'style'), stringOf(child(root, 'builtin')), scope),
    reset: isTrue(child(root, 'reset')) || undefined,
    drafts: compileDrafts(child(root, 'drafts'), access, scope),
    back: back && compileLink(back, scope),
    screens: screens && compileScreens(screens, parts.filter(isSection), scope),
  } satisfies Form
  const title = child(root, 'title')
  lintForm({ form, at: (title ?? root).at, variants, facts }, scope.report)
  return {
    form: compact(form),
    parsed,
    variants,
    baseIds: new Set(baseFields.map((draft) => draft.field.id)),
  }
}

/** A login asks for two things: it never has a panel beside it. */
function styleOf(
  node: Node | undefined,
  builtin: string | undefined,
  { style }: FormScope,
): Form['style'] {
  const own = stringOf(node) ?? style
  if (own === 'table') return own
  return own === 'panel' && builtin === undefined ? own : undefined
}

const DRAFTS_KEPT = '30 days'

/** Only a member comes back as the same person. */
function compileDrafts(
  node: Node | undefined,
  access: Form['access'],
  { report }: FormScope,
): Form['drafts'] {
  const text = isTrue(node) ? DRAFTS_KEPT : stringOf(node)
  if (!node || text === undefined) return undefined
  if (access !== 'account') report('form.drafts-access', node.at)
  const keepMs = compileDuration(text, node.at, report)
  return keepMs === undefined ? undefined : { keepMs }
}

/** An answer would hide the fact of its name from everything that reads it. */
function checkFactNames(
  variants: ReadonlyMap<string, VariantDraft>,
  facts: ReadonlyMap<string, Known>,
  { report }: FormScope,
): void {
  for (const draft of new Set([...variants.values()].flatMap(draftsOf)))
    if (facts.has(draft.field.id) && !RESERVED_IDS.has(draft.field.id))
      report('name.reserved', draft.at, { name: draft.field.id })
}

/** Made of facts only: the page has a heading before anything is typed. */
function compileHeading(
  node: Node | undefined,
  facts: ReadonlyMap<string, Known>,
  scope: FormScope,
): Expression | undefined {
  if (!node) return undefined
  const uses: RefUse[] = []
  const heading = compileExpression(node, uses, 'read', scope)
  checkFactUses(uses, facts, scope.report)
  return heading
}

function fieldsOf(variants: ReadonlyMap<string, VariantDraft>): { [uid: string]: Field } {
  const drafts = [...variants.values()].flatMap((variant) => draftsOf(variant))
  return Object.fromEntries(drafts.map(({ field }) => [field.uid, field]))
}

export function draftsOf(variant: VariantDraft): readonly FieldDraft[] {
  return variant.sections.flatMap((section) => section.fields)
}

function isSection(part: SectionDraft | PlaceMark): part is SectionDraft {
  return 'section' in part
}

/** The value that chooses the variant: the place of a section, or a fact named by the whole form. */
function findPlace(
  root: MapNode,
  base: readonly (SectionDraft | PlaceMark)[],
  scope: FormScope,
): Ref | undefined {
  const [mark, second] = base.filter((part): part is PlaceMark => !isSection(part))
  const own = child(root, 'place')
  const ownRef = stringOf(own)
  if (second) scope.report('form.second-place', second.at)
  if (mark && own) scope.report('form.second-place', own.at)
  if (!mark && ownRef === undefined) return undefined
  const at = mark?.at ?? own?.at ?? root.at
  if (scope.types.size === 0) scope.report('form.no-types', at)
  if (!mark) {
    if (own && ownRef !== 'account.facilityType') scope.report('form.place-facts', own.at)
    return ownRef
  }
  const before = base.slice(0, base.indexOf(mark)).filter(isSection)
  const ids = before.flatMap((section) => section.fields.map((draft) => draft.field.id))
  if (!ids.includes(mark.place))
    scope.report('ref.unknown', mark.at, {
      kind: '項目',
      kindEn: 'field',
      ...suggest(mark.place, ids),
    })
  return mark.place
}

function fillPlace(
  base: readonly (SectionDraft | PlaceMark)[],
  type: string,
  file: Parsed,
  scope: FormScope,
): VariantDraft {
  const overlaid = overlayFields(base, type, file, scope)
  const sections = base.flatMap((part) => {
    if (!isSection(part)) {
      const own = child(file.root, 'sections')
      return compileSections(own, `${type}.`, scope, part.screen).filter(isSection)
    }
    const fields = part.fields.map((draft) => overlaid.get(draft.field.id) ?? draft)
    return [
      {
        ...part,
        fields,
        section: { ...part.section, fields: fields.map((draft) => draft.field.uid) },
      },
    ]
  })
  return { sections, ownAt: file.root.at, confirm: child(file.root, 'confirm') }
}

/** Fields that a facility type changes: its keys replace those of the base field. */
function overlayFields(
  base: readonly (SectionDraft | PlaceMark)[],
  type: string,
  file: Parsed,
  scope: FormScope,
): ReadonlyMap<string, FieldDraft> {
  const out = new Map<string, FieldDraft>()
  const drafts = base.filter(isSection).flatMap((section) => section.fields)
  for (const item of itemsOf(child(file.root, 'overlay'))) {
    const id = stringOf(child(item, 'id'))
    const under = drafts.find((draft) => draft.field.id === id)
    if (item.kind !== 'map' || !under) continue
    checkShape(item, fieldShape(under.type, true), 'overlay', scope.shapes)
    const merged: MapNode = {
      ...item,
      entries: new Map([...under.node.entries, ...item.entries, ['type', typeEntry(under)]]),
    }
    const draft = compileField(merged, `${type}.${under.field.id}`, scope)
    if (draft) out.set(under.field.id, draft)
  }
  return out
}

/** An overlay changes how a field asks, never what kind of value it holds. */
function typeEntry(under: FieldDraft) {
  const entry = under.node.entries.get('type')
  return entry ?? { key: 'type', at: under.at, value: under.node }
}

function compileSections(
  node: Node | undefined,
  prefix: string,
  scope: FormScope,
  screen?: ScreenDraft,
): (SectionDraft | PlaceMark)[] {
  return itemsOf(node).flatMap((item): (SectionDraft | PlaceMark)[] => {
    const place = child(item, 'place')
    const ref = stringOf(place)
    if (place) {
      if (prefix !== '') scope.report('form.second-place', place.at)
      return ref === undefined || prefix !== '' ? [] : [{ place: ref, at: place.at, screen }]
    }
    const fields = expandFields(itemsOf(child(item, 'fields')), scope, []).flatMap((field) => {
      const draft = compileField(field, `${prefix}${stringOf(child(field, 'id')) ?? ''}`, scope)
      return draft ? [draft] : []
    })
    const uses: RefUse[] = [...(screen?.uses ?? [])]
    const when = child(item, 'when')
    const readOnly = child(item, 'readOnly')
    const inputs = fields.filter(({ type }) => type.isInput)
    if (isTrue(readOnly))
      for (const { field, at } of inputs) scope.report('section.read-only', at, { name: field.id })
    const section = {
      id: stringOf(child(item, 'id')) ?? '',
      title: optionalText(item, 'title', scope),
      notes: compileNotes(child(item, 'notes'), scope),
      when: both(
        screen?.when,
        when && compileCondition(when, uses, 'read', scope.report, { role: 'when' }),
      ),
      readOnly: isTrue(readOnly) || undefined,
      screen: screen?.id,
      fields: fields.map((draft) => draft.field.uid),
    } satisfies Section
    return [{ section: compact(section), at: child(item, 'id')?.at ?? item.at, uses, fields }]
  })
}

function both(one: Condition | undefined, other: Condition | undefined): Condition | undefined {
  return one && other ? { all: [one, other] } : (one ?? other)
}

/** The fields of a list, with `use:` replaced by the fields of the pack. */
function expandFields(
  items: readonly Node[],
  scope: FormScope,
  within: readonly string[],
): MapNode[] {
  return items.flatMap((item) => {
    const part = child(item, PART_KEY)
    if (part) {
      scope.report('pack.part-outside', part.at)
      return [unreadField(part.at)]
    }
    const use = child(item, 'use')
    const name = stringOf(use)
    if (!use || name === undefined) return asMap(item) ?? []
    if (within.includes(name)) {
      scope.report('pack.cycle', use.at, { name })
      return [unreadField(use.at)]
    }
    const pack = scope.pack(name)
    const fields = pack && item.kind === 'map' && packFields(item, pack, scope)
    if (fields) return expandFields(fields, scope, [...within, name])
    if (pack) return [unreadField(use.at)]
    scope.report('ref.unknown', use.at, {
      kind: '部品',
      kindEn: 'pack',
      ...suggest(name, scope.packNames()),
    })
    return [unreadField(use.at)]
  })
}

function compileVariants(
  variants: ReadonlyMap<string, VariantDraft>,
  show: Node | undefined,
  scope: FormScope,
): { [choice: string]: Variant } {
  const lines = checkConfirm(variants, itemsOf(show), scope)
  return Object.fromEntries(
    [...variants].map(([choice, variant]) => [
      choice,
      {
        sections: variant.sections.map((part) => part.section),
        confirm: lines.get(choice) ?? ([] as ConfirmLine[]),
      },
    ]),
  )
}
