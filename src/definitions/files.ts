import type { FieldType } from '../form/fields/field-type.ts'
import type { EffectFunction, LookupFunction } from '../plugins/contract.ts'
import { acceptedIn, type Accepted } from './advice.ts'
import type { Source } from './frame.ts'
import { checkInputs, PART_KEY } from './inputs.ts'
import { lintPiece } from './lint/index.ts'
import { nearest } from './nearest.ts'
import type { Report } from './problems.ts'
import { readYaml } from './yaml/plain.ts'
import { fieldShape, partShape, useShape } from './form/field-shapes.ts'
import { fileShapes, type FileKind } from './schema.ts'
import { pieces } from './pieces.ts'
import type { Shape } from './shapes.ts'
import { checkShape, type ShapeCheck } from './shape.ts'
import { child, stringOf, suggest } from './values.ts'
import type { MapNode, Node } from './yaml/yaml.ts'

/** What the built-ins and the plugins offer to definitions: a value, never a registry. */
export type Kinds = {
  readonly fieldTypes: { readonly [name: string]: FieldType }
  /** By `<plugin>.<function>`. */
  readonly lookups: { readonly [name: string]: LookupFunction }
  /** By the name that steps run them by. */
  readonly effects: { readonly [name: string]: EffectFunction }
}

export type File = {
  readonly path: string
  readonly text: string
  /** Of a document to be downloaded, whose bytes are none of the compiler's business. */
  readonly content?: Content
}
export type Content = { readonly size: number; readonly sha256: string }

/** One YAML file that could be parsed and whose kind is known. */
export type Parsed = {
  readonly source: Source
  readonly root: MapNode
  /** The file's name without its ending. */
  readonly stem: string
  /** The name it gives itself; the stem when it gives none. */
  readonly name: string
}
export type PortalFiles = {
  readonly id: string
  portal?: Parsed
  messages?: Parsed
  readonly types: Map<string, Parsed>
  readonly forms: Map<string, Parsed>
  readonly scenarios: Map<string, Parsed>
  readonly pages: Map<string, Source>
  readonly notices: Map<string, Source>
  readonly faqs: Map<string, Source>
  /** Documents to be downloaded, by name with its ending. */
  readonly documents: Map<string, { readonly source: Source; readonly content: Content }>
}
export type Files = {
  readonly portals: Map<string, PortalFiles>
  readonly packs: Map<string, Parsed>
  readonly tables: Map<string, Parsed>
  /** Tables with `by`. */
  readonly decisions: Map<string, Parsed>
  readonly calendars: Map<string, Parsed>
  readonly workflows: Map<string, Parsed>
  readonly mails: Map<string, Parsed>
  readonly documents: Map<string, Parsed>
  /** `forms/staff.yaml` */
  staff?: Parsed
  /** `layout.mjml`, `layout.txt` */
  readonly layouts: Map<string, Source>
  readonly accepted: Accepted[]
  /** A file could not be read at all: what others say about it cannot be judged. */
  isBroken: boolean
}

const NAME_KEYS: { readonly [kind in FileKind]: string } = {
  portal: 'portal',
  messages: 'messages',
  'facility-type': 'facilityType',
  form: 'form',
  scenario: 'scenario',
  pack: 'pack',
  table: 'table',
  decision: 'table',
  calendar: 'calendar',
  workflow: 'workflow',
  mail: 'mail',
  document: 'document',
  staff: 'roles',
}

/**
 * Files read before, by path: what has not changed since is not parsed again, which is most of the work. Only files in
 * which the parser found nothing wrong are kept, so that what is wrong is told each time.
 */
export type ReadBefore = Map<string, { readonly source: Source; readonly root: Node }>

/** Sorts files by where they lie, parses them and checks their shape. What it reads it adds to `before`. */
export function readFiles(
  files: readonly File[],
  kinds: Kinds,
  report: Report,
  before: ReadBefore = new Map(),
): Files {
  const out: Files = {
    portals: new Map(),
    packs: new Map(),
    tables: new Map(),
    decisions: new Map(),
    calendars: new Map(),
    workflows: new Map(),
    mails: new Map(),
    documents: new Map(),
    layouts: new Map(),
    accepted: [],
    isBroken: false,
  }
  for (const { path, text, content } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const source = sourceOf(path, text, before)
    const [, portal = '', , name = ''] = path.split('/')
    if (content) portalFiles(out, portal).documents.set(name, { source, content })
    else placeFile(source, out, { kinds, report, before })
  }
  const paths = new Set(files.map(({ path }) => path))
  for (const path of before.keys()) if (!paths.has(path)) before.delete(path)
  for (const portal of out.portals.values()) {
    const any = [...portal.forms.values(), ...portal.types.values()][0]?.source
    const source = any ?? [...portal.pages.values()][0]
    if (!out.isBroken && !portal.portal && source)
      report('file.no-portal', { source, offset: 0 }, { name: portal.id })
  }
  return out
}

type Reading = { readonly kinds: Kinds; readonly report: Report; readonly before: ReadBefore }

/** Places point to their source, so an unchanged file keeps the one it had. */
function sourceOf(path: string, text: string, before: ReadBefore): Source {
  const known = before.get(path)?.source
  return known?.text === text ? known : { file: path, text }
}

function parse(source: Source, report: Report, before: ReadBefore): Node | undefined {
  const known = before.get(source.file)
  if (known?.source === source) return known.root
  let isRight = true
  const root = readYaml(source, (...problem) => {
    isRight = false
    report(...problem)
  })
  if (root && isRight) before.set(source.file, { source, root })
  else before.delete(source.file)
  return root
}

