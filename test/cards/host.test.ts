import { verify, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decodeCommand, fromHex, hex } from '../../src/cards/apdu.ts'
import type { CardResult } from '../../src/cards/contract.ts'
import { cardErrors } from '../../src/cards/errors.ts'
import { statementBytes } from '../../src/cards/statement.ts'
import { createCard } from '../../src/cards/virtual/card.ts'
import { createVirtualClock } from '../../src/cards/virtual/clock.ts'
import { createHardware, type FaultKind } from '../../src/cards/virtual/hardware.ts'
import { createMyNumberCard } from '../../src/cards/virtual/mynumber.ts'
import { FOUR_ITEMS, profileWith, sampleKeys, scene, STATEMENT, typesPin } from './scene.ts'

const TEXT_PIN = 'D3921000310001010408/0011'
const SLOT = 'virtual-1'

describe('operations on the virtual card', () => {
  test('the four items, split into their parts, and nothing that was not asked for', async () => {
    const { run, hardware, card, start } = scene()
    await start()
    hardware.insert(SLOT, card)
    const result = await run('attributes')
    expect(result).toMatchObject({
      kind: 'attributes',
      assurance: 'read',
      profile: 'card-profile-mynumber@1.0.0',
      attributes: { familyName: '見本', givenName: '花子', birthDate: '1985-02-03', sex: 'female' },
    })
    expect(JSON.stringify(result)).not.toContain('千代田')
  })

  test('a signed statement that the certificate verifies', async () => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    const result = await run('challenge')
    if (result.kind !== 'challenge-response') throw new Error(JSON.stringify(result))
    const certificate = new X509Certificate(Buffer.from(result.certificate, 'base64'))
    const key = certificate.publicKey
    const signature = Buffer.from(result.signature, 'base64')
    expect(verify('sha256', statementBytes(STATEMENT), key, signature)).toBe(true)
    const other = statementBytes({ ...STATEMENT, origin: 'https://other.example.jp' })
    expect(verify('sha256', other, key, signature)).toBe(false)
  })

  test('the number of a membership card proves nothing; a profile that knows its card comes first', async () => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, createCard({ atr: '3B8F80', uid: '04A1B2C3', applets: [] }))
    expect(await run('identify')).toMatchObject({
      kind: 'uid',
      assurance: 'none',
      uid: Buffer.from('04A1B2C3', 'hex').toString('base64'),
    })
    hardware.insert(SLOT, card)
    expect(await run('identify')).toMatchObject({ kind: 'card-type', name: '個人番号カード' })
  })

  test('no card, no reader, a card that offers no such operation', async () => {
    const { run, hardware } = scene()
    expect(await run('identify')).toMatchObject({ kind: 'none', code: 'NO_CARD' })
    expect(await run('identify', { readerId: 'elsewhere' })).toMatchObject({ code: 'NO_READER' })
    hardware.insert(SLOT, createCard({ atr: '3B00', applets: [] }))
    expect(await run('attributes')).toMatchObject({ code: 'CARD_UNSUPPORTED' })
  })
})

describe('PIN', () => {
  const left = (hardwareCard: { triesLeft(): Readonly<Record<string, number>> }) =>
    hardwareCard.triesLeft()[TEXT_PIN]

  test('a wrong one costs exactly one try and is not repeated', async () => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    expect(await run('attributes', { askPin: typesPin('0000') })).toEqual({
      kind: 'none',
      code: 'PIN_WRONG',
      detail: { triesLeft: 2 },
    })
    expect(left(card)).toBe(2)
    const verifies = hardware.seen.filter(
      ({ command }) => command[1] === 0x20 && command.length > 4,
    )
    expect(verifies).toHaveLength(1)
  })

  test.each(['', '123', '12345', '12a4', '１２３４'])('%j is never sent', async (typed) => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    expect(await run('attributes', { askPin: typesPin(typed) })).toMatchObject({
      code: 'PIN_FORMAT',
    })
    expect(
      hardware.seen.filter(({ command }) => command[1] === 0x20 && command.length !== 4),
    ).toEqual([])
    expect(left(card)).toBe(3)
  })

  test('blocked: nobody is asked, nothing is sent', async () => {
    const { run, hardware } = scene()
    hardware.insert(SLOT, createMyNumberCard({ keys: sampleKeys(), tries: 0 }))
    const askPin = () => Promise.reject(new Error('asked'))
    expect(await run('attributes', { askPin })).toMatchObject({ code: 'PIN_BLOCKED' })
  })

  test('the last try is used only when the person says so', async () => {
    const { run, hardware } = scene()
    const card = createMyNumberCard({ keys: sampleKeys(), tries: 1 })
    hardware.insert(SLOT, card)
    expect(await run('attributes', { askPin: typesPin('5678') })).toMatchObject({
      code: 'PIN_CANCELLED',
    })
    expect(left(card)).toBe(1)
    expect(await run('attributes', { askPin: typesPin('5678', true) })).toMatchObject({
      kind: 'attributes',
    })
    expect(left(card)).toBe(3)
  })

  test('called off, or not typed in time', async () => {
    const clock = createVirtualClock()
    const { run, hardware, card } = scene(createHardware(), clock)
    hardware.insert(SLOT, card)
    expect(await run('attributes', { askPin: async () => ({ kind: 'cancelled' }) })).toMatchObject({
      code: 'PIN_CANCELLED',
    })
    const waiting = run('attributes', {
      askPin: () => new Promise(() => undefined),
      driverManifest: SLOW,
    })
    await clock.advance(61_000)
    expect(await waiting).toMatchObject({ code: 'PIN_TIMEOUT' })
    expect(left(card)).toBe(3)
  })

  test('bytes of the PIN are overwritten after use', async () => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    const pin = Buffer.from('5678')
    await run('attributes', { askPin: async () => ({ kind: 'pin', pin, acceptsLastTry: false }) })
    expect([...pin]).toEqual([0, 0, 0, 0])
  })

  test('after a session with a PIN, another program finds the card locked', async () => {
    const { run, hardware, card, driver } = scene()
    hardware.insert(SLOT, card)
    const other = await driver.connect(SLOT, 'shared')
    expect(await run('attributes')).toMatchObject({ kind: 'attributes' })
    await expect(other.transmit(fromHex('00B0000000') ?? new Uint8Array())).rejects.toMatchObject({
      code: 'CARD_RESET',
    })
    await other.reconnect()
    for (const select of ['00A4040C0AD3921000310001010408', '00A4020C020002'])
      await other.transmit(fromHex(select) ?? new Uint8Array())
    expect(hex(await other.transmit(fromHex('00B0000000') ?? new Uint8Array()))).toBe('6982')
  })
})

