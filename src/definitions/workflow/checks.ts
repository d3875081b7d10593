import type { JsonSchema } from '../../form/form.ts'
import type { DocumentStep, State, Step, Workflow } from '../../workflow/workflow.ts'
import { isObject } from '../allowed.ts'
import { checkTest } from '../check-use.ts'
import { checkDocument } from '../document/checks.ts'
import { schemaOfExpression } from '../kinds.ts'
import type { FormDraft } from '../form/form.ts'
import { checkMail, type Situation } from '../mail/checks.ts'
import type { Report } from '../problems.ts'
import { proveUses } from '../proofs/proofs.ts'
import { canBeEmpty, namesOfVariants } from '../proofs/empty.ts'
import { findRef, refsIn, reportUnknown, type Known } from '../refs.ts'
import { asMap, child, entriesOf, stringOf, suggest } from '../values.ts'
import type { WorkflowDraft } from './workflow.ts'
import type { WorkflowScope, WorkflowUse } from './scope.ts'
import { missedBefore } from './ways.ts'

type Names = ReadonlyMap<string, Known>

/** Holds a workflow against the forms that start it, its own actions, and itself. */
export function checkWorkflow(
  draft: WorkflowDraft,
  facts: (access: 'visitor' | 'account') => Names,
  scope: WorkflowScope,
): void {
  const own = ownNames(draft, scope)
  const situations = scope.forms.flatMap((form) =>
    [...namesOfVariants(form)].map((names) => ({
      form: form.form.id,
      names: new Map([...facts(form.form.access), ...own, ...names]),
    })),
  )
  checkActionNames(draft, scope)
  checkMapping(draft, scope)
  checkCorrections(draft, scope)
  checkStates(draft, scope.report)
  // Without a form nothing is known of the answers; that nobody uses the workflow is told elsewhere.
  if (situations.length === 0) return
  for (const use of draft.uses) checkUse(use, situations, scope.report)
  if (scope.isSound(draft.parsed.root.at)) proveUses(draft.uses, situations, scope.report)
  const missed = missedBefore(draft.workflow)
  const missedAt = (step: Step) => missed.get(step) ?? new Set<string>()
  for (const sent of draft.mails) checkMail(sent, situations, missedAt(sent.step), scope)
  for (const step of draft.documents) {
    const document = scope.documents.get(step.document)
    const all = situations.map(({ form, names }) => ({ form, names: namesInDocument(step, names) }))
    if (document) checkDocument(document, all, { step, missed: missedAt(step) }, scope)
  }
}

/** What the step gives and one item of its `each` stand beside the names of the situation. */
function namesInDocument({ with: given, each }: DocumentStep, names: Names): Names {
  const inside = new Map(names)
  for (const [name, expression] of Object.entries(given))
    inside.set(name, {
      schema: schemaOfExpression(expression, names),
      isOptional: typeof expression === 'string' && canBeEmpty(expression, names),
    })
  const found = each && findRef(each.of, names)
  const list: JsonSchema = found && 'known' in found ? found.known.schema : {}
  if (each) inside.set(each.as, { schema: isObject(list.items) ? list.items : {} })
  return inside
}

/**
 * `login.isTaken`, the answers of actions with a form of their own as `<action>.<field>`, and what steps give as
 * `steps.<id>.<property>`.
 */
function ownNames({ workflow, results }: WorkflowDraft, scope: WorkflowScope): Names {
  const names = new Map<string, Known>()
  const text: JsonSchema = { type: 'string' }
  names.set('operator', { schema: object({ mail: text, phone: text }) })
  if (scope.forms.some(({ form }) => form.class)) names.set('application', APPLICATION)
  if (results.size > 0) names.set('steps', { schema: object(Object.fromEntries(results)) })
  if (workflow.login !== undefined)
    names.set('login', { schema: object({ isTaken: { type: 'boolean' } }) })
  for (const state of Object.values(workflow.states))
    for (const [name, action] of Object.entries(state.actions))
      if (action.form !== undefined)
        for (const form of scope.actionForms(action.form))
          names.set(name, {
            schema: form ? { ...object(schemasOf(form)), required: requiredOf(form) } : {},
          })
  return names
}

