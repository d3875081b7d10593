import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '../../src/store/audit.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { startDrivers } from '../store/stores.ts'
import { answers } from './fixtures.ts'
import { createScene, type Scene, snapshot, tokenIn, visitor } from './scene.ts'

const { drivers, stop } = await startDrivers()
afterAll(stop)

/** Whoever approves sets this work going. */
const perform = Object.fromEntries(
  ['desk.issue', 'desk.print', 'desk.tell'].map((effect) => [
    effect,
    async () => ({ status: 'done' as const, result: { first: 'W0000001', count: 5 } }),
  ]),
)

/** Two programs on one database, as two processes would be. */
describe.each(drivers.map((driver) => [driver.name, driver] as const))('%s', (_name, driver) => {
  let stores: readonly [Store, Store]
  let scenes: readonly [Scene, Scene]

  beforeAll(async () => {
    const url = await driver.newUrl()
    stores = [await openStore(url), await openStore(url)]
    await migrate(stores[0])
    scenes = [
      await createScene({ store: stores[0], ids: 'left', perform }),
      await createScene({ store: stores[1], ids: 'right', perform }),
    ]
  })
  afterAll(async () => {
    for (const scene of scenes) await scene.close()
    for (const store of stores) await store.close()
  })

  const either = (index: number) => scenes[index % 2 === 0 ? 0 : 1]
  const together = <T>(count: number, run: (scene: Scene, index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_none, index) => run(either(index), index)))
  const file = (scene: Scene, email: string, facility: string) =>
    scene.advance.submit({
      form: 'sample/registration',
      answers: {
        ...answers,
        email,
        facility: { facilityId: facility, facilityType: 'clinic', identifier: facility },
      },
      actor: visitor,
    })
  const mails = () => scenes.flatMap((scene) => scene.mails)
  async function work() {
    await together(2, (scene) => scene.settle())
  }

  test('of registrations with one address at the same moment one waits on', async () => {
    await together(6, (scene, index) => file(scene, 'same@example.jp', `same${index}`))
    await work()
    const { submissions } = await snapshot(scenes[0])
    expect(submissions.filter(({ end }) => end === null)).toHaveLength(1)
    expect(submissions.filter(({ end }) => end === 'discarded')).toHaveLength(5)
    const usable = await Promise.all(
      mails().map((mail) => scenes[0].advance.peekLink(tokenIn(mail))),
    )
    expect(usable.filter((link) => link !== undefined)).toHaveLength(1)
  })

  test('of links for one facility used at the same moment one makes the account', async () => {
    await together(6, (scene, index) => file(scene, `f${index}@example.jp`, 'contested'))
    await work()
    const tokens = mails()
      .filter(({ to }) => to.startsWith('f'))
      .map(tokenIn)
    const outcomes = await together(tokens.length, (scene, index) =>
      scene.advance.byLink({ token: tokens[index] ?? '', answers: {} }),
    )
    expect(outcomes.filter((outcome) => 'submission' in outcome)).toHaveLength(1)
    expect(
      outcomes.flatMap((outcome) => ('refusal' in outcome ? [outcome.refusal.code] : [])),
    ).toEqual(Array.from({ length: tokens.length - 1 }, () => 'conflict'))
    const { accounts } = await snapshot(scenes[0])
    expect(accounts.filter(({ facility_id }) => facility_id === 'contested')).toHaveLength(1)
  })

  test('one link used many times at the same moment is used once (R12)', async () => {
    await file(scenes[0], 'once@example.jp', 'once')
    await work()
    const token = tokenIn(mails().find(({ to }) => to === 'once@example.jp'))
    const outcomes = await together(10, (scene) => scene.advance.byLink({ token, answers: {} }))
    expect(outcomes.filter((outcome) => 'submission' in outcome)).toHaveLength(1)
    for (const outcome of outcomes)
      if ('refusal' in outcome)
        expect(outcome).toMatchObject({
          refusal: { code: 'link-unusable' },
          repeated: { state: 'active' },
        })
  })

  test('a limit holds against requests at the same moment', async () => {
    const filed = await file(scenes[0], 'limit@example.jp', 'limit')
    if ('refusal' in filed) throw new Error(filed.refusal.code)
    const { id: submissionId } = filed.submission
    const wish = { submissionId, action: 'resend', answers: {}, actor: visitor }
    const outcomes = await together(8, (scene) => scene.advance.act(wish))
    expect(outcomes.filter((outcome) => 'submission' in outcome)).toHaveLength(3)
  })

  test('of two reviewers at the same moment one decides, the other is told how it stands (R12)', async () => {
    const filed = await scenes[0].advance.submit({
      form: 'sample/issuing',
      answers: { ...answers, amount: 500 },
      actor: visitor,
    })
    if ('refusal' in filed) throw new Error(filed.refusal.code)
    const { id: submissionId, progress } = filed.submission
    const outcomes = await together(8, (scene, index) =>
      scene.advance.act({
        submissionId,
        action: index % 2 === 0 ? 'refuse' : 'approve',
        answers: {},
        actor: { kind: 'staff', staffId: `p${index}`, role: 'reviewer' },
        ...(progress.entered && { seen: progress.entered.seq }),
      }),
    )
    const won = outcomes.flatMap((outcome) => ('submission' in outcome ? [outcome.submission] : []))
    expect(won).toHaveLength(1)
    for (const outcome of outcomes)
      if ('refusal' in outcome) {
        expect(['not-possible-now', 'stale']).toContain(outcome.refusal.code)
        expect(outcome.present?.state).toBe(won[0]?.state)
      }
  })

  test('afterwards every job was done once, every event has its place, and the audit chain is whole', async () => {
    await work()
    const { jobs, events, audit } = await snapshot(scenes[0])
    expect(jobs.filter(({ kind, state }) => kind !== 'timer' && state === 'waiting')).toEqual([])
    expect(jobs.filter(({ state }) => state === 'running')).toEqual([])
    const reports = events
      .filter(({ kind }) => kind === 'effect-done')
      .map(({ data }) => JSON.parse(data).jobId)
    expect(new Set(reports).size).toBe(reports.length)
    expect(await verifyAudit(stores[1].db)).toMatchObject({ rows: audit.length })
    expect((await verifyAudit(stores[1].db)).brokenAt).toBeUndefined()
  })
})