test('a card that hands its answers out in pieces (61xx) and of other lengths than asked for (6Cxx)', async () => {
  const { run, hardware, card } = scene()
  let rest = new Uint8Array()
  let pieces = 0
  hardware.insert(SLOT, {
    ...card,
    process(bytes) {
      const { ins, le = 0 } = decodeCommand(bytes) ?? { ins: 0 }
      if (ins === 0xc0) {
        pieces += 1
        const [now, later] = [rest.slice(0, le), rest.slice(le)]
        rest = later
        return Uint8Array.of(
          ...now,
          ...(later.length > 0 ? [0x61, Math.min(later.length, 0x20)] : [0x90, 0x00]),
        )
      }
      if (ins === 0xb0 && le > 0x80) return Uint8Array.of(0x6c, 0x80)
      const reply = card.process(bytes)
      if (reply.length <= 2) return reply
      rest = reply.slice(0, -2)
      return Uint8Array.of(0x61, Math.min(rest.length, 0x20))
    },
  })
  expect(await run('attributes')).toMatchObject({
    kind: 'attributes',
    attributes: { familyName: '見本', givenName: '花子' },
  })
  expect(pieces).toBeGreaterThanOrEqual(4)
})

const SLOW = { id: 'slow', version: '1.0.0', timeouts: { commandMs: 2_000, sessionMs: 200_000 } }

describe('a fault at every command', () => {
  const CODES: { readonly [kind in FaultKind]: readonly string[] } = {
    removed: ['CARD_REMOVED'],
    'no-bytes': ['CARD_REMOVED'],
    'one-byte': ['CARD_REMOVED'],
    oversize: ['PROTOCOL_ERROR'],
    never: ['TIMEOUT'],
    reset: ['CARD_RESET'],
    'service-down': ['SERVICE_DOWN'],
    // The status word alone survives being cut; where it was the number of tries, nothing is known of them.
    truncated: ['PROTOCOL_ERROR', 'PIN_CANCELLED', 'attributes', 'challenge-response'],
    slow: ['attributes', 'challenge-response'],
  }

  test.each(Object.keys(CODES) as FaultKind[])('%s', async (kind) => {
    for (const operation of ['attributes', 'challenge'] as const) {
      const commands = await countCommands(operation)
      expect(commands).toBeGreaterThan(6)
      for (let at = 0; at < commands; at++) {
        const clock = createVirtualClock()
        const { run, hardware, card } = scene(createHardware(), clock)
        hardware.insert(SLOT, card)
        hardware.fault(SLOT, at, kind)
        const running = run(operation)
        await clock.advance(15_000)
        const result = await running
        const told = result.kind === 'none' ? result.code : result.kind
        // A number of a certificate may be cut where only the signature's check would tell: never here.
        expect([kind, operation, at, CODES[kind].includes(told)]).toEqual([
          kind,
          operation,
          at,
          true,
        ])
        for (const tries of Object.values(card.triesLeft())) expect([3, 5, 10]).toContain(tries)
        // The same reader works again at once, whatever happened.
        hardware.remove(SLOT)
        hardware.startService()
        hardware.insert(SLOT, card)
        await clock.advance(10)
        expect((await run(operation)).kind).not.toBe('none')
      }
    }
  })

  async function countCommands(operation: 'attributes' | 'challenge') {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    await run(operation)
    return hardware.seen.length
  }
})

