import { cardErrorText } from '../../cards/errors.ts'
import type { Field, Json } from '../../form/form.ts'
import type { Answered, Asker, Readings } from '../../readings.ts'
import { own } from '../guard.ts'
import type { Route, Visit } from '../route.ts'
import { jsonAnswer, textIn, troubleAnswer } from './answers.ts'
import { formOf } from './forms.ts'
import { KEY_SHAPE } from './sittings.ts'

/** Where pages of forms ask for a reading and answer it, and where card programs come with a code. */
export function cardRoutes(): readonly Route[] {
  const agent = { method: 'POST', access: { kind: 'visitor' }, body: 'json' } as const
  return [
    { ...agent, path: '/api/v1/card-relay/claim', answer: claim },
    { ...agent, path: '/api/v1/card-relay/result', answer: takeResult },
    ...readingRoutes('/api/v1/:portal/:form/cards/:field', { kind: 'form' }, formAsker),
  ]
}

/** Who asks for a reading, for what, and what the person is told of who wants it. */
export type Asking = { readonly asker: Asker; readonly readings: Readings; readonly title: string }

/** The four steps of a reading below `path`. `askerOf`: undefined when there is nothing to be read there. */
export function readingRoutes(
  path: string,
  access: Route['access'],
  askerOf: (visit: Visit) => Asking | undefined,
): readonly Route[] {
  const step = (
    name: string,
    answer: (visit: Visit, asking: Asking, nonce: string) => Promise<Response>,
  ): Route => ({
    method: 'POST',
    path: `${path}/${name}`,
    access,
    body: 'json',
    answer: (visit) => {
      const asking = askerOf(visit)
      return asking ? answer(visit, asking, textOf(bodyOf(visit).nonce)) : notFound(visit)
    },
  })
  return [
    step('begin', begin),
    step('answer', takeAnswer),
    step('offer', offer),
    step('collect', collect),
  ]
}

async function begin(visit: Visit, { asker, readings, title }: Asking): Promise<Response> {
  const work = await readings.begin(asker, localeOf(visit), title, visit.address)
  return work
    ? jsonAnswer(work)
    : troubleAnswer(visit, { code: 'refusal.too-often', status: 429, retryAfterMs: 60_000 })
}

async function takeAnswer(
  visit: Visit,
  { asker, readings }: Asking,
  nonce: string,
): Promise<Response> {
  const { result, agent } = bodyOf(visit)
  return told(visit, await readings.answer(asker, nonce, result ?? null, agent ?? null))
}

async function offer(
  visit: Visit,
  { asker, readings, title }: Asking,
  nonce: string,
): Promise<Response> {
  const code = await readings.offer(asker, nonce, localeOf(visit), title)
  return code ? jsonAnswer({ code }) : stale(visit)
}

async function collect(
  visit: Visit,
  { asker, readings }: Asking,
  nonce: string,
): Promise<Response> {
  const handed = await readings.collect(asker, nonce)
  if (!handed) return jsonAnswer({ status: 'waiting' })
  return told(visit, await readings.answer(asker, nonce, handed.result, handed.agent))
}

async function claim(visit: Visit): Promise<Response> {
  const { readings } = visit.deps
  const work = await readings?.claim(textOf(bodyOf(visit).code), visit.address)
  return work ? jsonAnswer(work) : stale(visit)
}

async function takeResult(visit: Visit): Promise<Response> {
  const { ticket, result, agent } = bodyOf(visit)
  const isTaken = await visit.deps.readings?.handIn(textOf(ticket), result ?? null, agent ?? null)
  return isTaken ? jsonAnswer({ status: 'taken' }) : stale(visit)
}

function told(visit: Visit, answered: Answered): Promise<Response> | Response {
  if (answered.kind === 'stale') return stale(visit)
  if (answered.kind === 'read')
    return jsonAnswer({
      status: 'read',
      receipt: answered.receipt,
      assurance: answered.assurance,
      values: answered.values,
    })
  const words = cardErrorText(answered.code, answered.detail, localeOf(visit))
  return jsonAnswer({ status: 'failed', code: answered.code, ...words })
}

/** The field of the address, and who asks; undefined when there is no such field or no sitting. */
function formAsker(visit: Visit): Asking | undefined {
  const form = formOf(visit)
  const { readings } = visit.deps
  const sitting = textOf(bodyOf(visit).key)
  const field: Field | undefined = Object.values(form.fields).find(
    ({ uid, type }) => type === 'card-reading' && uid === visit.params.field,
  )
  if (!readings || !field || !KEY_SHAPE.test(sitting)) return undefined
  return {
    readings,
    asker: { form, field, sitting, accountId: visit.account?.id ?? '' },
    title: visit.portal ? textIn(visit.portal.title, visit.locale) : '',
  }
}

/** The language of the page, among those of its portal. */
function localeOf({ portal, locale }: Visit): Visit['locale'] {
  return portal?.languages.includes(locale) ? locale : (portal?.languages[0] ?? locale)
}

function bodyOf({ json }: Visit): { readonly [name: string]: Json | undefined } {
  const body = typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {}
  return Object.fromEntries(
    ['key', 'nonce', 'result', 'agent', 'code', 'ticket'].map((name) => [
      name,
      own(body as Record<string, Json>, name),
    ]),
  )
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function notFound(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
}

function stale(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'http.card-stale', status: 409 })
}