function placeFile(source: Source, out: Files, reading: Reading): void {
  const { report, before } = reading
  const parts = source.file.split('/')
  const [top, folder = '', third = '', fourth] = parts
  const read = (kind: FileKind) => {
    const parsed = readFile(source, kind, reading)
    if (!parsed) out.isBroken = true
    else out.accepted.push(...acceptedIn(parsed.root, report))
    return parsed
  }
  const put = (into: Map<string, Parsed>, kind: FileKind) => {
    const parsed = read(kind)
    if (parsed) into.set(parsed.name, parsed)
  }
  if (top === 'workflows' && parts.length === 2 && isYaml(folder))
    return put(out.workflows, 'workflow')
  if (top === 'workflows' && folder === 'mails' && parts.length === 3) {
    if (isYaml(third)) return put(out.mails, 'mail')
    if (/^layout\.(mjml|txt)$/.test(third)) return void out.layouts.set(third, source)
  }
  if (top === 'workflows' && folder === 'documents' && parts.length === 3 && isYaml(third))
    return put(out.documents, 'document')
  if (top === 'forms' && folder === 'shared' && parts.length === 3 && isYaml(third)) {
    const root = parse(source, () => undefined, before)
    const has = (key: string) => child(root, key) !== undefined
    if (has('calendar')) return put(out.calendars, 'calendar')
    if (has('table') && has('by')) return put(out.decisions, 'decision')
    const kind = has('table') || has('rows') ? 'table' : 'pack'
    return put(kind === 'table' ? out.tables : out.packs, kind)
  }
  if (top === 'forms' && parts.length === 2 && folder === 'staff.yaml')
    return void (out.staff = read('staff'))
  if (top === 'forms' && parts.length >= 3) {
    const portal = portalFiles(out, folder)
    const markdown = { pages: portal.pages, notices: portal.notices, faq: portal.faqs }
    if (Object.hasOwn(markdown, third) && parts.length === 4 && fourth?.endsWith('.md'))
      return void markdown[third as keyof typeof markdown].set(fourth.slice(0, -3), source)
    if (third === 'facility-types' && parts.length === 4 && fourth && isYaml(fourth))
      return put(portal.types, 'facility-type')
    if (third === 'scenarios' && parts.length === 4 && fourth && isYaml(fourth))
      return put(portal.scenarios, 'scenario')
    if (parts.length === 3 && third === 'portal.yaml') return void (portal.portal = read('portal'))
    if (parts.length === 3 && third === 'messages.yaml')
      return void (portal.messages = read('messages'))
    if (parts.length === 3 && isYaml(third)) return put(portal.forms, 'form')
  }
  report('file.unexpected', { source, offset: 0 })
}

function portalFiles(out: Files, id: string): PortalFiles {
  const known = out.portals.get(id)
  if (known) return known
  const made = {
    id,
    types: new Map(),
    forms: new Map(),
    scenarios: new Map(),
    pages: new Map(),
    notices: new Map(),
    faqs: new Map(),
    documents: new Map(),
  }
  out.portals.set(id, made)
  return made
}

function isYaml(name: string): boolean {
  return name.endsWith('.yaml')
}

function readFile(
  source: Source,
  kind: FileKind,
  { kinds, report, before }: Reading,
): Parsed | undefined {
  const root = parse(source, report, before)
  if (!root) return undefined
  const key = NAME_KEYS[kind]
  const check = shapeCheck(kinds, report)
  const isPack = kind === 'pack' && root.kind === 'map'
  checkShape(root, fileShapes[kind], key, isPack ? checkInputs(root, check) : check)
  if (root.kind !== 'map') return undefined
  const parts = source.file.split('/')
  const stem = (parts.at(-1) ?? '').replace(/\.yaml$/, '')
  const given = child(root, key)
  const name = stringOf(given)
  const expected = kind === 'portal' ? (parts[1] ?? '') : stem
  if (given && name !== undefined && kind !== 'messages' && name !== expected)
    report('name.file', given.at, {
      key,
      name,
      file: kind === 'portal' ? expected : `${stem}.yaml`,
    })
  return { source, root, stem, name: expected }
}

/** Finds the shapes that depend on what a node says: a field's type decides its options. */
export function shapeCheck(kinds: Kinds, report: Report): ShapeCheck {
  return {
    report,
    visit: (piece, node, key) => lintPiece(piece, node, key, report),
    resolve(name, node): Shape | undefined {
      if (name === 'field') return fieldShapeOf(node, kinds, report)
      if (name === 'overlay')
        return { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] }
      return (pieces as { readonly [name: string]: Shape })[name]
    },
  }
}

function fieldShapeOf(node: Node, kinds: Kinds, report: Report): Shape | undefined {
  if (node.kind !== 'map') return { type: 'object' }
  if (node.entries.has('use')) return useShape
  if (node.entries.has(PART_KEY)) return partShape
  const given = child(node, 'type')
  const name = stringOf(given)
  const type = typeByName(name, kinds)
  if (type) return fieldShape(type, false)
  if (!given)
    report('key.missing', node.at, {
      key: 'type',
      name: 'type',
      near: nearest('type', node.entries.keys()),
    })
  else if (name === undefined) return { properties: { type: { type: 'string' } } }
  else
    report('ref.unknown', given.at, {
      kind: '項目の種類',
      kindEn: 'field type',
      ...suggest(name, Object.keys(kinds.fieldTypes)),
    })
  return undefined
}

export function typeByName(name: string | undefined, kinds: Kinds): FieldType | undefined {
  return name !== undefined && Object.hasOwn(kinds.fieldTypes, name)
    ? kinds.fieldTypes[name]
    : undefined
}
