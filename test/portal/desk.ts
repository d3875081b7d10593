import { insertFile, useFiles } from '../../src/store/files.ts'
import { appCode, enrolOver } from '../accounts/enrol.ts'
import type { TestPortal } from './portal.ts'

const BASE_URL = 'http://localhost:3000'

/** A member of the staff with a session and a second factor; `cookie` opens the desk in a browser too. */
export type Clerk = {
  readonly id: string
  readonly cookie: string
  /** What the authenticator app shows now; each code is taken once. */
  code(): string
  get(path: string): Promise<Page>
  post(path: string, fields?: Readonly<Record<string, string | readonly string[]>>): Promise<Page>
  /** As a program: a JSON body, a JSON answer. */
  call(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>
}
export type Page = { readonly status: number; readonly location: string; readonly html: string }

export async function clerk(portal: TestPortal, id: string, role: string): Promise<Clerk> {
  const at = portal.now().toISOString()
  await portal.store.write((tx) =>
    tx
      .insertInto('staff')
      .values({
        id,
        login: id,
        name: id,
        role,
        password_hash: 'x',
        state: 'active',
        created_at: at,
        updated_at: at,
      })
      .execute(),
  )
  const half = await portal.accounts.startSession({ staffId: id })
  const { cookie, secret } = await enrolOver(
    (path, init) => portal.app.request(`${BASE_URL}${path}`, init),
    { cookie: half.cookie.split(';')[0] ?? '', now: portal.now() },
  )
  const send = async (path: string, init: RequestInit = {}): Promise<Page> => {
    const answer = await portal.app.request(`${BASE_URL}${path}`, {
      ...init,
      headers: {
        Origin: BASE_URL,
        'Sec-Fetch-Site': 'same-origin',
        Cookie: cookie,
        ...(init.method === 'POST' && { 'Content-Type': 'application/x-www-form-urlencoded' }),
        ...init.headers,
      },
    })
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? '',
      html: (await answer.text()).replace(/<!--.*?-->/gs, ''),
    }
  }
  return {
    id,
    cookie,
    code: () => appCode(secret, portal.now()),
    get: (path) => send(path),
    async call(path, body) {
      const { status, html } = await send(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status, body: JSON.parse(html) as unknown }
    },
    post: (path, fields = {}) => {
      const pairs = Object.entries(fields).flatMap(([name, value]) =>
        [value].flat().map((one) => [name, one as string]),
      )
      return send(path, { method: 'POST', body: new URLSearchParams(pairs).toString() })
    },
  }
}

/** Files the sample's form for a member. */
export async function file(
  portal: TestPortal,
  accountId: string,
  answers: Readonly<Record<string, string | number>> = {},
) {
  const outcome = await portal.advance.submit({
    form: 'office/use',
    answers: { facilityName: '別の院', devices: 2, ...answers },
    actor: { kind: 'account', accountId },
  })
  if ('refusal' in outcome) throw new Error(JSON.stringify(outcome.refusal))
  return outcome.submission
}

/** Attaches a file to it, as one that was scanned. */
export async function attach(
  portal: TestPortal,
  submissionId: string,
  { bytes, ...file }: { readonly name: string; readonly type: string; readonly bytes: Uint8Array },
): Promise<void> {
  const stored = await portal.files.put(bytes)
  const createdAt = portal.now().toISOString()
  const record = { kind: 'attachment', portal: 'office', field: 'phone', state: 'clean' } as const
  await portal.store.write(async (tx) => {
    await insertFile(tx, { ...stored, ...record, ...file, createdAt })
    await useFiles(tx, submissionId, [stored.id])
  })
}

/** What somebody of the office has opened of it, as the audit log knows. */
export async function openings(portal: TestPortal, submissionId: string): Promise<number> {
  const rows = await portal.store.db
    .selectFrom('audit')
    .select('seq')
    .where('subject', '=', submissionId)
    .where('kind', '=', 'file.opened')
    .execute()
  return rows.length
}

/** What a page says, without its markup. */
export function words({ html }: Page): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&quot;', '"')
}
