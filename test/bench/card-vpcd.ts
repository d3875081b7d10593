/** The part of the benchmark that runs inside namespaces: `card-vpcd.ts ROUNDS` prints what it measured as JSON. */
import plugin from '../../plugins/card-reader-pcsc/index.ts'
import { openVpcdBench } from '../../src/cards/kit/vpcd-bench.ts'
import { systemClock } from '../../src/cards/deadline.ts'
import { perSecond, readOnce, recordedCard, replayOnce } from './card-reads.ts'

const rounds = Number(process.argv[2])
let cardIn = () => undefined as void
const present = new Promise<void>((resolve) => (cardIn = resolve))
const bench = await openVpcdBench((context) => plugin.create(context))
const driver = bench.driver({
  config: {},
  clock: systemClock,
  log: () => undefined,
  emit: (event) => void (event.kind === 'card-present' && cardIn()),
})
try {
  const { card, commands } = recordedCard()
  await driver.start()
  await bench.insert(0, card)
  await present
  const reader = driver
    .readers()
    .map(({ id }) => id)
    .sort()[0] as string
  await readOnce(driver, reader)
  const recorded = commands.slice()
  const figures = await perSecond(
    rounds,
    () => readOnce(driver, reader),
    () => replayOnce(() => driver.connect(reader, 'shared'), recorded),
  )
  process.stdout.write(JSON.stringify({ ...figures, commands: recorded.length }))
} finally {
  await driver.stop()
  await bench.close()
}
