import { createHash, randomUUID } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../../src/fault.ts'
import { MESSAGE_SCHEMA, type Message, type Plugin } from '../../src/plugins/contract.ts'

/** One mail in the outbox; `at` is the time of the mail, ISO 8601 UTC. */
export type OutboxMail = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly at: string
  readonly messageId: string
}

/** Keeps mails as files instead of sending them: for development and trial. */
const outbox: Plugin = {
  name: 'outbox',
  apiVersion: 1,
  config: { type: 'object', additionalProperties: false },
  permissions: ['files:write'],
  effects: {
    'mail.send': {
      payload: MESSAGE_SCHEMA,
      result: {
        type: 'object',
        required: ['messageId'],
        properties: { messageId: { type: 'string' } },
      },
    },
  },
  async start(_config, host) {
    const { folder } = host
    assert(folder, 'The host lends a folder to whoever has files:write')
    return {
      effects: {
        'mail.send': async (payload) => {
          // The host has held the payload against MESSAGE_SCHEMA.
          const message = payload as Message
          await keep(folder, message)
          return { status: 'done', result: { messageId: message.messageId } }
        },
      },
    }
  },
}
export default outbox

/**
 * The mails kept below `folder`, newest first; none when the folder is not there yet.
 * `limit`: at most so many.
 */
export async function readOutbox(folder: string, limit = 200): Promise<OutboxMail[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []
    throw cause
  })
  const mails: OutboxMail[] = []
  for (const name of names.filter((name) => name.endsWith('.json'))) {
    const message = JSON.parse(await readFile(join(folder, name), 'utf8')) as Message
    const { to, subject, text, html, date: at, messageId } = message
    mails.push({ to, subject, text, html, at, messageId })
  }
  const newestFirst = (a: OutboxMail, b: OutboxMail) =>
    compare(b.at, a.at) || compare(a.messageId, b.messageId)
  return mails.sort(newestFirst).slice(0, limit)
}

/** Written beside and renamed, so that a reader sees a whole mail; a repeat replaces its own file. */
async function keep(folder: string, message: Message): Promise<void> {
  const file = join(folder, `${createHash('sha256').update(message.messageId).digest('hex')}.json`)
  const draft = `${file}.${randomUUID()}`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(JSON.stringify(message, undefined, 2))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true })
    throw cause
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
