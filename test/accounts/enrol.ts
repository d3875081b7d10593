import { codeAt, stepAt } from '../../src/accounts/totp.ts'

/** Somebody's authenticator app and the recovery codes on their paper. */
export type Enrolled = {
  /** Of the session that has its second factor. */
  readonly cookie: string
  readonly secret: Buffer
  readonly recovery: readonly string[]
}

/**
 * Sets up an authenticator app as a person does: opens the page, types the key into the app and the app's code into the
 * page. `cookie` is that of a session that has only given its password.
 */
export async function enrolOver(
  request: (path: string, init: RequestInit) => Response | Promise<Response>,
  { cookie, now }: { readonly cookie: string; readonly now: Date },
): Promise<Enrolled> {
  const path = '/admin/login/enrol'
  const page = await (await request(path, { headers: { cookie } })).text()
  const secret = fromBase32(/class="secret-key">([^<]*)/.exec(unmarked(page))?.[1] ?? '')
  const offer = /name="_offer" value="([^"]*)"/.exec(page)?.[1] ?? ''
  const answer = await request(path, {
    method: 'POST',
    headers: {
      cookie,
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    body: new URLSearchParams({ _offer: offer, code: appCode(secret, now) }).toString(),
  })
  const codes = unmarked(await answer.text()).matchAll(/<strong>([A-Z2-9 ]{14})<\/strong>/g)
  const whole = answer.headers.getSetCookie()[0]?.split(';')[0]
  if (whole === undefined) throw new Error(`Not enrolled: ${answer.status}`)
  return { cookie: whole, secret, recovery: [...codes].map(([, code = '']) => code) }
}

/** What the app shows. */
export function appCode(secret: Uint8Array, now: Date): string {
  return codeAt(secret, stepAt(now))
}

function unmarked(html: string): string {
  return html.replace(/<!--.*?-->/gs, '')
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
export function fromBase32(text: string): Buffer {
  const bits = [...text.replaceAll(' ', '')]
    .map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
}
