import type { Definitions } from '../definitions/definitions.ts'
import { assert } from '../fault.ts'
import { holds } from '../form/condition.ts'
import { eventsOf, loadSubmission, submissionsOfAccount } from '../store/submissions.ts'
import type { Action, Submission, Workflow } from '../workflow/workflow.ts'
import type { TableBody, TextBody } from '../../web/views/page.ts'
import { pageAnswer, redirectTo, refusalTrouble, textIn, troubleAnswer } from './answers.ts'
import { actorOf, submissionPath, todayOf } from './forms.ts'
import { own } from './guard.ts'
import type { Route, Visit } from './route.ts'
import { dayText, doneNotice, word } from './words.ts'

/** What the person who filed sees of a submission. Its id cannot be guessed; what an account filed only that account sees. */
export function submissionRoutes(): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:portal/submissions',
      access: { kind: 'account' },
      body: 'none',
      answer: list,
    },
    {
      method: 'GET',
      path: '/:portal/submissions/:id',
      access: { kind: 'visitor' },
      body: 'none',
      answer: show,
    },
    {
      method: 'POST',
      path: '/:portal/submissions/:id/:action',
      access: { kind: 'visitor' },
      body: 'form',
      answer: act,
    },
  ]
}

/** マイリスト: what the member has filed, newest first. */
async function list(visit: Visit): Promise<Response> {
  const { locale } = visit
  const table = await filedTable(visit)
  return pageAnswer(visit, {
    title: word('myList', locale),
    body: {
      kind: 'table',
      tables: [{ ...table, caption: word('filed', locale), empty: word('nothingFiled', locale) }],
    },
  })
}

/** What the member has filed with its state: all of it, or what belongs to these workflows. */
export async function filedTable(
  { deps, account, portal, locale }: Visit,
  workflows?: readonly string[],
): Promise<Pick<TableBody['tables'][number], 'columns' | 'rows'>> {
  assert(account && portal, 'the guard lets members of the portal in only')
  const filed = await submissionsOfAccount(deps.store.db, account.id)
  const listed = filed.filter(({ workflow }) => workflows?.includes(workflow) ?? true)
  const rows = await Promise.all(
    listed.map(async (submission) => {
      const definitions = await deps.advance.definitionsOf(submission.definition)
      const workflow = own(definitions.workflows, submission.workflow)
      const state =
        workflow && own(workflow.states, await shownState({ deps }, workflow, submission))
      return [
        { text: submission.number, href: submissionPath(portal.id, submission.id) },
        workflow ? textIn(workflow.title, locale) : submission.workflow,
        state ? textIn(state.label, locale) : submission.state,
        dayText(submission.createdAt, locale),
      ]
    }),
  )
  const columns = ['number', 'matter', 'state', 'day'] as const
  return { columns: columns.map((name) => word(name, locale)), rows }
}

async function show(visit: Visit): Promise<Response> {
  const submission = await ownSubmission(visit)
  if (!submission) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  const definitions = await visit.deps.advance.definitionsOf(submission.definition)
  const actions = actionsOf(definitions, submission, visit)
  const done = own(actions, visit.query.get('done') ?? '')
  const { title, body } = await contentOf(visit, definitions, submission)
  return pageAnswer(visit, {
    title,
    body: {
      ...body,
      actions: Object.entries(actions).map(([name, action]) => ({
        label: textIn(action.label, visit.locale),
        href: `${visit.path}/${name}`,
      })),
      notice: done && doneNotice(textIn(done.label, visit.locale), visit.locale),
    },
  })
}

async function act(visit: Visit): Promise<Response> {
  const submission = await ownSubmission(visit)
  const definitions = submission && (await visit.deps.advance.definitionsOf(submission.definition))
  const name = visit.params.action ?? ''
  const action = submission && own(actionsOf(definitions, submission, visit), name)
  if (!submission) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  if (!action) return troubleAnswer(visit, { code: 'refusal.not-possible-now', status: 409 })
  const outcome = await visit.deps.advance.act({
    submissionId: submission.id,
    action: name,
    answers: {},
    actor: actorOf(visit),
    locale: visit.locale,
  })
  if ('refusal' in outcome)
    return troubleAnswer(visit, refusalTrouble(outcome.refusal, visit.locale))
  return redirectTo(`${submissionPath(submission.portal, submission.id)}?done=${name}`)
}

/** Somebody else's submission answers exactly like one that does not exist (S14). */
export async function ownSubmission(visit: Visit): Promise<Submission | undefined> {
  const submission = await loadSubmission(visit.deps.store.db, visit.params.id ?? '')
  if (!submission || (visit.portal && submission.portal !== visit.portal.id)) return undefined
  const isOwn = submission.accountId === undefined || submission.accountId === visit.account?.id
  return isOwn ? submission : undefined
}

/** What the person may do now by one press of a button. */
export function actionsOf(
  definitions: Definitions | undefined,
  submission: Submission,
  { account, deps }: Pick<Visit, 'account' | 'deps'>,
): { readonly [name: string]: Action } {
  const workflow = definitions && own(definitions.workflows, submission.workflow)
  const state = workflow && own(workflow.states, submission.state)
  return Object.fromEntries(
    Object.entries(state?.actions ?? {}).filter(
      ([, action]) =>
        (action.by === 'applicant' || (action.by === 'account' && account !== undefined)) &&
        action.form === undefined &&
        // What is corrected needs its form.
        action.edit === undefined &&
        (!action.when ||
          holds(action.when, { answers: submission.answers, facts: todayOf({ deps }) })),
    ),
  )
}

/**
 * The page of the present state, or of the last one that has a page: an end without one looks like what was before, so
 * that a request that came to nothing cannot be told from one that never could (S03).
 */
export async function contentOf(
  { deps, locale }: Visit,
  definitions: Definitions,
  submission: Submission,
): Promise<{ readonly title: string; readonly body: TextBody }> {
  const workflow = own(definitions.workflows, submission.workflow)
  const name = await pageNameOf(deps, workflow, submission)
  const page =
    name === undefined ? undefined : own(definitions.pages, `${submission.portal}/${name}`)
  if (page)
    return { title: textIn(page.title, locale), body: { kind: 'text', blocks: page.blocks } }
  const text = word(submission.end === undefined ? 'accepted' : 'ended', locale)
  return {
    title: workflow ? textIn(workflow.title, locale) : word('done', locale),
    body: { kind: 'text', blocks: [{ kind: 'paragraph', spans: [{ kind: 'text', text }] }] },
  }
}

/**
 * The state as the person who filed may know it: of several states with one page the first. So data tells no more than
 * the page does about whether an address is known (S03).
 */
export async function shownState(
  { deps }: Pick<Visit, 'deps'>,
  workflow: Workflow | undefined,
  submission: Submission,
): Promise<string> {
  const name = await pageNameOf(deps, workflow, submission)
  const states = Object.entries(workflow?.states ?? {})
  const first = states.find(([, { page }]) => name !== undefined && page === name)
  return first?.[0] ?? submission.state
}

async function pageNameOf(
  { store }: Pick<Visit['deps'], 'store'>,
  workflow: Workflow | undefined,
  submission: Submission,
): Promise<string | undefined> {
  const pageOf = (state: string) => workflow && own(workflow.states, state)?.page
  const page = pageOf(submission.state)
  if (page !== undefined) return page
  const entered = (await eventsOf(store.db, submission.id))
    .filter((event) => event.kind === 'entered')
    .map((event) => String(event.data.state))
  return entered
    .slice(0, entered.lastIndexOf(submission.state) + 1)
    .map(pageOf)
    .findLast((found) => found !== undefined)
}
