import { sql } from 'kysely'
import { escaped } from './like.ts'
import type { Db } from './open.ts'

export type FacilitySearch = {
  readonly portals?: readonly string[]
  readonly type?: string
  readonly prefecture?: string
  /** The beginning of a code or of a registration number, folded. */
  readonly number?: string
  /** Spellings of a part of the name: as typed, in hiragana, in katakana. */
  readonly names?: readonly string[]
}

/** A facility of the master, without what is only there to be compared with. */
export type FoundFacility = {
  readonly portal: string
  readonly id: string
  readonly type: string
  readonly prefecture: string
  readonly code: string
  readonly name: string
  readonly status: string
  readonly updatedAt: string
  /** Accounts that are registered for it. */
  readonly accounts: number
  readonly submissions: number
}

/** One page of the master in the order of its codes. */
export async function facilityPage(
  db: Db,
  { portals, type, prefecture, number, names }: FacilitySearch,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly FoundFacility[]> {
  let query = db.selectFrom('facility')
  if (portals) query = query.where('facility.portal', 'in', portals)
  if (type) query = query.where('facility.facility_type', '=', type)
  if (prefecture) query = query.where('facility.prefecture', '=', prefecture)
  if (number)
    query = query.where((eb) =>
      eb.or([
        sql<boolean>`facility.code7 like ${`${escaped(number)}%`} escape '!'`,
        eb.exists(
          eb
            .selectFrom('facility_number')
            .select('facility_number.facility_id')
            .whereRef('facility_number.portal', '=', 'facility.portal')
            .whereRef('facility_number.facility_id', '=', 'facility.facility_id')
            .where(
              sql<boolean>`facility_number.registration_number like ${`${escaped(number)}%`} escape '!'`,
            ),
        ),
      ]),
    )
  if (names)
    query = query.where((eb) =>
      eb.or(
        names.map((name) => sql<boolean>`facility.name like ${`%${escaped(name)}%`} escape '!'`),
      ),
    )
  const rows = await query
    .select((eb) => [
      'facility.portal',
      'facility.facility_id',
      'facility.facility_type',
      'facility.prefecture',
      'facility.code7',
      'facility.name',
      'facility.status',
      'facility.updated_at',
      eb
        .selectFrom('account')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .whereRef('account.portal', '=', 'facility.portal')
        .whereRef('account.facility_id', '=', 'facility.facility_id')
        .as('accounts'),
      eb
        .selectFrom('submission')
        .innerJoin('account', 'account.id', 'submission.account_id')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .whereRef('account.portal', '=', 'facility.portal')
        .whereRef('account.facility_id', '=', 'facility.facility_id')
        .as('submissions'),
    ])
    .orderBy('facility.portal')
    .orderBy('facility.facility_id')
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map((row) => ({
    portal: row.portal,
    id: row.facility_id,
    type: row.facility_type,
    prefecture: row.prefecture,
    code: row.code7,
    name: row.name,
    status: row.status,
    updatedAt: row.updated_at,
    accounts: Number(row.accounts ?? 0),
    submissions: Number(row.submissions ?? 0),
  }))
}
