import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pdf } from '../files/made.ts'
import { loggedIn, type Member } from './members.ts'
import { judo, logIn, logInToGoOn, registeredMember } from './people.ts'
import { hiddenFields, openTestPortal, type TestPortal, type Visitor } from './portal.ts'
import { postFiles } from './sent-files.ts'

/** The same wish sent more than once, at once and long after (R15, R16), and sessions that end on the way (R18). */
const HOUR_MS = 3_600_000
const PATTERNS = process.env.MADOGUCHI_ALL_TIERS === '1' ? 1_000 : 100

describe('one application, one receipt', () => {
  const FORM = '/office/use'
  const API = '/api/v1/office/use'
  let portal: TestPortal
  let member: Member
  beforeAll(async () => {
    portal = await openTestPortal({ definitionsDir: 'test/samples/desk' })
    member = await loggedIn(portal, 'taro')
  })
  afterAll(() => portal.close())

  const filed = async () =>
    (await portal.store.db.selectFrom('submission').select('id').execute()).map(({ id }) => id)
  const answers = { facilityName: '見本院', devices: 2, secretNumber: '0987' }

  /** The same numbers for the same seed, so that a pattern that fails can be played again. */
  function dice(seed: number): (below: number) => number {
    let state = seed * 2_654_435_761 + 1
    return (below) => {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
      return Math.floor((state / 2 ** 32) * below)
    }
  }

  /** One page opened, and what is sent from it: pressed again, sent again by a proxy, from another tab, one after the other or at once. */
  async function byForm(roll: (below: number) => number): Promise<readonly string[]> {
    const opened = hiddenFields(await (await member.send(FORM)).text())
    const typed = { ...opened, facilityName: '見本院', devices: '2', secretNumber: '0987' }
    const body = new URLSearchParams(
      Object.entries({ ...typed, _action: 'submit' }) as [string, string][],
    ).toString()
    const send = async () => {
      const answer = await member.send(FORM, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      })
      return `${answer.status} ${answer.headers.get('location') ?? ''}`
    }
    return inSomeOrder(roll, send)
  }

  async function byProgram(roll: (below: number) => number): Promise<readonly string[]> {
    const key = `k-${roll(2 ** 31)}-${roll(2 ** 31)}`
    const send = async () => {
      const answer = await member.send(API, {
        method: 'POST',
        body: JSON.stringify({ answers }),
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      })
      return `${answer.status} ${await answer.text()}`
    }
    const said = await inSomeOrder(roll, send)
    const other = await member.send(API, {
      method: 'POST',
      body: JSON.stringify({ answers: { ...answers, devices: 3 } }),
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    })
    expect(other.status).toBe(422)
    return said
  }

  async function inSomeOrder(
    roll: (below: number) => number,
    send: () => Promise<string>,
  ): Promise<readonly string[]> {
    const said: string[] = []
    for (let rounds = 1 + roll(3); rounds > 0; rounds--)
      said.push(...(await Promise.all(Array.from({ length: 1 + roll(3) }, send))))
    // Alone it would prove nothing.
    if (said.length === 1) said.push(await send())
    return said
  }

  test(`${PATTERNS} ways of sending twice`, async () => {
    for (let seed = 1; seed <= PATTERNS; seed++) {
      const before = await filed()
      const roll = dice(seed)
      const said = await (roll(4) === 0 ? byProgram : byForm)(roll)
      const made = (await filed()).length - before.length
      expect({ seed, made, answers: new Set(said).size }).toEqual({ seed, made: 1, answers: 1 })
      expect(said[0]).toMatch(/^(?:303 \/office\/submissions\/|201 )/)
    }
  }, 120_000)

  test('a page sent again months later leads to what it filed then', async () => {
    const opened = hiddenFields(await (await member.send(FORM)).text())
    const fields = { ...opened, facilityName: '見本院', devices: '2', secretNumber: '0987' }
    const sent = { ...fields, _action: 'submit' } as Readonly<Record<string, string>>
    const first = (await member.post(FORM, sent)).headers.get('location')
    const count = (await filed()).length
    portal.advanceClock(100 * 24 * HOUR_MS)
    await portal.settle()
    const { cookie } = await portal.accounts.startSession({ accountId: member.accountId })
    const again = await member.send(FORM, {
      method: 'POST',
      body: new URLSearchParams(sent).toString(),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Cookie: cookie.split(';')[0] ?? '',
      },
    })
    expect([again.status, again.headers.get('location')]).toEqual([303, first])
    expect((await filed()).length).toBe(count)
  })
})

describe('a session that ends in the middle of a form', () => {
  const PATH = '/treatment/start-of-use'
  let portal: TestPortal
  let member: Visitor
  beforeAll(async () => {
    portal = await openTestPortal()
    member = await registeredMember(portal, judo)
  })
  afterAll(() => portal.close())

  test.each([
    ['a second', 1_000],
    ['31 minutes', 31 * 60_000],
    ['61 minutes', 61 * 60_000],
    ['24 hours', 24 * HOUR_MS],
    ['a weekend', 64 * HOUR_MS],
  ])('after %s: every character and every file is there after the login', async (_, ms) => {
    await logIn(member, judo.email, judo.password)
    const { html } = await member.get(PATH)
    const file = { field: 'evidence', name: '受領委任承諾通知書𠮷.pdf', bytes: pdf() }
    const typed = { verifyMethod: 'documents', staffCount: '１２', deviceCount: '' }
    const kept = await postFiles(
      member,
      PATH,
      { ...hiddenFields(html), ...typed, _action: 'refresh' },
      [file],
    )
    const page = { ...hiddenFields(kept.html), ...typed, deviceCount: '３ ', _action: 'check' }
    portal.advanceClock(ms)
    // Chores have run meanwhile.
    await portal.settle()
    const late = ms === 1_000 ? portal.visitor() : member
    const answer = await postFiles(late, PATH, page, [])
    // A session lasts for an hour in which nothing is done; one that is there shows the page with what is missing.
    const isOver = answer.location.includes('/login')
    expect(isOver).toBe(ms !== 31 * 60_000)
    const found = isOver ? await late.get(await logInToGoOn(late, answer, judo.email)) : answer
    for (const text of ['value="１２"', 'value="３ "', '受領委任承諾通知書𠮷.pdf'])
      expect(found.html).toContain(text)
  })
})
