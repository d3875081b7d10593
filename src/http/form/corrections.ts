import { correctedBy, openCorrection } from '../../correct.ts'
import { editionOf } from '../../definitions/edition.ts'
import { evaluate, typeOf } from '../../form/evaluate.ts'
import { isSecret } from '../../form/fields/index.ts'
import type { Answer, Facts, Field, Form, Locale } from '../../form/form.ts'
import { shownAnswer } from '../../form/shown.ts'
import { eventsOf } from '../../store/submissions.ts'
import type { OpenAction } from '../../workflow/act.ts'
import type { Refusal } from '../../workflow/submission.ts'
import type { FormBody } from '../../../web/views/page.ts'
import { formTexts } from '../../../web/texts/form.ts'
import { pageAnswer, redirectTo, refusalTrouble, textIn, troubleAnswer } from './answers.ts'
import { acceptDepsOf, type Correcting, type Course, type Opening } from './course.ts'
import type { Checks } from '../deps.ts'
import { actorOf, factsOf, submissionPath } from './forms.ts'
import { own } from '../guard.ts'
import { answersOf } from './inputs.ts'
import { openForm, roundTrip } from './round-trip.ts'
import type { Visit } from '../route.ts'
import { filedContent, returnedFacts, type Filed } from '../member/submission-page.ts'
import { SUBMISSION_WORDS } from '../member/submission-words.ts'

/** Name in the address: the event by which the submission came to where it is corrected. */
const SEEN = 'seen'

/** An action with a form, open now: the one it corrects, or its own. */
export type Asked = { readonly filed: Filed; readonly open: OpenAction; readonly form: Form }

/** The form that is filled in for an action of this submission, whether it is open now or not. */
export function formOfAction(
  filed: Pick<Filed, 'submission' | 'definitions' | 'workflow' | 'form'>,
  name: string,
): Form | undefined {
  const { workflow, definitions, submission, form } = filed
  const actions = Object.values(workflow?.states ?? {}).map((state) => own(state.actions, name))
  const mine = actions.filter((action) => action?.by === 'applicant' || action?.by === 'account')
  if (mine.some((action) => action?.edit !== undefined)) return form
  const own_ = mine.find((action) => action?.form !== undefined)?.form
  return own_ === undefined ? undefined : own(definitions.forms, `${submission.portal}/${own_}`)
}

/** Opens the form of an action: what was filed, with what is to be corrected as inputs. */
export async function openAsked(visit: Visit, asked: Asked): Promise<Response> {
  const seen = visit.query.get(SEEN)
  const { submission } = asked.filed
  if (seen !== null && seen !== seenNow(asked.filed))
    return redirectTo(submissionPath(submission.portal, submission.id))
  return openForm({ ...visit, form: asked.form }, await openingOf(visit, asked))
}

/** One POST of it. A round that is over meanwhile takes nothing, and shows what was typed (R12). */
export async function sendAsked(visit: Visit, asked: Asked): Promise<Response> {
  const { filed, open, form } = asked
  const seen = visit.query.get(SEEN) ?? seenNow(filed)
  if (seen !== seenNow(filed)) return staleAnswer(visit, filed, form)
  const opening = await openingOf(visit, asked)
  const course: Course = {
    ...opening,
    keepsSecrets: true,
    finish: async (acceptance) => {
      const { correction } = opening.correcting ?? {}
      const corrected = correction && correctedBy(correction, acceptance)
      const outcome = await visit.deps.advance.act({
        submissionId: filed.submission.id,
        action: open.name,
        answers: corrected ? {} : (acceptance.answers ?? {}),
        ...(corrected && { changes: corrected.changes, follows: corrected.follows }),
        ...(seen !== '' && { seen: Number(seen) }),
        actor: actorOf(visit),
        locale: visit.locale,
      })
      if ('submission' in outcome) return redirectTo(donePath(filed, open.name))
      return MOVED.has(outcome.refusal.code)
        ? staleAnswer(visit, filed, form)
        : troubleAnswer(visit, refusalTrouble(outcome.refusal, visit.locale))
    },
  }
  return roundTrip({ ...visit, form }, course)
}

const MOVED: ReadonlySet<Refusal['code']> = new Set(['stale', 'not-possible-now'])

/** The submission as it stands now, with what was typed here; a repeated POST of what was taken leads to its receipt. */
export async function staleAnswer(visit: Visit, filed: Filed, form: Form): Promise<Response> {
  const name = visit.params.action ?? ''
  const typed = typedFacts(visit, filed, form)
  const events = await eventsOf(visit.deps.store.db, filed.submission.id)
  const last = events.findLast(({ kind }) => kind === 'acted')
  if (typed.length === 0 && last?.data.action === name) return redirectTo(donePath(filed, name))
  const warning = SUBMISSION_WORDS[visit.locale].stale
  return pageAnswer(visit, await filedContent(visit, filed, { warning, typed, status: 409 }))
}

