import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely'
import { afterAll, escaped } from './like.ts'
import type { Db, Tx } from './open.ts'
import type { Tables } from './tables.ts'

/** Which submissions the list of the review desk shows. What is left out does not matter. */
export type QueueFilter = {
  /** `open`: not ended. `ended`: is. */
  readonly is?: 'open' | 'ended'
  /** States as (workflow, state); with `orStuck` also whatever stands still. */
  readonly states?: readonly (readonly [workflow: string, state: string])[]
  readonly orStuck?: boolean
  readonly isStuck?: boolean
  /** All that may be seen at all. */
  readonly portals?: readonly string[]
  readonly workflows?: readonly string[]
  readonly portal?: string
  readonly form?: string
  readonly state?: string
  readonly facilityType?: string
  /** Two digits, as the master has it. */
  readonly prefecture?: string
  /** The office has had it for too long, at this moment. */
  readonly warnedAt?: string
  readonly escalatedAt?: string
  /** Id of a member of the staff; '' for what nobody deals with. */
  readonly assignee?: string
  /** The number or its beginning, or a part of the facility's name. */
  readonly text?: string
}

export const QUEUE_SORTS = ['number', 'created', 'form', 'state', 'due', 'assignee'] as const
export type QueueSort = (typeof QUEUE_SORTS)[number]

export type QueueWish = {
  readonly filter: QueueFilter
  readonly sort: QueueSort
  readonly isDescending: boolean
  readonly offset: number
  readonly limit: number
}

export type Queued = {
  readonly id: string
  readonly number: string
  readonly portal: string
  readonly form: string
  readonly workflow: string
  readonly definition: string
  readonly state: string
  readonly warnAt?: string
  readonly escalateAt?: string
  readonly isStuck: boolean
  readonly isEnded: boolean
  readonly createdAt: string
  readonly facilityType: string
  readonly facilityName: string
  readonly prefecture: string
  readonly assignee?: { readonly id: string; readonly name: string }
}

/** One page of the list, without answers. */
export async function queuePage(db: Db, wish: QueueWish): Promise<readonly Queued[]> {
  const direction = wish.isDescending ? 'desc' : 'asc'
  // The page is cut before the rest is joined to it: most of the table is never looked at.
  const cut = orderedBy(filtered(db, wish.filter).selectAll('submission'), wish.sort, direction)
    .orderBy('submission.id')
    .limit(wish.limit)
    .offset(wish.offset)
  const rows = await orderedBy(
    db
      .selectFrom(cut.as('submission'))
      .leftJoin('account', 'account.id', 'submission.account_id')
      .leftJoin('facility', (join) =>
        join
          .onRef('facility.portal', '=', 'submission.portal')
          .onRef('facility.facility_id', '=', 'account.facility_id'),
      )
      .leftJoin('staff', 'staff.id', 'submission.assignee')
      .select([
        'submission.id',
        'submission.number',
        'submission.portal',
        'submission.form',
        'submission.workflow',
        'submission.definition',
        'submission.state',
        'submission.warn_at',
        'submission.escalate_at',
        'submission.stuck',
        'submission.end',
        'submission.created_at',
        'submission.assignee',
        'account.facility_type',
        'facility.name as facility_name',
        'facility.prefecture',
        'staff.name as staff_name',
      ]) as unknown as Submissions<QueueRow>,
    wish.sort,
    direction,
  )
    .orderBy('submission.id')
    .execute()
  return rows.map(queuedFrom)
}

