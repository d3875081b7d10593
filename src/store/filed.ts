import { japanDate } from '../form/dates.ts'
import type { Answers, Facts, JsonObject } from '../form/form.ts'
import type { Db } from './open.ts'

/** Whose applications count: those of the facility, or of the account alone when it has none. */
export type Filer = {
  readonly id: string
  readonly portal: string
  readonly facilityId?: string
}

/**
 * What has been filed and issued before, as conditions and forms may read it (E1 "stored applications"): `filed.<form>` with the
 * number accepted and underway, the state and number of the last one; `issued.<kind of account>` with their number and the day of
 * the first in Japan; with `formId` also whether this is a new application or a
 * change, and the answers of the last accepted one as `previous`.
 */
export async function filedFacts(db: Db, filer: Filer, formId?: string): Promise<Facts> {
  const rows = await submissionsOf(db, filer)
  const filed: { [form: string]: { [part: string]: string | number } } = {}
  for (const { form, state, number, end } of rows) {
    const name = form.slice(filer.portal.length + 1)
    const known = filed[name] ?? { count: 0, open: 0 }
    filed[name] = {
      count: Number(known.count) + (end === 'accepted' ? 1 : 0),
      open: Number(known.open) + (end === null ? 1 : 0),
      state,
      number,
    }
  }
  const issued = await issuedTo(db, filer)
  if (formId === undefined) return { filed, issued }
  const last = rows.findLast(({ form, end }) => form === formId && end === 'accepted')
  const application: JsonObject = { class: last ? 'change' : 'new' }
  if (!last) return { filed, issued, application }
  const row = await db
    .selectFrom('submission')
    .select('answers')
    .where('id', '=', last.id)
    .executeTakeFirst()
  return { filed, issued, application, previous: JSON.parse(row?.answers ?? '{}') as Answers }
}

/** Accounts of each kind that came of these applications. */
async function issuedTo(db: Db, filer: Filer): Promise<JsonObject> {
  const rows = await db
    .selectFrom('issued_account')
    .select((eb) => [
      'issue',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('created_at').as('since'),
    ])
    .where('submission_id', 'in', filedBy(db, filer).select('submission.id'))
    .groupBy('issue')
    .execute()
  return Object.fromEntries(
    rows.map(({ issue, count, since }) => [
      issue,
      { count: Number(count), since: japanDate(new Date(since)) },
    ]),
  )
}

/** Oldest first, without answers. */
function submissionsOf(db: Db, filer: Filer) {
  return filedBy(db, filer)
    .select(['submission.id', 'form', 'submission.state', 'number', 'end'])
    .orderBy('submission.created_at')
    .orderBy('submission.id')
    .execute()
}

function filedBy(db: Db, { id, portal, facilityId }: Filer) {
  const query = db.selectFrom('submission').where('submission.portal', '=', portal)
  return facilityId === undefined
    ? query.where('account_id', '=', id)
    : query.where('account_id', 'in', (eb) =>
        eb
          .selectFrom('account')
          .select('account.id')
          .where('account.portal', '=', portal)
          .where('account.facility_id', '=', facilityId),
      )
}
