import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeHttpServer, createHttpServer, type BodyTime } from '../../src/http/server.ts'
import { pdf } from '../files/made.ts'
import { openTestPortal, type TestPortal } from '../portal/portal.ts'

/** How long a body may take (R21, S49): an ordinary one a while, one with files as long as it keeps coming. */

const PATH = '/demonstration/notice'
const ROUND_MS = 100
const BASE_URL = 'http://localhost:3000'
const BOUNDARY = 'x-x-x'

let portal: TestPortal
const servers: Server[] = []
beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/attachments' })
})
afterAll(async () => {
  for (const server of servers) await closeHttpServer(server)
  await portal.close()
})

test('an ordinary body that stops coming is cut off', async () => {
  const socket = await send(
    { roundMs: ROUND_MS, bytesMin: 0, roundsMax: 1_000 },
    'application/x-www-form-urlencoded',
    'subject=a',
    1_000,
  )
  expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 408 /)
})

test('a form with files may take many rounds while it keeps coming', async () => {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="_action"\r\n\r\nattach:evidence\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="evidence"; filename="a.pdf"\r\n\r\n`
  const rest = Buffer.concat([pdf(), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
  const socket = await send(
    { roundMs: ROUND_MS, bytesMin: 0, roundsMax: 1_000 },
    `multipart/form-data; boundary=${BOUNDARY}`,
    head,
    head.length + rest.length,
  )
  const answer = answerOn(socket)
  await pause(5 * ROUND_MS)
  socket.write(rest)
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(await answer).toContain('a.pdf')
})

test.each([
  ['too little comes', { bytesMin: 1_000_000, roundsMax: 1_000 }],
  ['it takes too long altogether', { bytesMin: 0, roundsMax: 2 }],
])('a form with files is cut off when %s, and nothing of it stays', async (_, time) => {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="evidence"; filename="a.pdf"\r\n\r\n%PDF-1.7`
  const socket = await send(
    { roundMs: ROUND_MS, ...time },
    `multipart/form-data; boundary=${BOUNDARY}`,
    head,
  )
  expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 408 /)
  await expect.poll(() => readdir(`${portal.dataDir}/incoming`), { timeout: 30_000 }).toEqual([])
})

/** Sends the head of a request and the beginning of a body that is announced to be longer. */
async function send(time: BodyTime, type: string, body: string, length = 100_000) {
  const server = createHttpServer(portal.app, { baseUrl: BASE_URL }, time)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nHost: localhost:3000\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n${body}`,
  )
  return socket
}

async function answerOn(socket: Awaited<ReturnType<typeof send>>): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}