describe('calling off', () => {
  test('before, during and after: the caller is answered at once, the reader works again', async () => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    expect(await run('attributes', { signal: AbortSignal.abort() })).toMatchObject({
      code: 'ABORTED',
    })
    const during = new AbortController()
    hardware.insert(SLOT, card)
    hardware.fault(SLOT, 3, 'never')
    const stuck: Promise<unknown>[] = []
    const running = run('attributes', {
      signal: during.signal,
      onStuck: (pending) => stuck.push(pending),
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    during.abort()
    expect(await running).toMatchObject({ code: 'ABORTED' })
    expect(stuck).toHaveLength(1)
    hardware.remove(SLOT)
    await Promise.all(stuck)
    hardware.insert(SLOT, card)
    const after = new AbortController()
    expect(await run('attributes', { signal: after.signal })).toMatchObject({ kind: 'attributes' })
    after.abort()
  })
})

describe('what a profile may not do', () => {
  const outcome = (result: CardResult) => (result.kind === 'none' ? result.code : result.kind)
  const command = (text: string) => {
    const [cla = 0, ins = 0, p1 = 0, p2 = 0, lc = 0, ...data] = fromHex(text) ?? []
    return {
      cla,
      ins,
      p1,
      p2,
      ...(lc > 0 && { data: Uint8Array.from(data.slice(0, lc)) }),
      le: 256,
    }
  }

  test.each([
    ['the number, by its file', ['00A4040C0AD3921000310001010408', '00A4020C020001']],
    ['the number, by a short name', ['00A4040C0AD3921000310001010408', '00B0810000']],
    ['the number, by the odd instruction', ['00A4040C0AD3921000310001010408', '00B1000104']],
    ['an application not in the manifest', ['00A4040C0AD3921000310001010402']],
    ['a name cut short', ['00A4040C05D392100031']],
    ['a PIN of its own', ['00A4040C0AD392F000260100000001', '00A4020C020018', '0020008004']],
    ['a chained command', ['00A4040C0AD3921000310001010408', '10B0000000']],
    ['writing', ['00A4040C0AD3921000310001010408', '00D6000001']],
    ['the reader itself', ['FF00000001']],
  ])('%s', async (_, commands) => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    const profile = profileWith({
      operations: {
        identify: async (session) => {
          for (const text of commands) await session.transmit(command(text))
          return { kind: 'card-type', name: 'passed' }
        },
      },
    })
    expect(outcome(await run('identify', { profiles: [profile] }))).toBe('DENIED_BY_POLICY')
    const last = commands.at(-1) ?? ''
    expect(
      hardware.seen.map(({ command }) => hex(command)).filter((seen) => seen.startsWith(last)),
    ).toEqual([])
  })

  test('ask for a PIN twice, or for one that is not its operation’s', async () => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    const asking = (...refs: string[]) =>
      profileWith({
        operations: {
          attributes: async (_session, { pin }) => {
            for (const ref of refs) await pin.verify(ref)
            return { kind: 'attributes', attributes: {} }
          },
        },
      })
    expect(outcome(await run('attributes', { profiles: [asking('text', 'text')] }))).toBe(
      'DENIED_BY_POLICY',
    )
    expect(outcome(await run('attributes', { profiles: [asking('authentication')] }))).toBe(
      'DENIED_BY_POLICY',
    )
  })

  test('give more than it was asked for, or something else', async () => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    const more = profileWith({
      operations: {
        attributes: async () => ({
          kind: 'attributes',
          attributes: { familyName: '見本', address: '東京都', number: '9' },
        }),
        identify: async () => ({ kind: 'attributes', attributes: { address: '東京都' } }),
      },
    })
    expect(await run('attributes', { profiles: [more] })).toMatchObject({
      attributes: { familyName: '見本' },
    })
    expect(
      JSON.stringify(await run('attributes', { profiles: [more], fields: FOUR_ITEMS })),
    ).not.toMatch(/東京都|"9"/)
    expect(outcome(await run('identify', { profiles: [more] }))).toBe('INTERNAL')
  })

  test('fail in its own way: the caller gets one of the list', async () => {
    const { run, hardware, card } = scene()
    hardware.insert(SLOT, card)
    const broken = profileWith({
      operations: { identify: () => Promise.reject(new TypeError('見本 花子')) },
    })
    const result = await run('identify', { profiles: [broken] })
    expect(result).toEqual({ kind: 'none', code: 'INTERNAL', detail: {} })
  })
})

test('every error code says what to do, in both languages', () => {
  for (const { what, userAction } of Object.values(cardErrors))
    for (const text of [what, userAction]) {
      expect(text.ja).toMatch(/[ぁ-ん].*。$/)
      expect(text.ja).not.toMatch(/不正|無効|異常/)
      expect(text.en).toMatch(/^[A-Z].*\.$/)
    }
})
