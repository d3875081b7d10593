import type { Outcome } from '../../advance.ts'
import type { Answers, Issue, Raw, Text } from '../../form/form.ts'
import type { OpenAction } from '../../workflow/act.ts'
import type { DeskFact } from '../../../web/views/desk.ts'
import { shownAnswer } from '../../form/shown.ts'
import { pageAnswer, redirectTo, refusalTrouble, textIn, troubleAnswer } from '../form/answers.ts'
import { answersOf, withoutSecrets } from '../form/inputs.ts'
import { openCase, staffActor } from './opened.ts'
import { caseAnswer, saidPath } from './review.ts'
import type { Opened } from './opened.ts'
import { CASE_WORDS } from './case-words.ts'
import { isBeaten, judged, newsSince, settleProposal, takeAction } from './deeds.ts'
import { actionForm, MARKED, NOTE, skipForm, type DeskForm } from './forms.ts'
import type { SaidName } from './said.ts'
import { askAgain } from '../staff/fresh.ts'
import { needs } from '../staff/rights.ts'
import type { Route, Visit } from '../route.ts'
import { timeText } from '../staff/pages.ts'
import { ACTION } from '../../../web/views/page.ts'

/** What the office does with a submission: the actions of its workflow, agreeing to proposals, notes, stuck steps. */
export function reviewActionRoutes(): readonly Route[] {
  const action = { path: '/review/:id/actions/:action', access: needs('act') } as const
  const skip = { path: '/review/:id/steps/:step/skip', access: needs('repair') } as const
  const post = { method: 'POST', body: 'form' } as const
  return [
    { ...action, method: 'GET', body: 'none', answer: ask },
    { ...action, ...post, answer: act },
    { ...post, path: '/review/:id/settle/:action', access: needs('act'), answer: settle },
    { ...post, path: '/review/:id/notes', access: needs('queue', 'note'), answer: write },
    { ...post, path: '/review/:id/steps/:step/retry', access: needs('repair'), answer: retry },
    { ...skip, method: 'GET', body: 'none', answer: askWhy },
    { ...skip, ...post, answer: goOn },
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
  const seen = seenIn(visit)
  const outcome = await takeAction(visit, opened, open, filled.answers, seen)
  return outcomeAnswer(visit, outcome, open.action.fourEyes ? 'proposed' : 'acted', {
    seen,
    typed: typedFacts(visit, desk, filled.answers),
  })
}

/** The confirming person confirms what they saw, and nothing that came after it. */
async function settle(visit: Visit): Promise<Response> {
  const opened = await openCase(visit)
  if (!opened) return unknown(visit)
  const open = opened.actions.find(({ name }) => name === visit.params.action)
  const seen = seenIn(visit)
  if (!open || seen === undefined) return beaten(visit, opened, { seen })
  const again = open.action.stepUp ? await askAgain(visit) : undefined
  if (again) return again
  const agrees = visit.fields.agrees?.[0] === 'yes'
  const outcome = await settleProposal(visit, { action: open.name, agrees, seen })
  return outcomeAnswer(visit, outcome, agrees ? 'acted' : 'declined', { seen })
}

async function write(visit: Visit): Promise<Response> {
  const opened = await openCase(visit)
  if (!opened) return unknown(visit)
  const note = (visit.fields.note?.[0] ?? '').replaceAll('\r\n', '\n').trim()
  const { id } = opened.submission
  const outcome = await visit.deps.advance.note({
    submissionId: id,
    note,
    actor: staffActor(visit),
  })
  if ('submission' in outcome) return redirectTo(saidPath(id, 'noted'))
  const { what, code, status } = refusalTrouble(outcome.refusal, visit.locale)
  const t = CASE_WORDS[visit.locale]
  return status === 422
    ? caseAnswer(visit, opened, { warning: t.noteWrong, note, status })
    : troubleAnswer(visit, { code, status, ...(what !== undefined && { what }) })
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
  const typed = typedFacts(visit, desk, filled.answers)
  return outcomeAnswer(visit, outcome, 'skipped', { typed })
}

export function stepWish(visit: Visit) {
  const { id = '', step = '' } = visit.params
  return { submissionId: id, step, actor: staffActor(visit) }
}

function skipTitle({ params }: Visit): Text {
  const step = params.step ?? ''
  return { ja: CASE_WORDS.ja.skip(step), en: CASE_WORDS.en.skip(step) }
}

/** What the page of the person said it showed. */
function seenIn({ query, fields }: Visit): number | undefined {
  const seen = Number(query.get('seen') ?? fields._seen?.[0])
  return Number.isSafeInteger(seen) && seen > 0 ? seen : undefined
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
  return open
    ? { opened, open }
    : beaten(visit, opened, { seen: seenIn(visit), typed: postedFacts(visit) })
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
  const { issues, answers } = await judged(visit, opened, desk, raw)
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

type Tried = { readonly seen?: number; readonly typed?: readonly DeskFact[] }

async function outcomeAnswer(
  visit: Visit,
  outcome: Outcome,
  said: SaidName,
  tried: Tried = {},
): Promise<Response> {
  if ('submission' in outcome) return redirectTo(saidPath(outcome.submission.id, said))
  const opened = await openCase(visit)
  if (!opened) return unknown(visit)
  const { refusal } = outcome
  return isBeaten(refusal)
    ? beaten(visit, opened, tried)
    : troubleAnswer(visit, refusalTrouble(refusal, visit.locale))
}

/** The page as it stands now: who did what meanwhile, and what was typed here. */
async function beaten(
  visit: Visit,
  opened: Opened,
  { seen, typed = [] }: Tried,
): Promise<Response> {
  const news = await newsSince(visit, opened, seen)
  const t = CASE_WORDS[visit.locale]
  const warning = news
    ? t.beaten(timeText(news.at, visit.locale), news.who, news.lines.join(' '))
    : t.notNow
  return caseAnswer(visit, opened, { warning, typed, status: 409 })
}

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
