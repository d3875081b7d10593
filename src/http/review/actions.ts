import { accept } from '../../accept.ts'
import type { Outcome } from '../../advance.ts'
import type { Answers, Issue, Raw, Text } from '../../form/form.ts'
import { eventsOf } from '../../store/submissions.ts'
import type { OpenAction } from '../../workflow/act.ts'
import type { Refusal } from '../../workflow/workflow.ts'
import type { DeskFact } from '../../../web/views/desk.ts'
import { shownAnswer } from '../../form/shown.ts'
import { pageAnswer, redirectTo, refusalTrouble, textIn, troubleAnswer } from '../form/answers.ts'
import { answersOf, withoutSecrets } from '../form/inputs.ts'
import { caseAnswer, openCase, saidPath, staffActor } from './review.ts'
import type { Opened } from './case.ts'
import { CASE_WORDS } from './case-words.ts'
import { actionForm, MARKED, NOTE, skipForm, type DeskForm } from './forms.ts'
import { historyLines, whoIn } from './history.ts'
import type { SaidName } from './said.ts'
import { askAgain } from '../staff/fresh.ts'
import { needs } from '../staff/rights.ts'
import type { Route, Visit } from '../route.ts'
import { timeText } from '../staff/pages.ts'
import { ACTION } from '../../../web/views/page.ts'
import { staffNames } from '../../store/desk.ts'

/** What the office does with a submission: the actions of its workflow, agreeing to proposals, stuck steps. */
export function reviewActionRoutes(): readonly Route[] {
  const action = { path: '/review/:id/actions/:action', access: needs('act') } as const
  const skip = { path: '/review/:id/steps/:step/skip', access: needs('repair') } as const
  return [
    { ...action, method: 'GET', body: 'none', answer: ask },
    { ...action, method: 'POST', body: 'form', answer: act },
    {
      method: 'POST',
      path: '/review/:id/settle/:action',
      access: needs('act'),
      body: 'form',
      answer: settle,
    },
    {
      method: 'POST',
      path: '/review/:id/steps/:step/retry',
      access: needs('repair'),
      body: 'form',
      answer: retry,
    },
    { ...skip, method: 'GET', body: 'none', answer: askWhy },
    { ...skip, method: 'POST', body: 'form', answer: goOn },
  ]
}

async function ask(visit: Visit): Promise<Response> {
  const found = await openAction(visit)
  if (found instanceof Response) return found
  const { opened, open } = found
  return formAnswer(visit, opened, actionForm(visit, opened, open.action), {})
}

async function act(visit: Visit): Promise<Response> {
  const found = await openAction(visit)
  if (found instanceof Response) return found
  const { opened, open } = found
  // Asked before anything is read: what was posted comes back with the code.
  const again = open.action.stepUp ? await askAgain(visit) : undefined
  if (again) return again
  const desk = actionForm(visit, opened, open.action)
  const asks = Object.keys(desk.form.fields).length > 0
  const filled = asks ? await fill(visit, opened, desk) : { answers: {} }
  if (filled instanceof Response) return filled
  const { [MARKED]: marked, [NOTE]: note, ...answers } = filled.answers
  const seen = Number(visit.query.get('seen') ?? visit.fields._seen?.[0])
  const outcome = await visit.deps.advance.act({
    submissionId: opened.submission.id,
    action: open.name,
    answers,
    actor: staffActor(visit),
    locale: visit.locale,
    ...(typeof note === 'string' && { note }),
    ...(Array.isArray(marked) && { fields: marked.map(String) }),
    ...(Number.isInteger(seen) && seen > 0 && { seen }),
  })
  return outcomeAnswer(
    visit,
    outcome,
    open.action.fourEyes ? 'proposed' : 'acted',
    typedFacts(visit, desk, filled.answers),
  )
}

async function settle(visit: Visit): Promise<Response> {
  const opened = await openCase(visit)
  if (!opened) return unknown(visit)
  const open = opened.actions.find(({ name }) => name === visit.params.action)
  if (!open) return beaten(visit, opened, [])
  const again = open.action.stepUp ? await askAgain(visit) : undefined
  if (again) return again
  const agrees = visit.fields.agrees?.[0] === 'yes'
  const outcome = await visit.deps.advance.confirm({
    submissionId: visit.params.id ?? '',
    action: visit.params.action ?? '',
    agrees,
    actor: staffActor(visit),
  })
  return outcomeAnswer(visit, outcome, agrees ? 'acted' : 'declined')
}

async function retry(visit: Visit): Promise<Response> {
  if (!(await openCase(visit))) return unknown(visit)
  const outcome = await visit.deps.advance.repair({ ...stepWish(visit), do: 'retry' })
  return outcomeAnswer(visit, outcome, 'retried')
}

async function askWhy(visit: Visit): Promise<Response> {
  const opened = await openCase(visit)
  if (!opened) return unknown(visit)
  return formAnswer(visit, opened, skipForm(skipTitle(visit)), {})
}

