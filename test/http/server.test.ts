import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeHttpServer, createHttpServer } from '../../src/http/server.ts'
import { openTestPortal, type TestPortal } from '../portal/portal.ts'

let portal: TestPortal
let server: Server
beforeAll(async () => {
  portal = await openTestPortal()
  server = createHttpServer(portal.app, { baseUrl: 'http://localhost:3000' })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(async () => {
  await closeHttpServer(server)
  await portal.close()
})

test('a host that is none gets a plain 400 with the security headers', async () => {
  const answer = await ask('GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer.toLowerCase()).toContain("content-security-policy: default-src 'none'")
  expect(answer).toContain('もう一度開いてください')
})

test('what is not HTTP gets a bare 400', async () => {
  const answer = await ask('GET \\treatment HTTP/1.1\r\nHost: localhost\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 [^\r]*\r\nConnection: close\r\n\r\n$/)
})

test('an ordinary request is answered', async () => {
  const answer = await ask('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
})

test('too many headers are refused before they are read', async () => {
  const answer = await ask(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 431 /)
})

async function ask(request: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(request)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}
