import type { CardChallengeTable } from './tables.ts'
import type { Db, Tx } from './open.ts'

export type Challenge = {
  readonly nonceHash: string
  readonly form: string
  readonly field: string
  readonly boundTo: string
  readonly at: Date
  readonly expiresAt: Date
}

export async function keepChallenge(tx: Tx, challenge: Challenge): Promise<void> {
  await tx
    .insertInto('card_challenge')
    .values({
      nonce_hash: challenge.nonceHash,
      form: challenge.form,
      field: challenge.field,
      bound_to: challenge.boundTo,
      created_at: challenge.at.toISOString(),
      expires_at: challenge.expiresAt.toISOString(),
    })
    .execute()
}

/** Whether this nonce of this wish may be answered now. The first time only: from then on it may not. */
export async function answerChallenge(
  tx: Tx,
  wish: Pick<Challenge, 'nonceHash' | 'form' | 'field' | 'boundTo'>,
  now: Date,
): Promise<boolean> {
  const at = now.toISOString()
  const { numUpdatedRows } = await tx
    .updateTable('card_challenge')
    .set({ answered_at: at, result: null, work: null })
    .where('nonce_hash', '=', wish.nonceHash)
    .where('form', '=', wish.form)
    .where('field', '=', wish.field)
    .where('bound_to', '=', wish.boundTo)
    .where('answered_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Whether what was read may go into a submission: once, or only asked when `isDry`. */
export async function fileReading(
  tx: Tx,
  nonceHash: string,
  isDry: boolean,
  now: Date,
): Promise<boolean> {
  const row = await tx
    .selectFrom('card_challenge')
    .select(['answered_at', 'filed_at'])
    .where('nonce_hash', '=', nonceHash)
    .executeTakeFirst()
  if (!row?.answered_at || row.filed_at !== null) return false
  if (isDry) return true
  const { numUpdatedRows } = await tx
    .updateTable('card_challenge')
    .set({ filed_at: now.toISOString() })
    .where('nonce_hash', '=', nonceHash)
    .where('filed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Lets the wish be worked on by whoever knows the code. `work` is sealed. */
export async function offerByCode(
  tx: Tx,
  wish: Pick<Challenge, 'nonceHash' | 'boundTo'>,
  codeHash: string,
  work: string,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('card_challenge')
    .set({ code_hash: codeHash, ticket_hash: null, work })
    .where('nonce_hash', '=', wish.nonceHash)
    .where('bound_to', '=', wish.boundTo)
    .where('answered_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Uses a code up for a ticket; gives the sealed work. */
export async function claimByCode(
  tx: Tx,
  codeHash: string,
  ticketHash: string,
  now: Date,
): Promise<Pick<CardChallengeTable, 'work' | 'nonce_hash'> | undefined> {
  const row = await tx
    .selectFrom('card_challenge')
    .select(['work', 'nonce_hash'])
    .where('code_hash', '=', codeHash)
    .where('answered_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .executeTakeFirst()
  if (!row) return undefined
  const { numUpdatedRows } = await tx
    .updateTable('card_challenge')
    .set({ code_hash: null, ticket_hash: ticketHash })
    .where('code_hash', '=', codeHash)
    .executeTakeFirst()
  return numUpdatedRows === 1n ? row : undefined
}

/** Keeps the sealed result for the page, once for a ticket. */
export async function handIn(
  tx: Tx,
  ticketHash: string,
  result: string,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('card_challenge')
    .set({ result, ticket_hash: null })
    .where('ticket_hash', '=', ticketHash)
    .where('answered_at', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** The sealed result that waits for the page; undefined while there is none. */
export async function resultFor(
  db: Db,
  wish: Pick<Challenge, 'nonceHash' | 'boundTo'>,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('card_challenge')
    .select('result')
    .where('nonce_hash', '=', wish.nonceHash)
    .where('bound_to', '=', wish.boundTo)
    .where('answered_at', 'is', null)
    .executeTakeFirst()
  return row?.result ?? undefined
}

export type AgentSeen = {
  readonly id: string
  readonly version: string
  readonly readers: string
  readonly plugins: string
}

/** More agents than any operator has PCs: beyond it the longest unseen make room. */
const AGENTS_MAX = 1_000

export async function seeAgent(tx: Tx, agent: AgentSeen, now: Date): Promise<void> {
  const { id, ...told } = agent
  const values = { ...told, seen_at: now.toISOString() }
  await tx
    .insertInto('card_agent')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
}

export async function countCardError(tx: Tx, code: string, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10)
  await tx
    .insertInto('card_error')
    .values({ day, code, count: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['day', 'code'])
        .doUpdateSet((row) => ({ count: row('card_error.count', '+', 1) })),
    )
    .execute()
}

/** Agents, the latest seen first, and errors by code since a day. */
export async function cardOverview(db: Db, since: Date) {
  const [agents, errors] = await Promise.all([
    db.selectFrom('card_agent').selectAll().orderBy('seen_at', 'desc').limit(100).execute(),
    db
      .selectFrom('card_error')
      .select(['code', (row) => row.fn.sum<number>('count').as('count')])
      .where('day', '>=', since.toISOString().slice(0, 10))
      .groupBy('code')
      .orderBy('code')
      .execute(),
  ])
  return { agents, errors: errors.map(({ code, count }) => ({ code, count: Number(count) })) }
}

const KEPT_MS = 86_400_000
const SEEN_KEPT_MS = 90 * KEPT_MS

/** Forgets wishes of yesterday, and agents and errors of last quarter. */
export async function purgeCards(tx: Tx, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms).toISOString()
  await tx.deleteFrom('card_challenge').where('created_at', '<', before(KEPT_MS)).execute()
  await tx.deleteFrom('card_agent').where('seen_at', '<', before(SEEN_KEPT_MS)).execute()
  await tx.deleteFrom('card_error').where('day', '<', before(SEEN_KEPT_MS).slice(0, 10)).execute()
  const last = await tx
    .selectFrom('card_agent')
    .select('seen_at')
    .orderBy('seen_at', 'desc')
    .offset(AGENTS_MAX)
    .limit(1)
    .executeTakeFirst()
  if (last) await tx.deleteFrom('card_agent').where('seen_at', '<=', last.seen_at).execute()
}
