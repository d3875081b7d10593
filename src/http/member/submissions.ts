import type { Definitions } from '../../definitions/definitions.ts'
import { assert } from '../../fault.ts'
import type { Form, Text } from '../../form/form.ts'
import { eventsOf, loadSubmission, submissionsOfAccount } from '../../store/submissions.ts'
import type { Submission } from '../../workflow/submission.ts'
import type { Workflow } from '../../workflow/workflow.ts'
import type { TableBody, TextBody } from '../../../web/views/page.ts'
import {
  pageAnswer,
  redirectTo,
  refusalTrouble,
  textIn,
  troubleAnswer,
  type PageContent,
} from '../form/answers.ts'
import { setAside } from '../form/aside.ts'
import { draftTable } from '../form/draft-list.ts'
import { donePath, formOfAction, openAsked, sendAsked, staleAnswer } from '../form/corrections.ts'
import { actorOf, submissionPath } from '../form/forms.ts'
import { own } from '../guard.ts'
import type { Route, Visit } from '../route.ts'
import { endOf, filedContent, type Filed } from './submission-page.ts'
import { SUBMISSION_WORDS } from './submission-words.ts'
import { dayText, doneNotice, word } from '../words.ts'

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
    { ...ACTION, method: 'GET', body: 'none', answer: ask },
    { ...ACTION, method: 'POST', body: 'form', answer: act },
  ]
}

const ACTION = {
  path: '/:portal/submissions/:id/:action',
  access: { kind: 'visitor' },
  formOf: actionForm,
} as const

/** マイリスト: what the member has filed, newest first. */
async function list(visit: Visit): Promise<Response> {
  const { locale } = visit
  const [table, drafts] = await Promise.all([filedTable(visit), draftTable(visit)])
  return pageAnswer(visit, {
    title: word('myList', locale),
    body: {
      kind: 'table',
      ...(visit.query.has('deleted') && { notice: word('draftDeleted', locale) }),
      tables: [
        ...drafts,
        { ...table, caption: word('filed', locale), empty: word('nothingFiled', locale) },
      ],
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
  const filed = await openFiled(visit)
  if (!filed) return unknown(visit)
  const done = filed.workflow && labelOfAction(filed.workflow, visit.query.get('done') ?? '')
  const notice = done && doneNotice(textIn(done, visit.locale), visit.locale)
  return pageAnswer(visit, await presentContent(visit, filed, notice))
}

/** The page of its state, where there is one and nothing is to be corrected; otherwise all that is known about it. */
async function presentContent(
  visit: Visit,
  filed: Filed,
  notice: string | undefined,
): Promise<PageContent> {
  const { submission, definitions, workflow, actions } = filed
  const isReturned = actions.some(({ action }) => action.edit !== undefined)
  const name = await pageNameOf(visit.deps, workflow, submission)
  if (name === undefined || isReturned) return filedContent(visit, filed, { notice })
  const { title, body } = await contentOf(visit, definitions, submission)
  const buttons = actions.map(({ name: action, action: { label } }) => ({
    label: textIn(label, visit.locale),
    href: `${visit.path}/${action}`,
  }))
  return { title, body: { ...body, actions: buttons, notice } }
}

/** What an action asks for: its form, or whether it is really meant. */
async function ask(visit: Visit): Promise<Response> {
  const filed = await openFiled(visit)
  const { action: name = '' } = visit.params
  if (!filed || !(filed.workflow && labelOfAction(filed.workflow, name))) return unknown(visit)
  const { submission, workflow } = filed
  const open = filed.actions.find((one) => one.name === name)
  if (!open) return redirectTo(submissionPath(submission.portal, submission.id))
  if (visit.form) return openAsked(visit, { filed, open, form: visit.form })
  const t = SUBMISSION_WORDS[visit.locale]
  const label = textIn(open.action.label, visit.locale)
  const end = endOf(workflow, open.action)
  const back = { label: t.askBack, href: submissionPath(submission.portal, submission.id) }
  const line = end
    ? t.askLine(submission.number, label, textIn(end.label, visit.locale))
    : word('linkLine', visit.locale)
  return pageAnswer(visit, {
    title: t.ask(label),
    body: { kind: 'link', line, action: { label, href: visit.path }, back },
  })
}

async function act(visit: Visit): Promise<Response> {
  const filed = await openFiled(visit)
  if (!filed) return (await keptForLater(visit)) ?? unknown(visit)
  const { action: name = '' } = visit.params
  const open = filed.actions.find((one) => one.name === name)
  if (visit.form)
    return open
      ? sendAsked(visit, { filed, open, form: visit.form })
      : staleAnswer(visit, filed, visit.form)
  if (!open) return troubleAnswer(visit, { code: 'refusal.not-possible-now', status: 409 })
  const outcome = await visit.deps.advance.act({
    submissionId: filed.submission.id,
    action: name,
    answers: {},
    actor: actorOf(visit),
    locale: visit.locale,
  })
  if ('refusal' in outcome)
    return troubleAnswer(visit, refusalTrouble(outcome.refusal, visit.locale))
  return redirectTo(donePath(filed, name))
}

/** A correction was posted after the session of its member had ended: only the page itself can say whose it was. */
async function keptForLater(visit: Visit): Promise<Response | undefined> {
  const submission = await loadSubmission(visit.deps.store.db, visit.params.id ?? '')
  if (!submission || visit.account || submission.portal !== visit.portal?.id) return undefined
  const definitions = await visit.deps.advance.definitionsOf(submission.definition)
  const workflow = own(definitions.workflows, submission.workflow)
  const filed = { submission, definitions, workflow, form: own(definitions.forms, submission.form) }
  const form = formOfAction(filed, visit.params.action ?? '')
  return form && setAside({ ...visit, form }, true)
}

/** The form behind the address of an action. */
export async function actionForm(visit: Visit): Promise<Form | undefined> {
  const filed = await openFiled(visit)
  return filed && formOfAction(filed, visit.params.action ?? '')
}

/** The submission of the address with what this person may do with it; undefined when it is not theirs. */
export async function openFiled(visit: Visit): Promise<Filed | undefined> {
  const submission = await ownSubmission(visit)
  if (!submission) return undefined
  const { advance } = visit.deps
  const definitions = await advance.definitionsOf(submission.definition)
  const { actions, facts } = await advance.openTo(submission, actorOf(visit))
  return {
    submission,
    definitions,
    workflow: own(definitions.workflows, submission.workflow),
    form: own(definitions.forms, submission.form),
    actions,
    facts,
  }
}

function labelOfAction({ states }: Workflow, name: string): Text | undefined {
  const actions = Object.values(states).map((state) => own(state.actions, name))
  return actions.find((action) => action?.by === 'applicant' || action?.by === 'account')?.label
}

function unknown(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
}

/** Somebody else's submission answers exactly like one that does not exist (S14). */
export async function ownSubmission(visit: Visit): Promise<Submission | undefined> {
  const submission = await loadSubmission(visit.deps.store.db, visit.params.id ?? '')
  if (!submission || (visit.portal && submission.portal !== visit.portal.id)) return undefined
  const isOwn = submission.accountId === undefined || submission.accountId === visit.account?.id
  return isOwn ? submission : undefined
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
