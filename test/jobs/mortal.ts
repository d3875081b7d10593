import type { KyselyPlugin } from 'kysely'
import type { Store } from '../../src/store/open.ts'

/** A store that works up to its n-th point and then never again, as if the power had gone. */
export function mortal(store: Store, pointsMax: number) {
  let points = 0
  let isDead = false
  const point = () => {
    if (isDead || ++points > pointsMax) {
      isDead = true
      throw new Error('power cut')
    }
  }
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      point()
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const wrapped: Store = {
    ...store,
    db: store.db.withPlugin(plugin),
    async write(work) {
      const result = await store.write(async (tx) => {
        const done = await work(tx.withPlugin(plugin))
        point() // Before the commit.
        return done
      })
      point() // After the commit, before anybody hears of it.
      return result
    },
  }
  return { wrapped, points: () => points, isDead: () => isDead }
}
