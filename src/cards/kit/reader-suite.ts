import { fromHex, hex } from '../apdu.ts'
import type {
  CardManifest,
  CardResult,
  DriverContext,
  ReaderDriver,
  ReaderEvent,
} from '../contract.ts'
import { systemClock, withDeadline } from '../deadline.ts'
import { asCardError } from '../errors.ts'
import { operate } from '../host.ts'
import type { VirtualClock } from '../virtual/clock.ts'
import { expectThat, LeftOut, runCases, type CardBench, type Outcome } from './bench.ts'
import { CANARY, createProbeCard, probeProfile, PROBE_PIN, PROBE_TRIES } from './probe.ts'

export type ReaderSuite = {
  readonly manifest: CardManifest
  readonly openBench: () => Promise<CardBench>
  /** How often a driver is started and stopped; fewer where that takes real time. */
  readonly lives: number
  /** At which commands an answer goes wrong; left out: at every one of a reading. */
  readonly faultsAt?: readonly number[]
  /** Time that passes when it is told to; left out: the computer's, where a service of its own has a share in it. */
  readonly clock?: VirtualClock
}

/** A driver does within this what the hardware does at once; readers are polled by their service. */
const PATIENCE_MS = 8_000
const POLL_MS = 20
const STOP_MS = 2_000
const COMMAND_MS = 3_000

