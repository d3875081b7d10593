import { FACILITY_FACTS } from '../form/facts.ts'
import type { Form, JsonSchema, Locale } from '../form/form.ts'
import type { State } from '../workflow/workflow.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type {
  Definitions,
  FaqCategory,
  Notice,
  Page,
  Portal,
  Problem,
  Staff,
} from './definitions.ts'
import {
  readFiles,
  shapeCheck,
  type File,
  type Files,
  type Kinds,
  type Parsed,
  type PortalFiles,
  type ReadBefore,
} from './files.ts'
import type { Place } from './frame.ts'
import type { ReferenceData } from './expressions.ts'
import { compileDocument, type DocumentDraft } from './document/document.ts'
import { compileForm, type FormDraft, type FormScope } from './form/form.ts'
import { lintProcedure } from './lint/procedure.ts'
import { compileMail, type CompileBody, type MailDraft } from './mail/mail.ts'
import { compileFaq, compileNotice, compilePage, type PageScope } from './portal/page.ts'
import { checkPortalForms } from './portal/checks.ts'
import { checkLists } from './portal/lists.ts'
import { compilePortal, facilityChoices, portalScope, sortTypes } from './portal/portal.ts'
import { collectProblems, type Report } from './problems.ts'
import type { Known } from './refs.ts'
import { compileScenarios, type Scenario } from './scenario/scenario.ts'
import { compileStaff, DEFAULT_STAFF } from './staff.ts'
import { reportUnused } from './unused.ts'
import { child, entriesOf, freezeDeep, itemsOf, stringOf, type TextScope } from './values.ts'
import { checkWorkflow } from './workflow/checks.ts'
import { compileWorkflow, type WorkflowDraft } from './workflow/workflow.ts'
import type { WorkflowScope } from './workflow/scope.ts'

export type Options = {
  /** Language of the problems' words. */
  readonly locale: Locale
  readonly compileBody: CompileBody
  /** Some files are missing, so that what others say about them cannot be judged. */
  readonly isIncomplete?: boolean
  /** Of an earlier call: what has not changed is not parsed again. */
  readonly before?: ReadBefore
}

export type Outcome = {
  /** undefined while there is any problem. */
  readonly definitions?: Definitions
  /** What `madoguchi test` plays; no part of the set that is served. */
  readonly scenarios?: readonly Scenario[]
  readonly problems: readonly Problem[]
  /** What could be better; nothing is stopped by it. */
  readonly warnings: readonly Problem[]
}

/** All that is compiled, and what was named on the way. */
type Work = {
  readonly files: Files
  readonly kinds: Kinds
  readonly report: Report
  readonly isSound: (place: Place) => boolean
  readonly used: Set<string>
  readonly scopes: Map<string, FormScope>
  readonly portals: Map<string, Portal>
  readonly forms: Map<string, FormDraft>
  readonly pages: Map<string, Page>
  readonly notices: Map<string, Notice>
  readonly faqs: Map<string, FaqCategory>
  readonly mails: Map<string, MailDraft>
  readonly documents: Map<string, DocumentDraft>
  readonly workflows: Map<string, WorkflowDraft>
  staff: Staff
}

/** Compiles a set of files to frozen definitions, or says everything that is wrong with them. Needs no disk. */
export async function compile(
  files: readonly File[],
  kinds: Kinds,
  options: Options,
): Promise<Outcome> {
  const problems = collectProblems()
  const work: Work = {
    files: readFiles(files, kinds, problems.report, options.before),
    kinds,
    report: problems.report,
    isSound: (place) => !problems.hasIn(place.source),
    used: new Set(),
    scopes: new Map(),
    portals: new Map(),
    forms: new Map(),
    pages: new Map(),
    notices: new Map(),
    faqs: new Map(),
    mails: new Map(),
    documents: new Map(),
    workflows: new Map(),
    staff: DEFAULT_STAFF,
  }
  const { locale } = options
  const told = () => ({
    problems: problems.finish(locale),
    warnings: problems.warnings(locale, work.files.accepted),
  })
  if (work.files.isBroken || options.isIncomplete) return told()
  await compileMeaning(work, options.compileBody)
  // What is unused shows truly only when everything else is right.
  if (problems.count() === 0) reportUnused(work)
  if (problems.count() === 0) problems.unfollowed(work.files.accepted)
  if (problems.count() > 0) return told()
  const definitions = assemble(work)
  const scenarios = compileScenarios(work.files, definitions, problems.report)
  if (problems.count() > 0) return told()
  return { definitions, scenarios, ...told() }
}

async function compileMeaning(work: Work, compileBody: CompileBody): Promise<void> {
  const { files, report } = work
  if (files.portals.size === 0)
    report('file.no-definitions', { source: { file: 'forms', text: '' }, offset: 0 })
  compilePortals(work)
  for (const [name, parsed] of files.mails)
    work.mails.set(name, await compileMail(parsed, files, nowhere(work), compileBody))
  for (const [name, parsed] of files.documents)
    work.documents.set(name, compileDocument(parsed, report))
  compileWorkflows(work)
  for (const id of files.portals.keys()) checkPortalForms(id, work)
  checkLists(files, issuesOf(work), report)
  const known = { portals: [...files.portals.keys()], workflows: [...files.workflows.keys()] }
  work.staff = compileStaff(files.staff, known, {
    ...nowhere(work),
    table: (name) => noted(work, `table ${name}`, child(files.tables.get(name)?.root, 'rows')),
    tableNames: () => [...files.tables.keys()],
  })
}

