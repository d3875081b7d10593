/**
 * The program that `kill.test.ts` kills: a store, `advance`, a worker and people who register as fast as they can.
 * What a person was told is appended to `acknowledged`, what left by mail to `sink`, each line before anything builds on it.
 */
import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAdvance } from '../../src/advance.ts'
import { createWorker } from '../../src/jobs/worker.ts'
import { keysFrom } from '../../src/keys.ts'
import { renderMail } from '../../src/mail/render.ts'
import type { Message } from '../../src/plugins/contract.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open.ts'
import { answers } from '../workflow/fixtures.ts'
import { baseUrl, definitions, fieldTypes, tokenIn, visitor } from '../workflow/scene.ts'

const [folder = '', mode = 'load'] = process.argv.slice(2)
const PEOPLE = 4
const LEASE_MS = 300

const store = await openStore(`sqlite:${join(folder, 'test.db')}`)
await migrate(store)
const keys = keysFrom(new Uint8Array(32))
const clock = () => new Date()
const newId = () => randomBytes(16).toString('base64url')
const advance = createAdvance({
  store,
  definitions: () => definitions,
  fieldTypes,
  keys,
  clock,
  newId,
})
const inbox: Message[] = []
const worker = createWorker({
  store,
  advance,
  perform: {
    'mail.send': async (payload) => {
      const message = payload as Message
      appendFileSync(
        join(folder, 'sink'),
        `${JSON.stringify([message.messageId, message.subject, message.to])}\n`,
      )
      inbox.push(message)
      return { status: 'done', result: null }
    },
  },
  renderMail: (request) => ({ ...renderMail(request), html: 'x' }),
  keys,
  baseUrl,
  clock,
  newId,
  random: Math.random,
  log: { warn: () => undefined, error: (data, text) => console.error(text, data) },
  limits: { leaseMs: LEASE_MS, pollMs: 50 },
})
worker.start()
process.stdout.write('ready\n')

function acknowledge(kind: string, email: string) {
  appendFileSync(join(folder, 'acknowledged'), `${JSON.stringify([kind, email])}\n`)
}

async function register() {
  const id = newId()
  const email = `${id.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}@example.jp`
  const facility = { facilityId: id, facilityType: 'clinic', identifier: id }
  const outcome = await advance.submit({
    form: 'sample/registration',
    answers: { ...answers, email, facility },
    actor: visitor,
  })
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  acknowledge('filed', email)
}

async function openMail() {
  const message = inbox.shift()
  if (message?.subject !== 'activation') return
  const outcome = await advance.byLink({ token: tokenIn(message), answers: {} })
  if ('submission' in outcome) acknowledge('activated', message.to)
}

async function person() {
  for (;;) {
    await register()
    await openMail()
  }
}

if (mode === 'load') await Promise.all(Array.from({ length: PEOPLE }, person))
else {
  // The last run: finishes what is left, leases of the killed ones included.
  const isOpen = async () => {
    const row = await store.db
      .selectFrom('job')
      .select('id')
      .where('kind', '!=', 'timer')
      .where('state', 'in', ['waiting', 'running'])
      .executeTakeFirst()
    return row !== undefined
  }
  while (await isOpen()) await new Promise((resolve) => setTimeout(resolve, 50))
  await worker.stop()
  await store.close()
}
