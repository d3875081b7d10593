import { rm } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMailServer, type MailServer } from '../mail/mail-server.ts'
import { people, type Fields } from './person.ts'
import { freePort, runVerb, startProgram, type Program } from './program.ts'
import { linkIn } from './scene.ts'
import { sha256 } from '../../src/hash.ts'

/** The whole program is killed five times while people register; a mail server receives throughout. */

const CYCLES = 5
const SENDERS = 3
/** Registrations acknowledged in a cycle before the power goes. */
const ACKNOWLEDGED_MIN = 6
const MAILS_TIMEOUT_MS = 60_000

let mailServer: MailServer
let program: Program
let kept: { dataDir: string; port: number }

beforeAll(async () => {
  mailServer = await openMailServer()
  const port = await freePort()
  program = await start({ port })
  kept = { dataDir: program.dataDir, port }
})
afterAll(async () => {
  await program.kill()
  await rm(kept.dataDir, { recursive: true, force: true })
  await mailServer.close()
})

const start = (again: { dataDir?: string; port: number }) =>
  startProgram({ SMTP_URL: mailServer.url }, again)

type Filed = { readonly key: string; readonly email: string; id?: string }

test('nothing acknowledged is lost, no mail is lost, repeats carry the same Message-ID', async () => {
  const filed: Filed[] = []
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const isDown = new AbortController()
    const before = acknowledged(filed).length
    const senders = Array.from({ length: SENDERS }, (_, sender) =>
      keepRegistering(filed, { cycle, sender, until: isDown.signal }),
    )
    while (acknowledged(filed).length < before + ACKNOWLEDGED_MIN) await pause(5)
    // At another moment of the work in each cycle.
    await pause(cycle * 17)
    await program.kill()
    isDown.abort()
    await Promise.all(senders)
    letLeasesRunOut()
    program = await start(kept)
  }

  // Those nobody heard back of are sent again under their keys, the others too: each stays one registration.
  for (const one of filed) {
    const answer = await post(one)
    expect(answer.status).toBe(201)
    expect(one.id ?? answer.id).toBe(answer.id)
    one.id = answer.id
  }
  expect(rows('select id from submission').map(({ id }) => id)).toEqual(
    expect.arrayContaining(filed.map(({ id }) => id)),
  )
  expect(rows('select id from submission').length).toBe(filed.length)

  const missing = () =>
    filed.filter(
      ({ email }) => !mailServer.deliveries.some(({ recipients }) => recipients.includes(email)),
    )
  const deadline = Date.now() + MAILS_TIMEOUT_MS
  const waiting = () => rows("select id from job where kind != 'timer' and state != 'done'").length
  while ((missing().length > 0 || waiting() > 0) && Date.now() < deadline) await pause(100)
  expect({ missing: missing(), waiting: waiting() }).toEqual({ missing: [], waiting: 0 })
  for (const { email } of filed) {
    const mails = mailServer.deliveries.filter(({ recipients }) => recipients.includes(email))
    expect(new Set(mails.map(({ mail }) => mail.headers['message-id']?.[0])).size).toBe(1)
    expect(new Set(mails.map(linkIn)).size).toBe(1)
  }
  const verified = await runVerb(['audit', 'verify'], { DATA_DIR: kept.dataDir })
  expect(verified).toMatchObject({ code: 0 })
}, 180_000)

function acknowledged(filed: readonly Filed[]): readonly Filed[] {
  return filed.filter(({ id }) => id !== undefined)
}

async function keepRegistering(
  filed: Filed[],
  { cycle, sender, until }: { cycle: number; sender: number; until: AbortSignal },
): Promise<void> {
  for (let n = 0; !until.aborted; n++) {
    const name = `c${cycle}s${sender}n${n}`
    const one: Filed = { key: `key-${name}`, email: `${name}@example.jp` }
    filed.push(one)
    const answer = await post(one, until).catch(() => undefined)
    if (answer?.status === 201) one.id = answer.id
    else if (answer) throw new Error(`registration answered with ${answer.status}`)
    else return
  }
}

/** One registration through the API, as often as one likes. */
function post(
  { key, email }: Filed,
  signal?: AbortSignal,
): Promise<{ readonly status: number; readonly id: string }> {
  const answers: Fields = people.judo(email)
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port: kept.port,
        method: 'POST',
        path: '/api/v1/treatment/registration',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
        localAddress: addressOf(key),
        signal,
      },
      (answer) => {
        let body = ''
        answer.on('data', (chunk: Buffer) => (body += chunk.toString()))
        answer.on('error', reject)
        answer.on('end', () => {
          const { id = '' } = JSON.parse(body) as { id?: string }
          resolve({ status: answer.statusCode ?? 0, id })
        })
      },
    )
    call.on('error', reject)
    call.end(JSON.stringify({ answers }))
  })
}

/** Every person has an address of their own on this machine, since lookups are counted by address. */
function addressOf(key: string): string {
  const hash = sha256(key)
  return `127.${[0, 2, 4].map((at) => 1 + (Number.parseInt(hash.slice(at, at + 2), 16) % 250)).join('.')}`
}

function rows(sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(kept.dataDir, 'madoguchi.db'), { timeout: 5_000 })
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}

/** What a mail on its way at the cut would wait for otherwise: half a minute until its dead worker has lost it. */
function letLeasesRunOut(): void {
  const db = new DatabaseSync(join(kept.dataDir, 'madoguchi.db'), { timeout: 5_000 })
  db.prepare("update job set lease_until = ? where state = 'running'").run(new Date().toISOString())
  db.close()
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