/** The kinds of accounts that workflows issue. */
function issuesOf({ workflows }: Work): ReadonlyMap<string, readonly string[]> {
  return new Map([...workflows.values()].flatMap(({ issues }) => [...issues]))
}

function assemble(work: Work): Definitions {
  const content = {
    portals: Object.fromEntries(work.portals),
    forms: Object.fromEntries([...work.forms].map(([id, draft]) => [id, draft.form])),
    workflows: Object.fromEntries([...work.workflows].map(([id, draft]) => [id, draft.workflow])),
    mails: Object.fromEntries([...work.mails].map(([id, draft]) => [id, draft.mail])),
    documents: Object.fromEntries([...work.documents].map(([id, draft]) => [id, draft.document])),
    pages: Object.fromEntries(work.pages),
    staff: work.staff,
    notices: Object.fromEntries(work.notices),
    faqs: Object.fromEntries(work.faqs),
  }
  return freezeDeep({ hash: sha256(canonicalJson(content)), ...content })
}

function compilePortals(work: Work): void {
  const ids = [...work.files.portals.keys()]
  for (const files of work.files.portals.values()) {
    const texts = portalScope(files, ids, work.used, work.report)
    const scope: FormScope = {
      ...texts,
      kinds: work.kinds,
      isSound: work.isSound,
      facilityTypes: facilityChoices(files, texts),
      shapes: shapeCheck(work.kinds, work.report),
      types: sortTypes(files),
      facts: (access) => factsOf(access, [...files.types.keys()], filedIn(files), work.files),
      pack: (name) => noted(work, `pack ${name}`, work.files.packs.get(name)),
      packNames: () => [...work.files.packs.keys()],
      table: (name) =>
        noted(work, `table ${name}`, child(work.files.tables.get(name)?.root, 'rows')),
      tableNames: () => [...work.files.tables.keys()],
      reference: referenceOf(work),
      style: styleOf(files.portal),
    }
    work.scopes.set(files.id, scope)
    const portal = compilePortal(files, { ...scope, documents: files.documents })
    if (portal) work.portals.set(files.id, portal)
    for (const [name, parsed] of files.forms)
      work.forms.set(`${files.id}/${name}`, compileForm(parsed, scope))
    compilePages(work, files, scope)
  }
}

function compilePages(work: Work, files: PortalFiles, scope: FormScope): void {
  const named = (key: string) => entriesOf(child(files.portal?.root, key)).map((one) => one.key)
  const pages: PageScope = { ...scope, topics: named('topics'), noticeTags: named('noticeTags') }
  for (const [name, source] of files.pages)
    work.pages.set(`${files.id}/${name}`, compilePage(`${files.id}/${name}`, source, pages))
  for (const [name, source] of files.notices)
    work.notices.set(`${files.id}/${name}`, compileNotice(`${files.id}/${name}`, source, pages))
  for (const [name, source] of files.faqs)
    work.faqs.set(`${files.id}/${name}`, compileFaq(`${files.id}/${name}`, source, pages))
}

function styleOf(portal: Parsed | undefined): Form['style'] {
  const style = stringOf(child(portal?.root, 'style'))
  return style === 'panel' || style === 'table' ? style : undefined
}

/** What expressions may name, noted as used when they do. */
function referenceOf(work: Work): ReferenceData {
  const { tables, decisions, calendars } = work.files
  return {
    table: (name) => noted(work, `table ${name}`, tables.get(name)),
    decision: (name) => noted(work, `table ${name}`, decisions.get(name)),
    calendar: (name) => noted(work, `calendar ${name}`, calendars.get(name)),
    tableNames: () => [...tables.keys(), ...decisions.keys()],
    calendarNames: () => [...calendars.keys()],
  }
}

function noted<T>(work: Work, name: string, value: T): T {
  work.used.add(name)
  return value
}

/** The forms of a portal that can be filed. */
function filedIn(files: PortalFiles | undefined): string[] {
  return [...(files?.forms ?? [])].flatMap(([name, { root }]) =>
    child(root, 'workflow') ? [name] : [],
  )
}

/** What is known of earlier applications, by form (`store/filed.ts`). */
function filedSchema(forms: readonly string[]): JsonSchema {
  const count = { type: 'integer', minimum: 0 }
  const text = { type: 'string' }
  const properties = { count, open: count, state: text, number: text }
  return {
    type: 'object',
    properties: Object.fromEntries(forms.map((name) => [name, { type: 'object', properties }])),
  }
}

