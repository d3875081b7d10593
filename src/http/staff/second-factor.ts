import type { StaffMember } from '../../accounts/accounts.ts'
import {
  enrol,
  isEnrolled,
  offeredSecret,
  offerSecret,
  recoveryLeft,
} from '../../accounts/second-factor.ts'
import { base32, enrolmentAddress } from '../../accounts/totp.ts'
import type { Issue } from '../../form/form.ts'
import type { CodeBody } from '../../../web/views/code.ts'
import { pageAnswer, redirectTo, retryAfter, textIn } from '../form/answers.ts'
import type { AdminDeps } from './admin.ts'
import { CODE_WORDS, codeField } from './code-words.ts'
import { cardHeaders, cardPart, checkPosted } from './card-factor.ts'
import { askAgain } from './fresh.ts'
import { qrPath } from './qr.ts'
import type { Route, Visit } from '../route.ts'
import { nextOf, recordStaff } from './login.ts'

const OFFER = '_offer'
const ISSUER = 'Madoguchi'

/** Between password and desk: setting up an authenticator app once, then its code, or a recovery code, at each login. */
export function secondFactorRoutes({ accounts }: AdminDeps): readonly Route[] {
  const visitors = { kind: 'visitor' } as const
  const page = (path: string, show: Route['answer'], take: Route['answer']): readonly Route[] => [
    { method: 'GET', path, access: visitors, body: 'none', answer: show },
    { method: 'POST', path, access: visitors, body: 'form', answer: take },
  ]
  return [
    ...page('/admin/login/code', showCode('code'), takeCode('code', accounts)),
    ...page('/admin/login/recovery', showCode('recovery'), takeCode('recovery', accounts)),
    ...page('/admin/login/enrol', showEnrolment, (visit) => takeEnrolment(visit, accounts)),
  ]
}

type Kind = 'code' | 'recovery'

/** Whoever gave the password, or wants to give a fresh code. */
function personOf({ staff, entrant }: Visit): StaffMember | undefined {
  return entrant ?? staff
}

function showCode(kind: Kind): Route['answer'] {
  return async (visit) => {
    const person = personOf(visit)
    if (!person) return toLogin(visit)
    return (await isEnrolled(visit.deps, person.id))
      ? codePage(visit, person, kind)
      : toEnrolment(visit)
  }
}

function takeCode(kind: Kind, accounts: AdminDeps['accounts']): Route['answer'] {
  return async (visit) => {
    const staff = personOf(visit)
    if (!staff) return toLogin(visit)
    const typed = visit.fields.code?.[0] ?? ''
    const result = await checkPosted(visit, { staff, kind, typed })
    if ('issue' in result)
      return codePage(visit, staff, kind, {
        issue: result.issue,
        status: result.status,
        headers: retryAfter(result.retryAfterMs),
      })
    // A new token: whoever knew the one before holds nothing now (S08).
    const holder = { staffId: staff.id, factorAt: result.passedAt }
    const { cookie } = await accounts.startSession(holder, visit.token)
    if (visit.entrant) await recordStaff(visit, 'staff.logged-in', staff)
    const to = kind === 'code' ? nextOf(visit) : '/admin/login/enrol?left=1'
    return redirectTo(to, { 'Set-Cookie': cookie })
  }
}

async function codePage(
  visit: Visit,
  staff: StaffMember,
  kind: Kind,
  wrong: {
    readonly issue?: Issue
    readonly status?: number
    readonly headers?: { readonly [name: string]: string }
  } = {},
): Promise<Response> {
  const t = CODE_WORDS[visit.locale]
  const isCode = kind === 'code'
  const other = isCode ? 'recovery' : 'code'
  const card = isCode ? await cardPart(visit, staff) : undefined
  const headers = { ...wrong.headers, ...cardHeaders(card) }
  return answer(
    visit,
    isCode ? t.login : t.recovery,
    { ...wrong, headers },
    {
      kind: 'code',
      lead: isCode ? [visit.entrant ? t.loginLead : t.againLead] : [t.recoveryLead, t.recoveryLost],
      action: withNext(visit, `/admin/login/${kind}`),
      hidden: [],
      field: isCode
        ? codeField(visit.locale)
        : { name: 'code', label: t.recoveryField, note: t.recoveryNote, isNumeric: false },
      ...(card && { card }),
      submit: visit.entrant ? t.submit : t.goOn,
      links: [
        { text: isCode ? t.toRecovery : t.toCode, href: withNext(visit, `/admin/login/${other}`) },
      ],
    },
  )
}

