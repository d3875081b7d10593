import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import outbox, { readOutbox } from '../../plugins/outbox/index.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { activation, mailDefinitions, startMail } from './samples.ts'

let definitions: Pick<Definitions, 'mails' | 'portals'>
let folder: string

beforeAll(async () => {
  definitions = await mailDefinitions()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outbox-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a mail can be read as it was sent', async () => {
  const { send } = await startMail(outbox, {}, folder)
  const message = activation(definitions)
  expect(await send(message)).toEqual({
    status: 'done',
    result: { messageId: '<job-1@mail.example.jp>' },
  })
  const { to, subject, text, html, messageId, date } = message
  expect(await readOutbox(folder)).toEqual([{ to, subject, text, html, at: date, messageId }])
})

test('a repeat replaces its own file, even at the same moment', async () => {
  const { send } = await startMail(outbox, {}, folder)
  const message = activation(definitions)
  await Promise.all(Array.from({ length: 20 }, () => send(message)))
  await send({ ...message, date: '2026-04-01T02:00:00.000Z' })
  expect(await readOutbox(folder)).toMatchObject([{ at: '2026-04-01T02:00:00.000Z' }])
  expect(await readdir(folder)).toHaveLength(1)
})

test('newest first, at most as many as asked for', async () => {
  const { send } = await startMail(outbox, {}, folder)
  for (const hour of ['05', '09', '01'])
    await send(
      activation(definitions, {
        jobId: `job-${hour}`,
        at: new Date(`2026-04-01T${hour}:00:00.000Z`),
      }),
    )
  const ids = (await readOutbox(folder)).map(({ messageId }) => messageId)
  expect(ids).toEqual(['09', '05', '01'].map((hour) => `<job-${hour}@mail.example.jp>`))
  expect(await readOutbox(folder, 1)).toHaveLength(1)
})

test('no Message-ID leads out of the folder or meets another in one file', async () => {
  const { send } = await startMail(outbox, {}, folder)
  const message = activation(definitions)
  const ids = ['<../../x@y>', '</etc/passwd@y>', '<AB@y>', '<ab@y>', `<${'a'.repeat(400)}@y>`]
  for (const messageId of ids) await send({ ...message, messageId })
  expect((await readOutbox(folder)).map(({ messageId }) => messageId).toSorted()).toEqual(
    ids.toSorted(),
  )
  for (const name of await readdir(folder)) {
    expect(name).toMatch(/^[0-9a-f]{64}\.json$/)
    expect((await stat(join(folder, name))).mode & 0o077).toBe(0)
  }
})

test('a half-written draft and a missing folder show no mail', async () => {
  await writeFile(join(folder, 'abc.json.draft'), '{"to":')
  expect(await readOutbox(folder)).toEqual([])
  expect(await readOutbox(join(folder, 'none'))).toEqual([])
})

test('a folder that cannot be written fails the attempt and leaves nothing', async () => {
  const { send } = await startMail(outbox, {}, join(folder, 'gone'))
  await expect(send(activation(definitions))).rejects.toMatchObject({ code: 'ENOENT' })
})
