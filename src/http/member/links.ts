import { editionOf } from '../../definitions/edition.ts'
import { assert } from '../../fault.ts'
import type { Answers } from '../../form/form.ts'
import type { Submission } from '../../workflow/submission.ts'
import type { OpenLink } from '../../advance.ts'
import { pageAnswer, redirectTo, refusalTrouble, textIn, troubleAnswer } from '../form/answers.ts'
import { own } from '../guard.ts'
import { todayOf } from '../form/forms.ts'
import type { Course, Opening } from '../form/course.ts'
import { openForm, roundTrip } from '../form/round-trip.ts'
import type { Route, Visit } from '../route.ts'
import { contentOf } from './submissions.ts'
import { word } from '../words.ts'

/**
 * One-time links out of mails. GET shows what would happen and changes nothing, since mail filters and previews open
 * links too; POST uses the link up (registration.md §2.10–2.12).
 */
export function linkRoutes(): readonly Route[] {
  const path = '/:portal/links/:token'
  return [
    { method: 'GET', path, access: { kind: 'visitor' }, body: 'none', answer: look },
    { method: 'POST', path, access: { kind: 'visitor' }, body: 'form', answer: use },
  ]
}

async function look(visit: Visit): Promise<Response> {
  const link = await openLink(visit)
  if (!link) return unusable(visit)
  const opening = await openingOf(visit, link)
  if (opening) return openForm(visit, opening)
  const label = textIn(link.label, visit.locale)
  return pageAnswer(visit, {
    title: label,
    body: {
      kind: 'link',
      line: word('linkLine', visit.locale),
      action: { label, href: visit.path },
    },
  })
}

async function use(visit: Visit): Promise<Response> {
  const link = await openLink(visit)
  const opening = link && (await openingOf(visit, link))
  // A link that is not open is still offered to `byLink`: it knows a double click.
  if (!opening) return consume(visit, {})
  const course: Course = {
    ...opening,
    keepsSecrets: true,
    finish: async ({ answers }) => {
      assert(answers, 'what is filed has been accepted')
      return consume(visit, answers)
    },
  }
  return roundTrip(visit, course)
}

async function consume(visit: Visit, answers: Answers): Promise<Response> {
  const token = visit.params.token ?? ''
  const outcome = await visit.deps.advance.byLink({ token, answers, locale: visit.locale })
  if ('submission' in outcome) return reached(visit, outcome.submission)
  const { refusal, repeated } = outcome
  if (repeated && repeated.portal === visit.portal?.id) return reached(visit, repeated)
  return refusal.code === 'link-unusable'
    ? unusable(visit)
    : troubleAnswer(visit, refusalTrouble(refusal, visit.locale))
}

/** The page of the state that was entered, by GET so that it can be loaded anew. */
async function reached(visit: Visit, submission: Submission): Promise<Response> {
  const definitions = await visit.deps.advance.definitionsOf(submission.definition)
  const workflow = own(definitions.workflows, submission.workflow)
  const name = workflow && own(workflow.states, submission.state)?.page
  const isServed =
    name !== undefined && own(visit.deps.definitions().pages, `${submission.portal}/${name}`)
  return isServed
    ? redirectTo(`/${submission.portal}/pages/${name}`)
    : pageAnswer(visit, await contentOf(visit, definitions, submission))
}

async function openLink(visit: Visit): Promise<OpenLink | undefined> {
  const link = await visit.deps.advance.peekLink(visit.params.token ?? '')
  return link?.submission.portal === visit.portal?.id ? link : undefined
}

/**
 * The action's own form, of the submission's own set: a reload that changes or removes it takes nothing from who holds a
 * link already. undefined: the action asks for nothing.
 */
async function openingOf(visit: Visit, { form: id, submission }: OpenLink) {
  if (id === undefined) return undefined
  const { forms } = await visit.deps.advance.definitionsOf(submission.definition)
  const form = own(forms, id)
  assert(form, `the set of the submission has the form ${id}`)
  const opening: Opening = { form, facts: todayOf(visit), action: visit.path }
  const present = own(visit.deps.definitions().forms, id)
  return present && editionOf(present) === editionOf(form)
    ? opening
    : { ...opening, checks: await visit.deps.earlierChecks(form) }
}

/** Unknown, used, run out and revoked look the same (registration.md §2.11). */
function unusable(visit: Visit): Promise<Response> {
  return pageAnswer(visit, {
    title: word('linkError', visit.locale),
    body: { kind: 'link-error' },
    status: 410,
  })
}
