import type { Acceptance } from '../../accept.ts'
import { assert } from '../../fault.ts'
import { japanDate } from '../../form/dates.ts'
import type { Facts, Form, Said } from '../../form/form.ts'
import { unmet } from '../../form/requires.ts'
import { canonicalJson } from '../../hash.ts'
import { filedFacts } from '../../store/filed.ts'
import { recall, type RequestKey } from '../../store/idempotency.ts'
import type { Actor } from '../../workflow/submission.ts'
import { pageAnswer, redirectTo, refusalTrouble, textIn, troubleAnswer } from './answers.ts'
import type { Input } from './inputs.ts'
import type { Again, Course } from './course.ts'
import { setAside } from './aside.ts'
import { openForm, roundTrip } from './round-trip.ts'
import type { Route, Visit } from '../route.ts'
import { ownAddress } from '../wanted.ts'

/** Every form with a path of its own: opened by GET, sent by POST, round trip by round trip until it is accepted. */
export function formRoutes(): readonly Route[] {
  const path = '/:portal/:page'
  return [
    { method: 'GET', path, access: { kind: 'form' }, body: 'none', answer: open },
    { method: 'POST', path, access: { kind: 'form' }, body: 'form', answer: send, setAside },
  ]
}

async function open(visit: Visit): Promise<Response> {
  const form = formOf(visit)
  if (form.builtin === 'login' && visit.account) return redirectTo(nextOf(visit))
  const facts = await factsOf(visit, form)
  const missing = unmet(form, facts)
  if (missing) return notYet(visit, form, missing)
  return openForm(visit, { form, facts, action: actionOf(visit, form) })
}

async function send(visit: Visit): Promise<Response> {
  const form = formOf(visit)
  const facts = await factsOf(visit, form)
  const missing = unmet(form, facts)
  if (missing) return notYet(visit, form, missing)
  const common = { form, facts, action: actionOf(visit, form) }
  const course: Course =
    form.builtin === 'login'
      ? {
          ...common,
          keepsSecrets: false,
          dry: true,
          finish: (accepted, _, again) => logIn(visit, accepted, again),
        }
      : {
          ...common,
          keepsSecrets: true,
          earlier: (input) => acceptedBefore(visit, form, input),
          finish: (accepted, input) => file(visit, form, accepted, input),
        }
  return roundTrip(visit, course)
}

/** In place of a form that cannot be filed yet: what must come before, and the way there. */
function notYet(visit: Visit, form: Form, { text, links }: Said): Promise<Response> {
  const { locale } = visit
  const said = { kind: 'text' as const, text: textIn(text, locale) }
  const ways = links.map(({ label, href }) => ({
    kind: 'link' as const,
    text: textIn(label, locale),
    href,
  }))
  const blocks = [said, ...ways].map((span) => ({ kind: 'paragraph' as const, spans: [span] }))
  return pageAnswer(visit, {
    title: textIn(form.title, locale),
    body: { kind: 'text', blocks },
  })
}

async function file(
  visit: Visit,
  form: Form,
  acceptance: Acceptance,
  input: Input,
): Promise<Response> {
  const { answers } = acceptance
  assert(answers, 'what is filed has been accepted')
  const outcome = await visit.deps.advance.submit({
    form: form.id,
    definitions: visit.deps.definitions(),
    answers,
    actor: actorOf(visit),
    locale: visit.locale,
    idempotency: requestKey(visit, form, input),
  })
  if ('submission' in outcome) return redirectTo(submissionPath(form.portal, outcome.submission.id))
  // Two tabs sent different answers under one key at the same moment: two wishes.
  return outcome.refusal.code === 'key-reused'
    ? file(visit, form, acceptance, { ...input, key: visit.deps.newId() })
    : troubleAnswer(visit, refusalTrouble(outcome.refusal, visit.locale))
}

/** The page of what was accepted under the same key with the same answers before. */
async function acceptedBefore(
  visit: Visit,
  form: Form,
  input: Input,
): Promise<Response | 'other' | undefined> {
  const earlier = await recall(visit.deps.store.db, requestKey(visit, form, input))
  if (earlier.kind === 'new') return undefined
  if (earlier.kind === 'mismatch') return 'other'
  const { submissionId } = JSON.parse(earlier.response) as { submissionId: string }
  return redirectTo(submissionPath(form.portal, submissionId))
}

function requestKey({ deps, account }: Visit, form: Form, { key, raw }: Input): RequestKey {
  const body = canonicalJson({ raw, account: account?.id ?? '' })
  return {
    scope: `form:${form.id}`,
    key,
    // Keyed, since it covers the password: the stored hash tells nobody what was typed.
    requestHash: deps.keys.derive('idempotency', body),
  }
}

/** D-17: every reason for refusal reads the same. A login form has the fields `username` and `password`. */
async function logIn(visit: Visit, { evaluation }: Acceptance, again: Again): Promise<Response> {
  const { deps, address, portal } = visit
  const result = await deps.accounts.authenticate({
    portal: portal?.id ?? '',
    login: String(evaluation.answers.username ?? ''),
    password: String(evaluation.answers.password ?? ''),
    address,
  })
  if ('issue' in result) return again([result.issue], result)
  const session = await deps.accounts.startSession({ accountId: result.account.id }, visit.token)
  return redirectTo(nextOf(visit), { 'Set-Cookie': session.cookie })
}

/** Where to go after login: a page of this portal that asked for it, else the top page. Nothing else is believed. */
export function nextOf({ portal, query }: Pick<Visit, 'portal' | 'query'>): string {
  const top = `/${portal?.id ?? ''}/`
  const next = ownAddress([portal?.id ?? ''], query.get('next') ?? '')
  return next === undefined || /\/login(?:\?|$)/.test(next) ? top : next
}

function actionOf(visit: Visit, form: Form): string {
  const next = nextOf(visit)
  return form.builtin === 'login' && next !== `/${form.portal}/`
    ? `${visit.path}?next=${encodeURIComponent(next)}`
    : visit.path
}

export function submissionPath(portal: string, id: string): string {
  return `/${portal}/submissions/${id}`
}

/** What a form may read: the day, the account and its facility, and what they have filed before. */
export async function factsOf(visit: Visit, form: Form): Promise<Facts> {
  const { deps, account } = visit
  if (!account || form.access !== 'account') return todayOf(visit)
  const [own, filed] = await Promise.all([
    deps.accounts.facts(account),
    filedFacts(deps.store.db, account, form.id),
  ])
  return { ...todayOf(visit), ...own, ...filed }
}

/** The day in Japan, for conditions and dates of a form. */
export function todayOf({ deps }: Pick<Visit, 'deps'>): Facts {
  return { today: japanDate(deps.clock()) }
}

export function actorOf({ account }: Visit): Actor {
  return account ? { kind: 'account', accountId: account.id } : { kind: 'visitor' }
}

export function formOf({ form }: Visit): Form {
  assert(form, 'the guard has found the form')
  return form
}