/** Whoever has an app already gives a fresh code of it, or a recovery code, before setting up another. */
async function showEnrolment(visit: Visit): Promise<Response> {
  const person = personOf(visit)
  if (!person) return toLogin(visit)
  const refused = await refuseEnrolment(visit, person)
  if (refused) return refused
  const left = visit.query.has('left') ? await recoveryLeft(visit.deps, person.id) : undefined
  const t = CODE_WORDS[visit.locale]
  return enrolmentPage(visit, person, {
    ...(left !== undefined && { notice: t.recoveryUsed(left) }),
  })
}

async function refuseEnrolment(visit: Visit, person: StaffMember): Promise<Response | undefined> {
  if (!(await isEnrolled(visit.deps, person.id))) return undefined
  return visit.entrant ? redirectTo(withNext(visit, '/admin/login/code')) : askAgain(visit)
}

async function takeEnrolment(visit: Visit, accounts: AdminDeps['accounts']): Promise<Response> {
  const { deps, fields, token = '' } = visit
  const staff = personOf(visit)
  if (!staff) return toLogin(visit)
  const refused = await refuseEnrolment(visit, staff)
  if (refused) return refused
  const sealed = fields[OFFER]?.[0] ?? ''
  const secret = offeredSecret(deps, sealed, token)
  const t = CODE_WORDS[visit.locale]
  if (!secret) return enrolmentPage(visit, staff, { notice: t.changed })
  const result = await enrol(deps, { staff, secret, code: fields.code?.[0] ?? '' })
  if ('issue' in result)
    return enrolmentPage(visit, staff, { offer: { secret, sealed }, issue: result.issue })
  const holder = { staffId: staff.id, factorAt: deps.clock() }
  const { cookie } = await accounts.startSession(holder, visit.token)
  if (visit.entrant) await recordStaff(visit, 'staff.logged-in', staff)
  return pageAnswer(visit, {
    title: t.codes,
    headers: { 'Set-Cookie': cookie },
    body: {
      kind: 'text',
      blocks: [
        ...t.codesLead.map((text) => ({
          kind: 'paragraph' as const,
          spans: [{ kind: 'text' as const, text }],
        })),
        {
          kind: 'list',
          ordered: true,
          items: result.recovery.map((code) => [{ kind: 'strong', text: inFours(code) }]),
        },
        {
          kind: 'paragraph',
          spans: [{ kind: 'link', text: t.kept, href: nextOf(visit) }],
        },
      ],
    },
  })
}

function enrolmentPage(
  visit: Visit,
  staff: StaffMember,
  of: {
    readonly offer?: { readonly secret: Uint8Array; readonly sealed: string }
    readonly issue?: Issue
    readonly notice?: string
  },
): Promise<Response> {
  const t = CODE_WORDS[visit.locale]
  const { secret, sealed } = of.offer ?? offerSecret(visit.deps, visit.token ?? '')
  const qr = qrPath(enrolmentAddress({ secret, issuer: ISSUER, login: staff.login }))
  return answer(visit, t.enrol, of, {
    kind: 'code',
    lead: t.enrolLead,
    ...(of.notice !== undefined && { notice: of.notice }),
    setUp: {
      qr: { ...qr, label: t.qr },
      secretLabel: t.secret,
      secret: inFours(base32(secret)),
      then: t.then,
    },
    action: withNext(visit, '/admin/login/enrol'),
    hidden: [[OFFER, sealed]],
    field: codeField(visit.locale),
    submit: t.confirm,
    links: visit.staff ? [{ text: t.later, href: nextOf(visit) }] : [],
  })
}

function answer(
  visit: Visit,
  title: string,
  {
    issue,
    status,
    headers,
  }: {
    readonly issue?: Issue
    readonly status?: number
    readonly headers?: { readonly [name: string]: string }
  },
  body: CodeBody,
): Promise<Response> {
  const error = issue?.text && textIn(issue.text, visit.locale)
  return pageAnswer(visit, {
    title,
    status: status ?? (error === undefined ? 200 : 422),
    ...(headers && { headers }),
    body: error === undefined ? body : { ...body, error },
  })
}

function toLogin(visit: Visit): Response {
  return redirectTo(withNext(visit, '/admin/login'))
}

function toEnrolment(visit: Visit): Response {
  return redirectTo(withNext(visit, '/admin/login/enrol'))
}

function withNext(visit: Visit, path: string): string {
  return `${path}?next=${encodeURIComponent(nextOf(visit))}`
}

function inFours(text: string): string {
  return text.replace(/(.{4})(?=.)/g, '$1 ')
}
