import type { TestPortal } from './portal.ts'

/** Somebody logged in at the portal `office` of test/samples/issuance, as a member of a facility. */
export type Member = {
  readonly accountId: string
  readonly facilityId: string
  /** Any request with the member's cookie. */
  send(path: string, init?: RequestInit): Promise<Response>
  post(path: string, fields?: Readonly<Record<string, string>>): Promise<Response>
}

const BASE_URL = 'http://localhost:3000'

/** Stores an account and its facility and logs it in; members with the same `facilityId` share the facility. */
export async function loggedIn(
  portal: TestPortal,
  name: string,
  facilityId = `facility-${name}`,
): Promise<Member> {
  const at = portal.now().toISOString()
  const accountId = `account-${name}`
  await portal.store.write(async (tx) => {
    await tx
      .insertInto('facility')
      .values({
        portal: 'office',
        facility_id: facilityId,
        facility_type: 'clinic',
        prefecture: '13',
        code7: '',
        name: `髙﨑𠮷濵整骨院${name}`,
        founder: '見本',
        postal_code: '',
        address: '',
        phone: '',
        institution_size: '',
        colocated_with_medical: '',
        bank_account: '',
        status: 'active',
        updated_at: at,
      })
      .onConflict((known) => known.doNothing())
      .execute()
    await tx
      .insertInto('account')
      .values({
        id: accountId,
        portal: 'office',
        login: `${name}@example.jp`,
        state: 'active',
        password_hash: 'x',
        facility_type: 'clinic',
        facility_id: facilityId,
        identifier: name,
        attributes: '{}',
        created_at: at,
        updated_at: at,
      })
      .execute()
  })
  const { cookie } = await portal.accounts.startSession({ accountId })
  const headers = {
    Origin: BASE_URL,
    'Sec-Fetch-Site': 'same-origin',
    Cookie: cookie.split(';')[0] ?? '',
  }
  const send = async (path: string, init: RequestInit = {}) =>
    portal.app.request(`${BASE_URL}${path}`, { ...init, headers: { ...headers, ...init.headers } })
  return {
    accountId,
    facilityId,
    send,
    post: (path, fields = {}) =>
      send(path, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      }),
  }
}
