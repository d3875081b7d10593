import { connect, type AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createScene, registration, type Scene } from './scene.ts'

/** What only a real connection can carry: request lines as nobody's URL parser would write them. */
let scene: Scene
let server: ReturnType<typeof serve>
let port = 0

beforeAll(async () => {
  scene = await createScene()
  await new Promise<AddressInfo>((resolve) => {
    server = serve({ fetch: scene.app.fetch, port: 0, hostname: '127.0.0.1' }, resolve)
  }).then((address) => (port = address.port))
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await scene.close()
})

/** Sends bytes as they are; gives the whole answer. */
function exchange(head: readonly string[], body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (text) => (answer += String(text)))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.end(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
  })
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

test.each([
  ['/treatment/', 200],
  ['/treatment/./profile', 404],
  ['/x/../treatment/profile', 404],
  ['/treatment/%2e%2e/treatment/profile', 404],
  ['/treatment\\profile', 400],
  ['//treatment/profile', 404],
  ['/treatment/profile#x', 404],
  ['/treatment/profile?x=1', 303],
  ['http://evil.example/treatment/profile', 303],
  ['http://evil.example//treatment/profile', 404],
])('the request line %s gets %i', async (target, status) => {
  const answer = await exchange([`GET ${target} HTTP/1.1`, 'Host: evil.example'])
  expect(statusOf(answer)).toBe(status)
  expect(answer).not.toMatch(/location: .*evil/i)
})

test('a whole address of another host in the request line changes no link of a mail (S06)', async () => {
  const body = new URLSearchParams({ ...registration, _action: 'submit' }).toString()
  const answer = await exchange(
    [
      'POST http://evil.example/treatment/register HTTP/1.1',
      'Host: evil.example',
      'Sec-Fetch-Site: same-origin',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
    ],
    body,
  )
  expect(statusOf(answer)).toBe(303)
  expect(answer).toMatch(/location: \/treatment\/submissions\//i)
  await scene.settle()
  expect(scene.mails.at(-1)?.text).toContain('https://portal.example.jp/treatment/links/')
  expect(JSON.stringify(scene.mails)).not.toContain('evil.example')
})

test('a chunked body is cut at the limit', async () => {
  const chunk = `${(8_192).toString(16)}\r\n${'a'.repeat(8_192)}\r\n`
  const answer = await exchange(
    [
      'POST /treatment/register HTTP/1.1',
      'Host: portal.example.jp',
      'Sec-Fetch-Site: same-origin',
      'Content-Type: application/x-www-form-urlencoded',
      'Transfer-Encoding: chunked',
    ],
    chunk.repeat(20),
  )
  expect(statusOf(answer)).toBe(413)
})