/** What is known of the accounts issued before, by kind (`store/filed.ts`). */
function issuedFactsSchema(workflows: Files['workflows']): JsonSchema {
  const kinds = [...workflows.values()].flatMap(({ root }) =>
    entriesOf(child(root, 'states')).flatMap(({ value: state }) =>
      itemsOf(child(state, 'steps'))
        .flatMap((step) => [step, ...itemsOf(child(step, 'all'))])
        .flatMap((step) => stringOf(child(step, 'issue')) ?? []),
    ),
  )
  const properties = {
    count: { type: 'integer', minimum: 0 },
    since: { type: 'string', format: 'date' },
  }
  return {
    type: 'object',
    properties: Object.fromEntries(kinds.map((kind) => [kind, { type: 'object', properties }])),
  }
}

/** The facts a form may read: the account's only where one is logged in. */
function factsOf(
  access: Form['access'],
  types: readonly string[],
  filed: readonly string[],
  files: Files,
): ReadonlyMap<string, Known> {
  const facts = new Map<string, Known>([['today', { schema: { type: 'string', format: 'date' } }]])
  if (access !== 'account') return facts
  const text = { type: 'string' }
  const kept: { [name: string]: JsonSchema } = {}
  for (const workflow of files.workflows.values())
    for (const state of entriesOf(child(workflow.root, 'states')))
      for (const step of itemsOf(child(state.value, 'enter'))) {
        for (const item of itemsOf(child(step, 'keep')))
          kept[stringOf(item)?.split('.').at(-1) ?? ''] = {}
        if (child(step, 'account'))
          for (const { key } of entriesOf(child(step, 'set'))) kept[key] = {}
      }
  const properties = {
    ...kept,
    id: text,
    login: text,
    code: text,
    facilityId: text,
    identifier: text,
    facilityType: types.length > 0 ? { type: 'string', enum: types } : text,
  }
  facts.set('account', { schema: { type: 'object', properties } })
  facts.set('filed', { schema: filedSchema(filed) })
  facts.set('issued', { schema: issuedFactsSchema(files.workflows) })
  facts.set('facility', { schema: { type: 'object', properties: facilityProperties(types) } })
  return facts
}

/** The record of the account's own facility in the master, as `facilityFacts` gives it. */
function facilityProperties(types: readonly string[]): { [name: string]: JsonSchema } {
  const text = { type: 'string' }
  return {
    ...Object.fromEntries(FACILITY_FACTS.map((name) => [name, text])),
    type: types.length > 0 ? { type: 'string', enum: types } : text,
  }
}

function compileWorkflows(work: Work): void {
  for (const [name, parsed] of work.files.workflows) {
    const scope = workflowScope(name, work)
    const draft = compileWorkflow(parsed, scope)
    for (const { step } of draft.mails) work.used.add(`mail ${step.template}`)
    for (const step of draft.documents) work.used.add(`document ${step.document}`)
    for (const state of Object.values(draft.workflow.states)) noteState(state, work)
    work.workflows.set(name, draft)
    const filed = scope.portals.flatMap(({ portal }) => filedIn(work.files.portals.get(portal)))
    const types = typesOf(scope, work)
    checkWorkflow(draft, (access) => factsOf(access, types, filed, work.files), scope)
    lintProcedure(draft.workflow, scope.forms, scope.actionForms, work.report)
  }
}

/** In every portal: whether the portal uses the workflow is told where that is missing. */
function noteState(state: State, { files, used }: Work): void {
  for (const portal of files.portals.keys()) {
    if (state.page !== undefined) used.add(`page ${portal}/${state.page}`)
    for (const action of Object.values(state.actions))
      if (action.form !== undefined) used.add(`form ${portal}/${action.form}`)
  }
}

function typesOf(scope: WorkflowScope, work: Work): string[] {
  return scope.portals.flatMap(({ portal }) => [
    ...(work.files.portals.get(portal)?.types.keys() ?? []),
  ])
}

function workflowScope(name: string, work: Work): WorkflowScope {
  const forms = [...work.forms.values()].filter(({ form }) => form.workflow === name)
  const ids = [...new Set(forms.map(({ form }) => form.portal))]
  const portals = ids.flatMap((id) => work.scopes.get(id) ?? [])
  const languages = new Set(portals.flatMap((portal) => portal.languages))
  const formOf = (portal: string, form: string) => work.forms.get(`${portal}/${form}`)
  return {
    ...nowhere(work),
    reference: referenceOf(work),
    effects: work.kinds.effects,
    isSound: work.isSound,
    languages: [...languages],
    forms,
    portals,
    mails: work.mails,
    documents: work.documents,
    actionForms: (form) => ids.map((id) => formOf(id, form)),
    formNames: () => [...work.forms.values()].map(({ parsed }) => parsed.name),
    hasPage: (portal, page) => work.files.portals.get(portal)?.pages.has(page) ?? false,
    pageNames: (portal) => [...(work.files.portals.get(portal)?.pages.keys() ?? [])],
  }
}

/** For texts that belong to no single portal: no messages, no links. Who uses them decides their languages. */
function nowhere(work: Work): TextScope {
  return {
    report: work.report,
    portal: '',
    languages: [],
    message: () => undefined,
    messageNames: () => [],
    addressOf: () => undefined,
    targets: () => [],
    relatedPortal: () => undefined,
    relatedPortals: () => [],
  }
}
