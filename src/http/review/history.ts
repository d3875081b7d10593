import type { Definitions, Staff } from '../../definitions/definitions.ts'
import type { Facts, Form, JsonObject, Locale } from '../../form/form.ts'
import { shownAnswer } from '../../form/shown.ts'
import type { Actor, Event, Submission } from '../../workflow/submission.ts'
import type { Workflow } from '../../workflow/workflow.ts'
import { textIn } from '../form/answers.ts'
import { own } from '../guard.ts'
import type { Visit } from '../route.ts'
import { CASE_WORDS } from './case-words.ts'

/** What history is told with. */
export type Told = {
  readonly submission: Submission
  readonly definitions: Definitions
  readonly workflow: Workflow | undefined
  readonly form: Form | undefined
  readonly facts: Facts
  /** Names of the staff by id. */
  readonly names: ReadonlyMap<string, string>
  /** What roles are called, as the present definitions say. */
  readonly roles: Staff['roles']
  readonly locale: Locale
}

export function toldOf(
  { deps, locale }: Pick<Visit, 'deps' | 'locale'>,
  opened: Omit<Told, 'names' | 'roles' | 'locale'>,
  names: Told['names'],
): Told {
  return { ...opened, names, roles: deps.definitions().staff.roles, locale }
}

/** Who did it, as the office calls them. */
export function whoIn({ names, roles, locale }: Told, actor: Actor): string {
  const t = CASE_WORDS[locale]
  if (actor.kind !== 'staff') return t.actors[actor.kind]
  const role = own(roles, actor.role)
  return `${names.get(actor.staffId) ?? actor.staffId}${t.role(role ? textIn(role.label, locale) : actor.role)}`
}

/** What happened, in plain words: one line for the fact and one for each thing said with it. */
export function historyLines(told: Told, event: Event): readonly string[] {
  const t = CASE_WORDS[told.locale].events
  const { data } = event
  const step = typeof data.step === 'string' ? data.step : undefined
  const effect = String(step ?? data.effect ?? '')
  switch (event.kind) {
    case 'submitted':
      return [t.submitted]
    case 'entered':
      return [t.entered(stateLabel(told, String(data.state)))]
    case 'acted':
      return [t.acted(actionLabel(told, String(data.action))), ...said(told, data)]
    case 'proposed':
      return [t.proposed(actionLabel(told, String(data.action))), ...said(told, data)]
    case 'declined':
      return [t.declined(actionLabel(told, String(data.action))), ...said(told, data)]
    case 'elapsed':
      return [t.elapsed(stateLabel(told, String(data.to)))]
    case 'reminded':
      return [t.reminded]
    case 'replaced':
      return [t.replaced]
    case 'effect-done':
      return [t.done(effect)]
    case 'effect-failed':
      return [t.failed(effect), String(data.reason ?? '')]
    case 'step-started':
      return [t.started(effect)]
    case 'step-done':
      return [data.isPassed === true ? t.passed(effect) : t.done(effect)]
    case 'step-retried':
      return [t.retried(effect), ...said(told, data)]
    case 'step-skipped':
      return [t.skipped(effect), ...said(told, data)]
    case 'noted':
      return [t.noted, ...said(told, data)]
    case 'answers-erased':
      return [t.erased]
    case 'migrated':
      return [t.migrated(stateLabel(told, String(data.state)))]
  }
}

/** What came with an action: who proposed it, marked items, what was written, what was corrected. */
function said(told: Told, data: JsonObject): readonly string[] {
  const { form, names, locale } = told
  const t = CASE_WORDS[locale]
  const label = (id: string) => {
    const field = Object.values(form?.fields ?? {}).find((one) => one.id === id)
    return field ? textIn(field.label, locale) : id
  }
  const list = (ids: readonly string[]) => ids.map(label).join(t.comma)
  const { proposedBy, fields, changes, note } = data
  return [
    ...(typeof proposedBy === 'string'
      ? [`${t.proposer}${t.colon}${names.get(proposedBy) ?? proposedBy}`]
      : []),
    ...(Array.isArray(fields) ? [`${t.marked}${t.colon}${list(fields.map(String))}`] : []),
    ...(changes ? [`${t.corrected}${t.colon}${list(Object.keys(changes))}`] : []),
    ...written(told, data),
    ...(typeof note === 'string' ? [`${t.note}${t.colon}${note}`] : []),
  ]
}

/** The answers of the action's own form. */
function written({ definitions, workflow, submission, locale }: Told, data: JsonObject): string[] {
  const answers = (data.answers ?? {}) as JsonObject
  const action = Object.values(workflow?.states ?? {})
    .map(({ actions }) => own(actions, String(data.action)))
    .find((one) => one?.form !== undefined)
  const form = own(definitions.forms, `${submission.portal}/${action?.form ?? ''}`)
  return Object.values(form?.fields ?? {}).flatMap((field) => {
    const value = own(answers, field.id)
    if (value === undefined) return []
    const colon = CASE_WORDS[locale].colon
    return [`${textIn(field.label, locale)}${colon}${shownAnswer(value, field, locale)}`]
  })
}

function stateLabel({ workflow, locale }: Told, name: string): string {
  const state = workflow && own(workflow.states, name)
  return state ? textIn(state.label, locale) : name
}

function actionLabel({ workflow, locale }: Told, name: string): string {
  const action = Object.values(workflow?.states ?? {})
    .map(({ actions }) => own(actions, name))
    .find((one) => one !== undefined)
  return action ? textIn(action.label, locale) : name
}
