import type { Advance } from './advance.ts'
import type { Definitions } from './definitions/definitions.ts'
import type { Store } from './store/open.ts'
import { statesOfEarlierSets, submissionsOfEarlierSets } from './store/submissions.ts'
import type { Obstacle } from './workflow/move.ts'
import type { Move } from './workflow/workflow.ts'

/** What became of one submission, or would. */
export type Moved = {
  readonly number: string
  readonly workflow: string
  readonly state: string
} & ({ readonly move: Move } | { readonly obstacles: readonly Obstacle[] })

/** Read at once. */
const PAGE = 200

/**
 * Every submission under way by an earlier set, one after the other, each in a transaction of its own: stopped half-way and
 * run again, it goes on with those that are left.
 */
export async function* movedSubmissions(
  {
    store,
    advance,
    definitions,
  }: {
    readonly store: Store
    readonly advance: Pick<Advance, 'migrate'>
    readonly definitions: () => Definitions
  },
  options: { readonly isTrial: boolean },
): AsyncIterable<Moved> {
  const { hash } = definitions()
  for (let after = ''; ;) {
    const page = await submissionsOfEarlierSets(store.db, hash, after, PAGE)
    for (const { id, number, workflow, state } of page) {
      const outcome = await advance.migrate(id, options)
      if (outcome) yield { number, workflow, state, ...outcome }
    }
    const last = page.at(-1)
    if (!last) return
    after = last.id
  }
}

/** Where submissions stand that began with an earlier set and could not go on by this one without a word in `migrate`. */
export async function statesWithoutPlace(
  { db }: Pick<Store, 'db'>,
  { hash, workflows }: Definitions,
): Promise<
  readonly { readonly workflow: string; readonly state: string; readonly count: number }[]
> {
  const found = await statesOfEarlierSets(db, hash)
  return found.filter(({ workflow, state }) => {
    const next = Object.hasOwn(workflows, workflow) ? workflows[workflow] : undefined
    return !next?.states[next.migrate?.states?.[state] ?? state]
  })
}
