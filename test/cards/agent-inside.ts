/** Runs inside namespaces: the whole agent, its driver in a process of its own, on our card in the real service's reader. */
import { startService } from '../../src/cards/kit/namespaces.ts'
import { createMyNumberCard } from '../../src/cards/virtual/mynumber.ts'
import { insertIntoVpcd } from '../../src/cards/virtual/vpcd.ts'
import { deskOf, openAgent, ORIGIN, placeOf } from './agent-scene.ts'
import { FOUR_ITEMS, sampleKeys } from './scene.ts'

const LOOKS_MAX = 400
const service = await startService()
const person = deskOf({ pin: '5678' })
const scene = await openAgent(person.desk, {
  plugins: [await placeOf('card-reader-pcsc'), await placeOf('card-profile-mynumber')],
})
const { agent } = scene
const card = createMyNumberCard({ keys: sampleKeys() })
const until = async (holds: () => boolean) => {
  for (let looks = 0; !holds(); looks++) {
    if (looks > LOOKS_MAX) throw new Error(JSON.stringify([agent.readers(), agent.plugins()]))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const hasCard = () => agent.readers().some(({ status }) => status === 'card')
const read = () =>
  agent.run(
    {
      origin: ORIGIN,
      portal: '見本の窓口',
      purpose: '入力を省くため',
      operation: 'attributes',
      fields: FOUR_ITEMS,
      nonce: 'n',
    },
    new AbortController().signal,
  )
try {
  await until(() => agent.readers().length === 2)
  let inReader = await insertIntoVpcd(card)
  await until(hasCard)
  const first = await read()
  // The service ends in the middle of the day, and comes back.
  await inReader.remove()
  await service.stop()
  await until(() => agent.readers().length === 0)
  const down = await read()
  await service.start()
  await until(() => agent.readers().length === 2)
  inReader = await insertIntoVpcd(card)
  await until(hasCard)
  person.answers.pin = '0000'
  const wrong = await read()
  person.answers.pin = '5678'
  const again = await read()
  await inReader.remove()
  const said = { first, down, wrong, again, errors: agent.errors(), log: scene.log }
  process.stdout.write(JSON.stringify({ ...said, tries: card.triesLeft() }))
} finally {
  await scene.stop()
  await service.close()
}
