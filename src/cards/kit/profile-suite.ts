import type { CardManifest, CardResult, Operation, ProfilePlugin } from '../contract.ts'
import { systemClock } from '../deadline.ts'
import { operate } from '../host.ts'
import type { PinQuestion } from '../pin.ts'
import { createCard, type VirtualCard } from '../virtual/card.ts'
import { createVirtualClock } from '../virtual/clock.ts'
import { createHardware, type FaultKind } from '../virtual/hardware.ts'
import { expectThat, LeftOut, runCases, type Outcome } from './bench.ts'

/** What a profile's `conformance.ts` exports: a card of ours that behaves as the real one. */
export type ProfileConformance = {
  readonly makeCard: () => VirtualCard
  /** The right PIN for each operation that asks for one. */
  readonly pins: { readonly [operation in Operation]?: string }
  /** Texts on the card that must stay where they belong. */
  readonly canaries: readonly string[]
}

const SLOT = 'virtual-1'
const FAULTS: readonly FaultKind[] = [
  'removed',
  'no-bytes',
  'one-byte',
  'oversize',
  'truncated',
  'never',
  'reset',
  'service-down',
]

/** Every case a card profile must pass, on the card it brings. */
export function runProfileSuite(
  manifest: CardManifest,
  plugin: ProfilePlugin,
  { makeCard, pins, canaries }: ProfileConformance,
): Promise<Outcome[]> {
  const operations = Object.keys(manifest.card?.operations ?? {}) as readonly Operation[]

  async function play(
    operation: Operation,
    options: {
      readonly card?: VirtualCard
      readonly fault?: readonly [number, FaultKind]
      readonly pin?: string
    } = {},
  ) {
    const clock = createVirtualClock()
    const hardware = createHardware([SLOT])
    const driver = hardware.driver({ emit: () => undefined, clock })
    const card = options.card ?? makeCard()
    hardware.insert(SLOT, card)
    if (options.fault) hardware.fault(SLOT, ...options.fault)
    const asked: PinQuestion[] = []
    const running = operate({
      driver,
      driverManifest: {
        id: 'card-reader-virtual',
        version: '1.0.0',
        timeouts: { commandMs: 10_000, sessionMs: 120_000 },
      },
      readerId: SLOT,
      profiles: [{ manifest, plugin }],
      operation,
      fields: Object.keys(manifest.card?.operations[operation]?.fields ?? {}),
      statement: { origin: 'https://portal.example.jp', nonce: 'nonce', purpose: '確認' },
      clock,
      askPin: async (question) => {
        asked.push(question)
        return {
          kind: 'pin',
          pin: Buffer.from(options.pin ?? pins[operation] ?? ''),
          acceptsLastTry: false,
        }
      },
    })
    // Time passes only when nothing else happens.
    await clock.advance(130_000)
    return { result: await running, asked, card, count: hardware.seen.length }
  }
  const codeOf = (result: CardResult) => (result.kind === 'none' ? result.code : result.kind)
  const withPin = operations.filter((operation) => manifest.card?.operations[operation]?.pin)
  const isWhole = (card: VirtualCard) => {
    const full = makeCard().triesLeft()
    return Object.entries(card.triesLeft()).every(([pin, tries]) => full[pin] === tries)
  }

  return runCases([
    ...operations.map((operation) => ({
      name: `${operation}: works on its card`,
      run: async () => {
        const { result, asked } = await play(operation)
        expectThat(result.kind !== 'none', `got ${codeOf(result)}`)
        expectThat(
          asked.length === (withPin.includes(operation) ? 1 : 0),
          `the PIN was asked for ${asked.length} times`,
        )
      },
    })),
    ...operations.flatMap((operation) =>
      FAULTS.map((kind) => ({
        name: `${operation}: ${kind} at every command ends with a code, and loses no try`,
        run: async () => {
          const { count } = await play(operation)
          for (let at = 0; at < count; at++) {
            const { result, card } = await play(operation, { fault: [at, kind] })
            expectThat(codeOf(result) !== 'INTERNAL', `at command ${at}: INTERNAL`)
            expectThat(
              kind === 'truncated' || result.kind === 'none',
              `at command ${at}: ${codeOf(result)}`,
            )
            expectThat(isWhole(card), `at command ${at} a try was lost`)
            const told = JSON.stringify(result.kind === 'none' ? result : '')
            expectThat(
              !canaries.some((canary) => told.includes(canary)),
              `at command ${at} a canary was told`,
            )
          }
        },
      })),
    ),
    {
      name: 'another card is refused, or read as what it is',
      run: async () => {
        for (const operation of operations) {
          const card = createCard({ atr: '3B00', applets: [] })
          const { result } = await play(operation, { card })
          const isRefused = result.kind === 'none' && result.code === 'CARD_UNSUPPORTED'
          expectThat(
            isRefused || result.kind === 'uid' || result.kind === 'card-type',
            `${operation}: ${codeOf(result)}`,
          )
        }
      },
    },
    {
      name: 'a wrong PIN costs one try, an empty one none',
      run: async () => {
        if (withPin.length === 0) throw new LeftOut('no operation asks for a PIN')
        for (const operation of withPin) {
          const right = pins[operation] ?? ''
          const wrong = right.replace(/./g, (character) => (character === '9' ? '8' : '9'))
          const tried = await play(operation, { pin: wrong })
          expectThat(codeOf(tried.result) === 'PIN_WRONG', `got ${codeOf(tried.result)}`)
          const full = makeCard().triesLeft()
          const lost = Object.entries(tried.card.triesLeft()).map(
            ([pin, left]) => (full[pin] ?? 0) - left,
          )
          expectThat(lost.reduce((sum, one) => sum + one, 0) === 1, 'not exactly one try was used')
          const empty = await play(operation, { pin: '' })
          expectThat(
            codeOf(empty.result) === 'PIN_FORMAT' && isWhole(empty.card),
            'an empty PIN reached the card',
          )
        }
      },
    },
    {
      name: 'time is the host’s: nothing waits on its own',
      run: async () => {
        const before = systemClock.now()
        for (const operation of operations) await play(operation)
        expectThat(systemClock.now() - before < 20_000, 'the operations take real time')
      },
    },
  ])
}