async function goOn(visit: Visit): Promise<Response> {
  const opened = await openCase(visit)
  if (!opened) return unknown(visit)
  const desk = skipForm(skipTitle(visit))
  const filled = await fill(visit, opened, desk)
  if (filled instanceof Response) return filled
  const note = String(filled.answers[NOTE] ?? '')
  const outcome = await visit.deps.advance.repair({ ...stepWish(visit), do: 'skip', note })
  return outcomeAnswer(visit, outcome, 'skipped', typedFacts(visit, desk, filled.answers))
}

function stepWish(visit: Visit) {
  const { id = '', step = '' } = visit.params
  return { submissionId: id, step, actor: staffActor(visit) }
}

function skipTitle({ params }: Visit): Text {
  const step = params.step ?? ''
  return { ja: CASE_WORDS.ja.skip(step), en: CASE_WORDS.en.skip(step) }
}

/** The action of the address, while it can be taken; else the page as it stands now. */
async function openAction(
  visit: Visit,
): Promise<Response | { readonly opened: Opened; readonly open: OpenAction }> {
  const opened = await openCase(visit)
  if (!opened) return unknown(visit)
  const open = opened.actions.find(
    ({ name, stage }) => name === visit.params.action && stage === 'open',
  )
  return open ? { opened, open } : beaten(visit, opened, postedFacts(visit))
}

/** Nothing typed is lost, also when the action is gone altogether. */
function postedFacts({ fields, locale }: Visit): readonly DeskFact[] {
  const t = CASE_WORDS[locale]
  return Object.entries(fields)
    .filter(([name, values]) => !name.startsWith('_') && name !== MARKED && values.some(Boolean))
    .map(([name, values]) => ({ label: name === NOTE ? t.note : name, value: values.join('\n') }))
}

/** What was posted, read and checked; or the page with what is wrong. */
async function fill(
  visit: Visit,
  opened: Opened,
  desk: DeskForm,
): Promise<Response | { readonly answers: Answers }> {
  const raw = answersOf(desk.form, visit.fields)
  if (visit.fields[ACTION]?.at(-1) === 'refresh') return formAnswer(visit, opened, desk, raw)
  const { issues, answers } = await accept(
    { ...visit.deps.accept, validators: desk.validators },
    { form: desk.form, raw, facts: opened.facts, address: visit.address },
  )
  return answers ? { answers } : formAnswer(visit, opened, desk, raw, issues)
}

function formAnswer(
  visit: Visit,
  { submission, facts }: Opened,
  { form }: DeskForm,
  raw: Raw,
  issues: readonly Issue[] = [],
): Promise<Response> {
  const seen = visit.query.get('seen') ?? String(submission.progress.entered?.seq ?? '')
  return pageAnswer(visit, {
    title: `${textIn(form.title, visit.locale)} ${submission.number}`,
    status: issues.length > 0 ? 422 : 200,
    body: {
      kind: 'form',
      state: {
        form: { ...form, back: backTo(submission.id) },
        action: `${visit.path}?seen=${encodeURIComponent(seen)}`,
        key: visit.deps.newId(),
        raw: withoutSecrets(form, raw),
        lookups: {},
        issues,
        kept: {},
        facts,
        mode: 'edit',
        locale: visit.locale,
        validators: '',
        api: '',
      },
    },
  })
}

function backTo(id: string) {
  return { label: { ja: '申請へ戻る', en: 'Back to the submission' }, href: `/review/${id}` }
}

async function outcomeAnswer(
  visit: Visit,
  outcome: Outcome,
  said: SaidName,
  typed: readonly DeskFact[] = [],
): Promise<Response> {
  if ('submission' in outcome) return redirectTo(saidPath(outcome.submission.id, said))
  const opened = await openCase(visit)
  if (!opened) return unknown(visit)
  const { refusal } = outcome
  return BEATEN.has(refusal.code)
    ? beaten(visit, opened, typed)
    : troubleAnswer(visit, refusalTrouble(refusal, visit.locale))
}

/** Somebody else was faster, or the submission has moved on by itself. */
const BEATEN: ReadonlySet<Refusal['code']> = new Set(['stale', 'not-possible-now', 'same-person'])

/** The page as it stands now: who did what meanwhile, and what was typed here. */
async function beaten(visit: Visit, opened: Opened, typed: readonly DeskFact[]): Promise<Response> {
  const { db } = visit.deps.store
  const [events, names] = await Promise.all([eventsOf(db, opened.submission.id), staffNames(db)])
  const told = { ...opened, names, locale: visit.locale }
  const last = events.findLast(({ kind }) => TELLING.has(kind))
  const t = CASE_WORDS[visit.locale]
  const what = last
    ? t.beaten(
        timeText(last.at, visit.locale),
        whoIn(told, last.actor),
        historyLines(told, last)[0] ?? '',
      )
    : t.notNow
  return caseAnswer(visit, opened, { warning: what, typed, status: 409 })
}

const TELLING: ReadonlySet<string> = new Set([
  'acted',
  'proposed',
  'declined',
  'elapsed',
  'replaced',
  'step-retried',
  'step-skipped',
])

function typedFacts({ locale }: Visit, { form }: DeskForm, answers: Answers): readonly DeskFact[] {
  return Object.values(form.fields).flatMap((field) => {
    const value = answers[field.id]
    return value === undefined
      ? []
      : [{ label: textIn(field.label, locale), value: shownAnswer(value, field, locale) }]
  })
}

function unknown(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
}
