import { sql } from 'kysely'
import type { JsonObject } from '../form/form.ts'
import { insertJobs } from './jobs.ts'
import type { Db, Store, Tx } from './open.ts'
import { retryFailedJob } from './overview.ts'

export const MAIL_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type MailState = (typeof MAIL_STATES)[number]

/** Which mails the log shows. What is left out does not matter. */
export type MailFilter = {
  readonly id?: string
  readonly state?: MailState
  readonly template?: string
  /** A whole address: nobody lists people by half of one. */
  readonly to?: string
  /** A submission's number. */
  readonly number?: string
  /** Portals whose mails are asked for. */
  readonly portals?: readonly string[]
  /** When it was to be sent: from, and before. */
  readonly from?: string
  readonly before?: string
}

/** One mail without its body, its links and whole addresses. */
export type MailRecord = {
  readonly id: string
  readonly template: string
  readonly portal: string
  /** `h***@clinic.example.jp`; '' when it is not kept any more. */
  readonly recipient: string
  readonly state: MailState
  readonly attempts: number
  readonly reason: string
  readonly createdAt: string
  readonly doneAt?: string
  readonly submission?: { readonly id: string; readonly number: string }
  /** It can be sent again: what it is made of is still there. */
  readonly isKept: boolean
}

export async function mailPage(
  db: Db,
  filter: MailFilter,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly MailRecord[]> {
  let query = db
    .selectFrom('job')
    .leftJoin('submission', 'submission.id', 'job.submission_id')
    .select([
      'job.id',
      'job.payload',
      'job.state',
      'job.attempts',
      'job.last_error',
      'job.created_at',
      'job.done_at',
      'job.submission_id',
      'submission.number',
    ])
    // Written out: a partial index serves no parameter.
    .where(sql<boolean>`job.kind = 'mail.send'`)
  if (filter.state) query = query.where('job.state', '=', filter.state)
  if (filter.template)
    query = query.where('job.payload', 'like', holding('template', filter.template))
  if (filter.to) query = query.where('job.payload', 'like', holding('to', filter.to))
  if (filter.portals) query = query.where('submission.portal', 'in', filter.portals)
  if (filter.number) query = query.where('submission.number', '=', filter.number)
  if (filter.from) query = query.where('job.created_at', '>=', filter.from)
  if (filter.before) query = query.where('job.created_at', '<', filter.before)
  if (filter.id) query = query.where('job.id', '=', filter.id)
  const rows = await query
    .orderBy('job.created_at', 'desc')
    .orderBy('job.id')
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map((row) => {
    const payload = JSON.parse(row.payload) as JsonObject
    return {
      id: row.id,
      template: textOf(payload.template),
      portal: textOf(payload.portal),
      recipient: masked(textOf(payload.to)),
      state: row.state as MailState,
      attempts: Number(row.attempts),
      reason: row.last_error ?? '',
      createdAt: row.created_at,
      ...(row.done_at !== null && { doneAt: row.done_at }),
      ...(row.submission_id !== null && {
        submission: { id: row.submission_id, number: row.number ?? '' },
      }),
      isKept: 'to' in payload,
    }
  })
}

export async function mailRecord(
  db: Db,
  id: string,
  filter: Pick<MailFilter, 'portals'> = {},
): Promise<MailRecord | undefined> {
  const [found] = await mailPage(db, { ...filter, id }, { limit: 1, offset: 0 })
  return found
}

/**
 * Sends a mail once more: one given up under its own id, one already sent as a new job, so that it is another mail.
 * undefined: there is no such mail, it is still under way, or what it was made of is gone.
 */
export async function resendMail(
  tx: Tx,
  id: string,
  { newId, at }: { readonly newId: string; readonly at: string },
): Promise<string | undefined> {
  if (await retryFailedJob(tx, id, at)) return id
  const row = await tx
    .selectFrom('job')
    .select(['payload', 'submission_id'])
    .where('id', '=', id)
    .where('kind', '=', 'mail.send')
    .where('state', '=', 'done')
    .executeTakeFirst()
  if (!row) return undefined
  const payload = JSON.parse(row.payload) as JsonObject
  if (!('to' in payload)) return undefined
  const job = { id: newId, kind: 'mail.send', payload, runAt: at }
  await insertJobs(tx, row.submission_id, [job], at)
  return newId
}

/** How long a mail can be sent again. */
export const MAIL_KEEP_MS = 30 * 86_400_000
const AT_ONCE = 500

/** The hourly chore: of mails whose time is up only stays which mail it was. */
export async function forgetMails(store: Pick<Store, 'write'>, now: Date): Promise<void> {
  const before = new Date(now.getTime() - MAIL_KEEP_MS).toISOString()
  while ((await store.write((tx) => emptyMails(tx, before))) === AT_ONCE);
}

async function emptyMails(tx: Tx, before: string): Promise<number> {
  const rows = await tx
    .selectFrom('job')
    .select(['id', 'payload'])
    .where('kind', '=', 'mail.send')
    .where('state', '=', 'done')
    .where('done_at', '<', before)
    .where('payload', 'like', '%"to":%')
    .limit(AT_ONCE)
    .execute()
  for (const { id, payload } of rows)
    await tx
      .updateTable('job')
      .set({ payload: rest(payload) })
      .where('id', '=', id)
      .execute()
  return rows.length
}

/** What names nobody. */
function rest(payload: string): string {
  const { template, portal } = JSON.parse(payload) as JsonObject
  return JSON.stringify({ template: textOf(template), portal: textOf(portal) })
}

/** For `like`: a key of the payload with this very value. */
function holding(key: string, value: string): string {
  const text = `"${key}":${JSON.stringify(value)}`
  return `%${text.replace(/[%_]/g, '_')}%`
}

/** Enough to recognise one's own address by, not enough to write to it. */
export function masked(address: string): string {
  const at = address.lastIndexOf('@')
  return at <= 0 ? '' : `${address.charAt(0)}***${address.slice(at)}`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