/** Every case a reader driver must pass, the same for fake, virtual and real readers. */
export async function runReaderSuite({
  manifest,
  openBench,
  lives,
  faultsAt,
  clock: virtual,
}: ReaderSuite): Promise<Outcome[]> {
  const bench = await openBench()
  const clock = virtual ?? systemClock
  const pass = (ms: number) =>
    virtual ? virtual.advance(ms) : new Promise<void>((resolve) => setTimeout(resolve, ms))
  /** The outcome of something, letting time pass until it is there. */
  const over = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = virtual === undefined
    const settled = Promise.allSettled([work]).then(() => (isOver = true))
    while (!isOver) await pass(POLL_MS)
    await settled
    return work
  }
  const stopped = (one: ReaderDriver) => over(withDeadline(clock, STOP_MS, undefined, one.stop()))
  const events: ReaderEvent[] = []
  const said: unknown[] = []
  const context: DriverContext = {
    config: {},
    emit: (event) => void events.push(event),
    clock,
    log: (...words) => void said.push(words),
  }
  const results: CardResult[] = []
  const until = async (holds: () => boolean, what: string) => {
    const end = clock.now() + PATIENCE_MS
    while (!holds() && clock.now() < end) await pass(POLL_MS)
    expectThat(holds(), what)
  }
  const hasCard = (id: string) => {
    const last = events.findLast((event) => 'readerId' in event && event.readerId === id)
    return last?.kind === 'card-present'
  }
  let driver: ReaderDriver = bench.driver(context)
  const idAt = (index: number) =>
    driver
      .readers()
      .map(({ id }) => id)
      .sort()[index] ?? ''
  const put = async (index = 0, card = createProbeCard(index + 1)) => {
    if (hasCard(idAt(index))) await take(index)
    await bench.insert(index, card)
    await until(() => hasCard(idAt(index)), 'no card-present came after the card was put in')
    return card
  }
  const take = async (index = 0) => {
    await bench.remove(index)
    await until(() => !hasCard(idAt(index)), 'no card-absent came after the card was taken away')
  }
  const read = async (index = 0, pin = PROBE_PIN, signal?: AbortSignal) => {
    const reading = operate({
      driver,
      driverManifest: { ...manifest, timeouts: { ...manifest.timeouts, commandMs: COMMAND_MS } },
      readerId: idAt(index),
      profiles: [probeProfile],
      operation: 'attributes',
      fields: ['name'],
      clock,
      askPin: async () => ({ kind: 'pin', pin: Buffer.from(pin), acceptsLastTry: false }),
      signal,
    })
    const result = await over(reading)
    results.push(result)
    return result
  }
  /** The numbers of the commands of one reading in which nothing goes wrong. */
  const everyCommand = async (): Promise<readonly number[]> => {
    const { onCommand } = bench
    if (!onCommand) throw new LeftOut('this bench does not tell of commands')
    await put()
    const seen: number[] = []
    onCommand(0, (index) => void seen.push(index))
    const result = await read()
    onCommand(0, undefined)
    expectThat(isRead(result) && seen.length > 0, `nothing could be read: ${codeOf(result)}`)
    return seen
  }
  const isRead = (result: CardResult) => result.kind === 'attributes'
  const codeOf = (result: CardResult) => (result.kind === 'none' ? result.code : result.kind)

  const cases = [
    {
      name: `started and stopped ${lives} times, twice in a row, always settling`,
      run: async () => {
        for (let life = 0; life < lives; life++) {
          const one = bench.driver({ ...context, emit: () => undefined })
          await one.start()
          await one.start()
          await stopped(one)
          await one.stop()
        }
      },
    },
    {
      name: 'tells its readers, and what each of them can',
      run: async () => {
        await driver.start()
        await until(() => driver.readers().length >= bench.readers, 'not every reader was told')
        for (const { id, capabilities } of driver.readers()) {
          expectThat(id !== '' && id.length < 60, 'a reader has no short id')
          for (const known of Object.values(capabilities))
            expectThat(
              ['yes', 'no', 'unknown'].includes(known),
              'a capability is neither yes, no nor unknown',
            )
        }
      },
    },
    {
      name: 'tells when a card comes and goes',
      run: async () => {
        await put()
        await take()
      },
    },
    {
      name: 'an empty reader: NO_CARD',
      run: async () => expectThat(codeOf(await read()) === 'NO_CARD', 'not NO_CARD'),
    },
    {
      name: 'reads a file behind a PIN',
      run: async () => {
        await put()
        const result = await read()
        expectThat(isRead(result), `got ${codeOf(result)}`)
      },
    },
    {
      name: 'after a session with a PIN, another program finds the card locked',
      run: async () => {
        await put()
        expectThat(isRead(await read()), 'could not be read first')
        const other = bench.driver({ ...context, emit: () => undefined })
        await other.start()
        await until(
          () => other.readers().length >= bench.readers,
          'the other driver sees no readers',
        )
        const connection = await other.connect(idAt(0), 'shared')
        const send = async (text: string) =>
          hex(await connection.transmit(fromHex(text) ?? new Uint8Array()))
        const tries: [string, string][] = [
          ['00A4040C0BF04D41444F475543484901', '9000'],
          ['00A4020C020101', '9000'],
          ['00B0000000', '6982'],
        ]
        for (const [command, answer] of tries) {
          const got = await send(command)
          expectThat(got === answer, `${command.slice(0, 8)} gave ${got.slice(-4)}, not ${answer}`)
        }
        await connection.close('reset')
        await other.stop()
      },
    },
    {
      name: 'a wrong PIN costs one try, and only one',
      run: async () => {
        const card = await put()
        const result = await read(0, '0000')
        expectThat(codeOf(result) === 'PIN_WRONG', `got ${codeOf(result)}`)
        expectThat(card.triesLeft()[PROBE_TRIES] === 2, 'not exactly one try was used')
      },
    },
    {
      name: 'the card taken away at every command: CARD_REMOVED, and the reader works again',
      run: async () => {
        const { onCommand } = bench
        if (!onCommand) throw new LeftOut('this bench cannot remove a card in the middle')
        for (let at = 0, isOver = false; !isOver && at < 40; at++) {
          const card = await put()
          let isRemoved = false
          onCommand(0, async (index) => {
            if (index !== at) return
            isRemoved = true
            await bench.remove(0)
          })
          const result = await read()
          onCommand(0, undefined)
          isOver = !isRemoved
          const allowed = isRemoved ? ['CARD_REMOVED', 'NO_CARD', 'TIMEOUT'] : ['attributes']
          expectThat(allowed.includes(codeOf(result)), `at command ${at}: ${codeOf(result)}`)
          expectThat(card.triesLeft()[PROBE_TRIES] === 3, `at command ${at} a try was lost`)
          if (isRemoved) await until(() => !hasCard(idAt(0)), 'no card-absent came')
        }
        await put()
        expectThat(isRead(await read()), 'the reader does not work again')
      },
    },
    ...(
      [
        ['no-bytes', ['CARD_REMOVED']],
        ['one-byte', ['CARD_REMOVED']],
        ['oversize', ['PROTOCOL_ERROR']],
        ['never', ['TIMEOUT']],
        ['slow', ['attributes']],
        ['reset', ['CARD_RESET']],
        ['removed', ['CARD_REMOVED']],
      ] as const
    ).map(([kind, codes]) => ({
      name: `an answer that goes wrong (${kind}): ${codes.join(' or ')}`,
      run: async () => {
        const { fault } = bench
        if (!fault) throw new LeftOut('this bench plays no faults')
        for (const at of faultsAt ?? (await everyCommand())) {
          await put()
          fault(0, at, kind)
          const result = await read()
          const isExpected = (codes as readonly string[]).includes(codeOf(result))
          expectThat(isExpected, `at command ${at}: ${codeOf(result)}`)
        }
      },
    })),
    {
      name: 'another program resets the card: CARD_RESET, then nothing is selected any more',
      run: async () => {
        await put()
        const [mine, others] = [
          await driver.connect(idAt(0), 'shared'),
          await driver.connect(idAt(0), 'shared'),
        ]
        const send = async (text: string) =>
          hex(await mine.transmit(fromHex(text) ?? new Uint8Array()))
        await send('00A4040C0BF04D41444F475543484901')
        expectThat((await send('00A4020C020101')) === '9000', 'the file is not there')
        await others.close('reset')
        const told = await send('00B0000000').catch((cause: unknown) => asCardError(cause).code)
        expectThat(told === 'CARD_RESET', `got ${told}`)
        await mine.reconnect()
        expectThat((await send('00A4020C020101')) !== '9000', 'something is still selected')
        await mine.close('reset')
      },
    },
    {
      name: 'called off: answered at once, and the reader works again',
      run: async () => {
        await put()
        expectThat(
          codeOf(await read(0, PROBE_PIN, AbortSignal.abort())) === 'ABORTED',
          'not ABORTED',
        )
        await put()
        expectThat(isRead(await read()), 'the reader does not work again')
      },
    },
    {
      name: 'two readers with two cards are not taken for each other',
      run: async () => {
        if (bench.readers < 2) throw new LeftOut('this bench has one reader')
        await put(0)
        await put(1)
        const names = await Promise.all([read(0), read(1)])
        for (const [index, result] of names.entries())
          expectThat(
            result.kind === 'attributes' &&
              (result.attributes.name ?? '').startsWith(`${CANARY}-${index + 1}`),
            `reader ${index + 1} gave ${codeOf(result)}`,
          )
      },
    },
    {
      name: 'the service ends and comes back: told, and everything works again',
      run: async () => {
        const { stopService, startService } = bench
        if (!stopService || !startService) throw new LeftOut('this bench cannot end the service')
        await put()
        events.length = 0
        await stopService()
        const down = () => events.some(({ kind }) => kind === 'service-down')
        await until(down, 'no service-down came')
        expectThat(driver.readers().length === 0, 'readers are still there')
        expectThat(codeOf(await read()) !== 'attributes', 'something was read without a service')
        await startService()
        await until(() => events.some(({ kind }) => kind === 'service-up'), 'no service-up came')
        await until(() => driver.readers().length >= bench.readers, 'the readers did not come back')
        await put()
        expectThat(isRead(await read()), 'the reader does not work again')
      },
    },
    {
      name: 'nothing of a card is in what the driver says',
      run: async () => {
        const told = JSON.stringify([said, events, results.filter(({ kind }) => kind === 'none')])
        expectThat(!told.includes(CANARY) && !told.includes(PROBE_PIN), 'the canary was found')
      },
    },
    {
      name: 'stops, with a card still in',
      run: async () => {
        await stopped(driver)
        driver = bench.driver(context)
      },
    },
  ]
  try {
    return await runCases(cases)
  } finally {
    await driver.stop().catch(() => undefined)
    await bench.close()
  }
}