export async function countQueue(db: Db, filter: QueueFilter): Promise<number> {
  const { count } = await filtered(db, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** How many there are of each kind among those that have not ended, in one look. */
export async function countOpen(
  db: Db,
  filter: QueueFilter,
  {
    states,
    staffId,
    at,
  }: {
    /** In which the office can do something. */
    readonly states: NonNullable<QueueFilter['states']>
    readonly staffId: string
    readonly at: string
  },
) {
  const pairs = states.map(
    ([workflow, state]) => sql`(workflow = ${workflow} and state = ${state})`,
  )
  const isForDesk = sql`(${sql.join([...pairs, sql`stuck is not null`], sql` or `)})`
  const counted = (condition: RawBuilder<unknown>) =>
    sql<number | null>`sum(case when ${condition} then 1 else 0 end)`
  const row = await filtered(db, { ...filter, is: 'open' })
    .select((eb) => [
      eb.fn.countAll<number>().as('open'),
      counted(isForDesk).as('desk'),
      counted(sql`${isForDesk} and assignee is null`).as('nobody'),
      counted(sql`assignee = ${staffId}`).as('mine'),
      counted(sql`warn_at <= ${at}`).as('warned'),
      counted(sql`escalate_at <= ${at}`).as('escalated'),
      counted(sql`stuck is not null`).as('stuck'),
    ])
    .executeTakeFirstOrThrow()
  const number = (count: number | null) => Number(count ?? 0)
  return {
    open: number(row.open),
    desk: number(row.desk),
    nobody: number(row.nobody),
    mine: number(row.mine),
    warned: number(row.warned),
    escalated: number(row.escalated),
    stuck: number(row.stuck),
  }
}

type Submissions<Row> = SelectQueryBuilder<Tables, 'submission', Row>

function orderedBy<Row>(
  query: Submissions<Row>,
  sort: QueueSort,
  direction: 'asc' | 'desc',
): Submissions<Row> {
  switch (sort) {
    case 'number':
      return query.orderBy('submission.number', direction)
    case 'created':
      return query.orderBy('submission.created_at', direction)
    case 'form':
      return query
        .orderBy('submission.portal', direction)
        .orderBy('submission.form', direction)
        .orderBy('submission.created_at')
    case 'state':
      return query.orderBy('submission.state', direction).orderBy('submission.created_at')
    case 'due':
      // What has no limit comes last, whichever way.
      return query
        .orderBy(sql`submission.warn_at is null`)
        .orderBy('submission.warn_at', direction)
        .orderBy('submission.created_at')
    case 'assignee':
      return query
        .orderBy(sql`submission.assignee is null`)
        .orderBy('submission.assignee', direction)
        .orderBy('submission.created_at')
  }
}

function filtered(db: Db, filter: QueueFilter): Submissions<object> {
  let query: Submissions<object> = db.selectFrom('submission')
  const { states, facilityType, prefecture, text } = filter
  if (filter.is === 'open') query = query.where('submission.end', 'is', null)
  if (filter.is === 'ended') query = query.where('submission.end', 'is not', null)
  if (states)
    query = query.where((eb) =>
      eb.or([
        ...states.map(([workflow, state]) =>
          eb.and([eb('submission.workflow', '=', workflow), eb('submission.state', '=', state)]),
        ),
        ...(filter.orStuck ? [eb('submission.stuck', 'is not', null)] : []),
      ]),
    )
  if (filter.isStuck) query = query.where('submission.stuck', 'is not', null)
  if (filter.portals) query = query.where('submission.portal', 'in', filter.portals)
  if (filter.workflows) query = query.where('submission.workflow', 'in', filter.workflows)
  if (filter.portal !== undefined) query = query.where('submission.portal', '=', filter.portal)
  if (filter.form !== undefined) query = query.where('submission.form', '=', filter.form)
  if (filter.state !== undefined) query = query.where('submission.state', '=', filter.state)
  if (filter.warnedAt !== undefined)
    query = query.where('submission.warn_at', '<=', filter.warnedAt)
  if (filter.escalatedAt !== undefined)
    query = query.where('submission.escalate_at', '<=', filter.escalatedAt)
  if (filter.assignee === '') query = query.where('submission.assignee', 'is', null)
  else if (filter.assignee !== undefined)
    query = query.where('submission.assignee', '=', filter.assignee)
  if (facilityType !== undefined)
    query = query.where('submission.account_id', 'in', (eb) =>
      eb
        .selectFrom('account')
        .select('account.id')
        .where('account.facility_type', '=', facilityType),
    )
  if (prefecture !== undefined)
    query = query.where('submission.account_id', 'in', (eb) =>
      accountsAt(eb.selectFrom('account')).where('facility.prefecture', '=', prefecture),
    )
  if (text !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb.and([
          eb('submission.number', '>=', text.toUpperCase()),
          eb('submission.number', '<', afterAll(text.toUpperCase())),
        ]),
        eb('submission.account_id', 'in', (inner) =>
          accountsAt(inner.selectFrom('account')).where(
            sql<boolean>`facility.name like ${`%${escaped(text)}%`} escape '!'`,
          ),
        ),
      ]),
    )
  return query
}

function accountsAt(accounts: SelectQueryBuilder<Tables, 'account', object>) {
  return accounts
    .innerJoin('facility', (join) =>
      join
        .onRef('facility.portal', '=', 'account.portal')
        .onRef('facility.facility_id', '=', 'account.facility_id'),
    )
    .select('account.id')
}

type QueueRow = {
  readonly id: string
  readonly number: string
  readonly portal: string
  readonly form: string
  readonly workflow: string
  readonly definition: string
  readonly state: string
  readonly warn_at: string | null
  readonly escalate_at: string | null
  readonly stuck: string | null
  readonly end: string | null
  readonly created_at: string
  readonly assignee: string | null
  readonly facility_type: string | null
  readonly facility_name: string | null
  readonly prefecture: string | null
  readonly staff_name: string | null
}

function queuedFrom(row: QueueRow): Queued {
  const { id, number, portal, form, workflow, definition, state, assignee } = row
  return {
    id,
    number,
    portal,
    form,
    workflow,
    definition,
    state,
    ...(row.warn_at !== null && { warnAt: row.warn_at }),
    ...(row.escalate_at !== null && { escalateAt: row.escalate_at }),
    isStuck: row.stuck !== null,
    isEnded: row.end !== null,
    createdAt: row.created_at,
    facilityType: row.facility_type ?? '',
    facilityName: row.facility_name ?? '',
    prefecture: row.prefecture ?? '',
    ...(assignee !== null && { assignee: { id: assignee, name: row.staff_name ?? assignee } }),
  }
}

/** Who deals with a submission; undefined: nobody yet. */
export async function assigneeOf(
  db: Db | Tx,
  submissionId: string,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const row = await db
    .selectFrom('submission')
    .innerJoin('staff', 'staff.id', 'submission.assignee')
    .select(['staff.id', 'staff.name'])
    .where('submission.id', '=', submissionId)
    .executeTakeFirst()
  return row
}

/** Hands a submission from one to another, null being nobody; false when it is no longer with the first. */
export async function assign(
  tx: Tx,
  submissionId: string,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<boolean> {
  const result = await tx
    .updateTable('submission')
    .set({ assignee: to })
    .where('id', '=', submissionId)
    .where('assignee', from === null ? 'is' : '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Names by id, of those who have left too: history names them. */
export async function staffNames(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('staff').select(['id', 'name']).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Prefectures in which there are facilities, in order. */
export async function prefecturesOf(db: Db): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('facility')
    .select('prefecture')
    .where('prefecture', '<>', '')
    .groupBy('prefecture')
    .orderBy('prefecture')
    .execute()
  return rows.map(({ prefecture }) => prefecture)
}