/** What was typed otherwise than it is stored; secrets are never shown. */
function typedFacts({ fields, locale }: Visit, { submission, facts }: Filed, form: Form) {
  const { answers, visible } = evaluate(form, {
    raw: answersOf(form, fields),
    facts,
    lookups: {},
  })
  return visible.flatMap((field) => {
    const value = answers[field.id]
    const isShown = typeOf(field).isInput && !isSecret(form, field) && value !== undefined
    const isSame = JSON.stringify(value) === JSON.stringify(submission.answers[field.id])
    return !isShown || isSame
      ? []
      : [{ label: textIn(field.label, locale), value: shownAnswer(value, field, locale) }]
  })
}

/** The form of the action, of the submission's own set, with the checks that belong to it. */
async function openingOf(visit: Visit, asked: Asked): Promise<Opening> {
  const { filed, open, form } = asked
  const { deps, path } = visit
  const [facts, checks] = await Promise.all([factsFor(visit, asked), checksFor(visit, form)])
  const seen = seenNow(filed)
  const isPresent = checks === deps.validators(form.id)
  const opening = {
    form,
    facts,
    action: seen === '' ? path : `${path}?${SEEN}=${seen}`,
    ...(!isPresent && { checks }),
  }
  if (open.action.edit === undefined) return opening
  return { ...opening, correcting: await correctingOf(visit, asked, { facts, checks }) }
}

/** 申請区分 stays what it was when it was filed. */
export async function factsFor(visit: Visit, { filed, form }: Asked): Promise<Facts> {
  const facts = await factsOf(visit, form)
  const { class: filedAs } = filed.submission
  return filedAs === undefined ? facts : { ...facts, application: { class: filedAs } }
}

export async function checksFor({ deps }: Visit, form: Form): Promise<Checks> {
  const present = own(deps.definitions().forms, form.id)
  return present && editionOf(present) === editionOf(form)
    ? deps.validators(form.id)
    : deps.earlierChecks(form)
}

/** The submission opened for correction. */
export async function correctionOf(
  visit: Visit,
  { filed, form }: Asked,
  { facts, checks }: { readonly facts: Facts; readonly checks: Checks },
) {
  const { submission } = filed
  return openCorrection(acceptDepsOf(visit.deps, form, checks), {
    form,
    answers: submission.answers,
    marked: submission.progress.correction?.fields ?? [],
    facts,
    ...(visit.account && { accountId: visit.account.id }),
    address: visit.address,
  })
}

async function correctingOf(
  visit: Visit,
  asked: Asked,
  known: { readonly facts: Facts; readonly checks: Checks },
): Promise<Correcting> {
  const { filed, open } = asked
  const { locale } = visit
  const correction = await correctionOf(visit, asked, known)
  const { answers, before, closed } = correction
  const texts = closed.map((id) => {
    const field = before.visible.find((one) => one.id === id)
    const value = own(answers, id)
    return [id, field ? closedText(field, value, locale) : ''] as const
  })
  return {
    correction,
    page: { submit: open.action.label, closed: Object.fromEntries(texts) },
    returned: returnedBox(visit, asked),
    api: `/api/v1/submissions/${filed.submission.id}/actions/${open.name}`,
  }
}

/** '' for what is asked while typing and never stored: nothing stands in its place. */
function closedText(field: Field, value: Answer | undefined, locale: Locale): string {
  if (value !== undefined) return shownAnswer(value, field, locale)
  const type = typeOf(field)
  const isStored = field.keep === undefined ? !type.isTransient : field.keep === 'sealed'
  return isStored && !type.asked ? formTexts(locale).empty : ''
}

function returnedBox({ locale }: Visit, { filed, form }: Asked): FormBody['returned'] {
  const t = SUBMISSION_WORDS[locale]
  const { submission } = filed
  const marked = submission.progress.correction?.fields ?? []
  const fields = Object.values(form.fields)
  return {
    title: t.returned,
    lines: returnedFacts(filed, locale).flatMap(({ label, value }) =>
      typeof value === 'string' ? [{ label, value }] : [],
    ),
    itemsTitle: t.items,
    items: marked.flatMap((id) => {
      const field = fields.find((one) => one.id === id)
      return field ? [{ id, label: textIn(field.label, locale) }] : []
    }),
    back: { label: t.toSubmission, href: submissionPath(submission.portal, submission.id) },
  }
}

function seenNow({ submission }: Filed): string {
  return String(submission.progress.entered?.seq ?? '')
}

export function donePath({ submission }: Filed, name: string): string {
  return `${submissionPath(submission.portal, submission.id)}?done=${name}`
}
