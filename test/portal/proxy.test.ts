import { afterEach, expect, test } from 'vitest'
import { openTestPortal, type TestPortal } from './portal.ts'

/** Limits count visitors: behind a proxy by the address the proxy saw, and never by one a visitor makes up. */
const PATH = '/api/v1/treatment/registration/lookups/facility'
const LIMIT = 30
const PROXY = '203.0.113.1'

let portal: TestPortal
afterEach(() => portal.close())

const ask = async (forwarded: string) => {
  const question = { inputs: { facilityType: 'ahaki', registrationNumber: '0123456789' } }
  const answer = await portal.visitor(PROXY).json(PATH, question, { 'X-Forwarded-For': forwarded })
  return (answer.body as { status: string }).status
}
const askOften = async (forwarded: (n: number) => string) => {
  for (let n = 0; n < LIMIT; n++) expect(await ask(forwarded(n))).toBe('found')
}

test('without a proxy of ours the header changes nothing', async () => {
  portal = await openTestPortal()
  await askOften((n) => `198.51.100.${n}`)
  expect(await ask('198.51.100.200')).toBe('unavailable')
})

test('behind one proxy its address counts, whatever the visitor put before it', async () => {
  portal = await openTestPortal({ proxyHops: 1 })
  await askOften((n) => `10.0.0.${n}, 198.51.100.7`)
  expect(await ask('10.9.9.9, 198.51.100.7')).toBe('unavailable')
  expect(await ask('10.9.9.9, 198.51.100.8')).toBe('found')
})

test('behind two proxies the one the outer proxy saw counts', async () => {
  portal = await openTestPortal({ proxyHops: 2 })
  await askOften(() => '198.51.100.7, 10.0.0.1')
  expect(await ask('192.0.2.9, 198.51.100.7, 10.0.0.1')).toBe('unavailable')
  expect(await ask('198.51.100.8, 10.0.0.1')).toBe('found')
})

test('a header that holds no address falls back to the socket', async () => {
  portal = await openTestPortal({ proxyHops: 1 })
  await askOften((n) => `nobody-${n}`)
  expect(await ask('')).toBe('unavailable')
})
