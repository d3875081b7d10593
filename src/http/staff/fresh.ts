import type { StaffMember } from '../../accounts/accounts.ts'
import { renewFactorAt } from '../../store/sessions.ts'
import { sha256 } from '../../hash.ts'
import { pageAnswer, redirectTo, retryAfter, textIn, troubleAnswer } from '../form/answers.ts'
import type { Deps } from '../deps.ts'
import { CARD, cardHeaders, cardPart, checkPosted } from './card-factor.ts'
import { CODE_WORDS, codeField } from './code-words.ts'
import type { Visit } from '../route.ts'
import { wanted } from '../wanted.ts'

/** Name of the field with a code asked for on the way to something else. */
const CODE = '_code'

/** Production asks every member of the staff; elsewhere the definitions may leave it out. */
export function isFactorRequired({
  config,
  definitions,
}: Pick<Deps, 'config' | 'definitions'>): boolean {
  return config.environment === 'production' || definitions().staff.secondFactor.required
}

/**
 * undefined: the second factor was given lately enough, or was given just now. Else the answer that asks for a code; what
 * was posted comes along, so that nothing has to be typed again.
 */
export async function askAgain(visit: Visit): Promise<Response | undefined> {
  const { deps, staff, factorAt, token, fields, path } = visit
  if (!staff || !isFactorRequired(deps)) return undefined
  const { freshMs } = deps.definitions().staff.secondFactor
  const ageMs = deps.clock().getTime() - (factorAt?.getTime() ?? 0)
  if (ageMs >= 0 && ageMs <= freshMs) return undefined
  if (path.startsWith('/api/'))
    return troubleAnswer(visit, { code: 'http.code-needed', status: 403 })
  if (visit.request.method === 'GET')
    return redirectTo(`/admin/login/code?next=${encodeURIComponent(wanted(visit))}`)
  const typed = fields[CODE]?.[0]
  if (typed === undefined) return codePage(visit, staff)
  const result = await checkPosted(visit, { staff, kind: 'code', typed })
  if ('issue' in result)
    return codePage(visit, staff, {
      error: textIn(result.issue.text ?? { ja: '' }, visit.locale),
      status: result.status,
      headers: retryAfter(result.retryAfterMs),
    })
  const at = result.passedAt.toISOString()
  await deps.store.write((tx) => renewFactorAt(tx, sha256(token ?? ''), at))
  return undefined
}

async function codePage(
  visit: Visit,
  staff: StaffMember,
  wrong: {
    readonly error?: string
    readonly status?: number
    readonly headers?: { readonly [name: string]: string }
  } = {},
): Promise<Response> {
  const t = CODE_WORDS[visit.locale]
  const card = await cardPart(visit, staff)
  const search = visit.query.size > 0 ? `?${visit.query.toString()}` : ''
  return pageAnswer(visit, {
    title: t.again,
    status: wrong.status ?? 200,
    headers: { ...wrong.headers, ...cardHeaders(card) },
    body: {
      kind: 'code',
      lead: [t.againLead],
      action: visit.path + search,
      hidden: Object.entries(visit.fields).flatMap(([name, values]) =>
        name === CODE || name === CARD ? [] : values.map((value) => [name, value] as const),
      ),
      field: { ...codeField(visit.locale), name: CODE },
      ...(wrong.error !== undefined && { error: wrong.error }),
      ...(card && { card }),
      submit: t.goOn,
      links: [],
    },
  })
}