/** 申請区分 as a fact. */
export const APPLICATION: Known = {
  schema: object({ class: { type: 'string', enum: ['new', 'change'] } }),
}

function schemasOf(form: FormDraft): { [id: string]: JsonSchema } {
  const variants = [...namesOfVariants(form)].flatMap((names) => [...names])
  return Object.fromEntries(
    variants.map(([id, known]) => [
      id,
      {
        ...known.schema,
        ...(known.isPrivate && { 'x-private': true }),
        ...(known.isTransient && { 'x-transient': true }),
      },
    ]),
  )
}

/** Of the answers of an action's form, those that are there whenever the action was taken. */
function requiredOf(form: FormDraft): string[] {
  const variants = [...namesOfVariants(form)]
  const [first = new Map<string, Known>(), ...others] = variants
  return [...first]
    .filter(
      ([id, known]) =>
        !known.isOptional && others.every((one) => one.get(id)?.isOptional === false),
    )
    .map(([id]) => id)
}

function object(properties: { [name: string]: JsonSchema }): JsonSchema {
  return { type: 'object', properties }
}

function checkUse(use: WorkflowUse, situations: readonly Situation[], report: Report): void {
  const found = situations.map(({ form, names }) => ({
    form,
    found: findRef(use.ref, names, use.takes),
  }))
  const known = found.flatMap((one) => (one.found && 'known' in one.found ? one.found.known : []))
  const [first] = known
  if (!first) {
    const offered = new Set(situations.flatMap(({ names }) => refsIn(names)))
    return reportUnknown(use, found.find((one) => one.found)?.found, offered, report)
  }
  const absent = found.find((one) => !one.found || !('known' in one.found))
  const gap =
    absent ?? found.find((one) => one.found && 'known' in one.found && one.found.known.isOptional)
  if (use.isAlways && gap)
    return report('ref.not-always', use.at, { name: use.ref, form: gap.form })
  if (known.some((one) => one.isTransient)) return report('ref.not-kept', use.at, { name: use.ref })
  if (!use.takesPrivate && known.some((one) => one.isPrivate || one.isSecret))
    return report('ref.secret', use.at, { name: use.ref })
  if (use.isLookup && known.some(({ schema }) => schema.type !== 'object' && hasKeys(schema)))
    return report('ref.not-lookup', use.at, { name: use.ref })
  checkTest(use, first, report)
}

/** An empty schema knows nothing of the value. */
function hasKeys(schema: JsonSchema): boolean {
  return Object.keys(schema).length > 0
}

/** What answers are renamed to is a field of a form that starts the workflow. */
function checkMapping({ parsed }: WorkflowDraft, { forms, report }: WorkflowScope): void {
  const ids = forms.flatMap((form) => Object.values(form.form.fields).map(({ id }) => id))
  for (const { value } of entriesOf(child(child(parsed.root, 'migrate'), 'fields'))) {
    const name = stringOf(value)
    if (name !== undefined && !ids.includes(name))
      report('ref.unknown', value.at, { kind: '項目', kindEn: 'field', ...suggest(name, ids) })
  }
}

/** `<action>.<field>` must not hide an answer. */
function checkActionNames(draft: WorkflowDraft, scope: WorkflowScope): void {
  const ids = new Set(
    scope.forms.flatMap((form) => Object.values(form.form.fields).map(({ id }) => id)),
  )
  for (const state of entriesOf(child(draft.parsed.root, 'states')))
    for (const action of entriesOf(child(state.value, 'actions')))
      if (ids.has(action.key))
        scope.report('name.duplicate', action.at, {
          name: action.key,
          kind: '項目',
          kindEn: 'field',
          where: scope.forms.map(({ form }) => form.id).join('、'),
        })
}

/**
 * What is marked can be corrected where the action leads, and where answers are corrected they were marked on the way in.
 * What a second person agrees to is kept until then, so no secret may be in it.
 */
