import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer, Fields, TestPortal, Visitor } from './portal.ts'

/** Files on their way into a portal: as a form without script sends them, and in parts as the page does. */

export type Sent = { readonly field: string; readonly name: string; readonly bytes: Uint8Array }

/** The form with files, as a browser writes it. */
export function postFiles(
  visitor: Visitor,
  path: string,
  fields: Fields,
  files: readonly Sent[],
): Promise<Answer> {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields))
    for (const one of typeof value === 'string' ? [value] : value) body.append(name, one)
  for (const { field, name, bytes } of files)
    body.append(field, new File([new Uint8Array(bytes)], name))
  return visitor.send(path, { method: 'POST', body })
}

/** One file in parts of this size. */
export async function sendInParts(
  visitor: Visitor,
  api: string,
  file: Sent,
  options: { readonly sitting: string; readonly partBytes?: number },
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { field, name, bytes } = file
  const { sitting, partBytes = 1024 * 1024 } = options
  const begun = await visitor.json(`${api}/uploads`, { field, name, size: bytes.length, sitting })
  if (begun.status !== 201) return begun as never
  const { upload } = begun.body as { upload: string }
  for (let at = 0; at < bytes.length; at += partBytes)
    await sendPart(
      visitor,
      `${api}/uploads/${upload}/parts/${at}`,
      bytes.subarray(at, at + partBytes),
    )
  return (await visitor.json(`${api}/uploads/${upload}/finish`, {})) as never
}

export async function sendPart(visitor: Visitor, path: string, bytes: Uint8Array) {
  const { status, html } = await visitor.send(path, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'Content-Type': 'application/octet-stream' },
  })
  return { status, body: JSON.parse(html) as Record<string, unknown> }
}

/** Every local file below the data folder that holds bytes of files. */
export async function bytesKept(portal: TestPortal): Promise<string[]> {
  const found = await Promise.all(
    ['files', 'incoming'].map((folder) =>
      readdir(join(portal.dataDir, folder), { recursive: true }).catch((): string[] => []),
    ),
  )
  return found.flat().filter((name) => /[0-9a-f]{32}$/.test(name))
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A member of the demonstration portal, logged in. */
export async function memberOf(portal: TestPortal, name: string): Promise<Visitor> {
  const at = portal.now().toISOString()
  await portal.store.write((tx) =>
    tx
      .insertInto('account')
      .values({
        id: `account-${name}`,
        portal: 'demonstration',
        login: `${name}@example.jp`,
        state: 'active',
        password_hash: '-',
        facility_type: null,
        facility_id: null,
        identifier: null,
        attributes: '{}',
        created_at: at,
        updated_at: at,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  )
  const { cookie } = await portal.accounts.startSession({ accountId: `account-${name}` })
  const visitor = portal.visitor()
  const [pair = ''] = cookie.split(';')
  ;(visitor.cookies() as Map<string, string>).set(...(pair.split('=') as [string, string]))
  return visitor
}