function checkCorrections({ workflow, parsed }: WorkflowDraft, scope: WorkflowScope): void {
  const { report } = scope
  const states = Object.entries(workflow.states)
  const isMarked = (state: string) =>
    states.some(([, { actions }]) =>
      Object.values(actions).some(({ mark, to }) => mark !== undefined && to === state),
    )
  const isEdited = (state: string | undefined) =>
    Object.values((state && workflow.states[state]?.actions) || {}).some(({ edit }) => edit)
  for (const [state, { actions }] of states) {
    const nodes = asMap(child(child(child(parsed.root, 'states'), state), 'actions'))?.entries
    for (const [name, action] of Object.entries(actions)) {
      const at = nodes?.get(name)?.at
      if (!at) continue
      if (action.edit && !isMarked(state)) report('action.nothing-marked', at, { name, state })
      if (action.mark && !isEdited(action.to)) report('action.mark-unused', at, { name })
      const forms = action.form === undefined ? [] : scope.actionForms(action.form)
      const isSecret = forms.some((form) =>
        [...(form ? namesOfVariants(form) : [])].some((names) =>
          [...names.values()].some((known) => known.isPrivate || known.isSecret),
        ),
      )
      if (action.fourEyes && isSecret) report('action.four-eyes-secret', at, { name })
    }
  }
}

/** Every state can be reached, left, and ends by itself when nobody acts (DESIGN §1.2). */
function checkStates({ workflow, parsed }: WorkflowDraft, report: Report): void {
  const states = workflow.states
  const named = [...workflow.start.map(({ to }) => to), ...Object.values(states).flatMap(nextOf)]
  // A state written wrongly has been told; what cannot be reached because of it need not be.
  if (named.some((name) => !Object.hasOwn(states, name))) return
  const reached = closure(
    workflow.start.map(({ to }) => to),
    (name) => nextOf(states[name]),
  )
  const ending = endingStates(states)
  const nodes = asMap(child(parsed.root, 'states'))
  for (const [name, state] of Object.entries(states)) {
    const at = nodes?.entries.get(name)?.at
    if (!at) continue
    if (!reached.has(name)) report('state.unreachable', at, { name })
    else if (!ending.has(name)) report('state.no-exit', at, { name })
    else if (state.end === undefined && !isTimed(state)) report('state.untimed', at, { name })
    else if (closure(passedTo(state), (other) => passedTo(states[other])).has(name))
      report('state.loop', at, { name })
  }
}

/** Where a submission goes on to by itself as soon as it can. */
function passedTo(state: State | undefined): string[] {
  const { choose = [], work } = state ?? {}
  return [...choose.map(({ to }) => to), ...(work ? [work.then, work.failed ?? work.then] : [])]
}

function nextOf(state: State | undefined): string[] {
  if (!state) return []
  return [
    ...passedTo(state),
    ...Object.values(state.actions).flatMap((action) => action.to ?? []),
    ...state.after.map(({ to }) => to),
    ...state.enter.flatMap((step) => (step.kind === 'mail' && step.link?.then) || []),
  ]
}

/** A state that people of the office watch over needs no time limit; steps have one of their own. */
function isTimed(state: State): boolean {
  const hasLinkEnd = state.enter.some(
    (step) => step.kind === 'mail' && step.link?.then !== undefined,
  )
  const hasStaff = Object.values(state.actions).some((action) => action.by === 'staff')
  const goesOn = state.choose !== undefined || state.work !== undefined
  return state.after.length > 0 || hasLinkEnd || hasStaff || goesOn
}

function endingStates(states: Workflow['states']): Set<string> {
  const ends = Object.keys(states).filter((name) => states[name]?.end !== undefined)
  return closure(ends, (name) =>
    Object.keys(states).filter((other) => nextOf(states[other]).includes(name)),
  )
}

function closure(from: readonly string[], next: (name: string) => readonly string[]): Set<string> {
  const reached = new Set<string>()
  const open = [...from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue
    reached.add(name)
    open.push(...next(name))
  }
  return reached
}
