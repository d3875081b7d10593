import { timingSafeEqual } from 'node:crypto'
import type { FACILITY_FACTS } from '../form/facts.ts'
import type { JsonObject } from '../form/form.ts'
import { sha256 } from '../hash.ts'
import type { FacilityClaim, FacilityFound, FacilityQuery } from '../plugins/contract.ts'
import type { Db, Tx } from './open.ts'
import type { FacilityTable } from './tables.ts'

/** Hyphens and all that looks like one, and white space: people write numbers with or without. */
const SEPARATORS = /[\p{Pd}\u2212\u30fc\u2500\p{Z}\s]/gu

/** A number as the master keeps it: half width, without hyphens and spaces. A leading 協 or 契 stays. */
export function foldNumber(text: string): string {
  return text.normalize('NFKC').replace(SEPARATORS, '')
}

/**
 * The active facility with this registration number, or with this prefecture (2 digits) and code (7 digits); undefined when
 * the master has none. Spellings do not matter. Without `portal` every portal is searched. A check digit never decides (D-25).
 */
export async function findFacility(
  db: Db | Tx,
  query: FacilityQuery,
): Promise<FacilityFound | undefined> {
  const facility = await facilityOf(db, query)
  if (!facility) return undefined
  const { portal, facility_id: facilityId } = facility
  const identifier = identifierOf(query)
  const accounts = await db
    .selectFrom('account')
    .select('identifier')
    .where('portal', '=', portal)
    .where('state', '=', 'active')
    .where((where) =>
      where.or([where('identifier', '=', identifier), where('facility_id', '=', facilityId)]),
    )
    .execute()
  const code = await db
    .selectFrom('facility_code')
    .select('code')
    .where('portal', '=', portal)
    .where('facility_id', '=', facilityId)
    .executeTakeFirst()
  return {
    portal,
    facilityId,
    facilityType: facility.facility_type,
    identifier,
    name: facility.name,
    founder: facility.founder,
    postalCode: facility.postal_code,
    address: facility.address,
    phone: facility.phone,
    status: facility.status,
    hasAccount: accounts.some((account) => account.identifier === identifier),
    hasActiveUser: accounts.length > 0,
    code: code?.code ?? '',
  }
}

/**
 * Whether the master has this account or birth date on record for the active facility. Leading zeros of an account number do
 * not count (D-24); nothing on record matches nothing, and a comparison takes the same time wherever two values differ.
 */
export async function facilityMatches(db: Db | Tx, claim: FacilityClaim): Promise<boolean> {
  const { portal, facilityId } = claim
  let rows = db
    .selectFrom('facility')
    .where('facility.facility_id', '=', facilityId)
    .where('facility.status', '=', 'active')
  if (portal !== undefined) rows = rows.where('facility.portal', '=', portal)
  if ('bankAccount' in claim) {
    const facility = await rows.select('bank_account').limit(2).execute()
    const [known] = facility.length === 1 ? facility : []
    return isSame(accountOf(claim.bankAccount), accountOf(known?.bank_account ?? ''))
  }
  const separator = claim.identifier.indexOf(':')
  const numbers = await rows
    .innerJoin('facility_number', (join) =>
      join
        .onRef('facility_number.portal', '=', 'facility.portal')
        .onRef('facility_number.facility_id', '=', 'facility.facility_id'),
    )
    .select('facility_number.birth_date')
    .where('facility_number.facility_type', '=', claim.identifier.slice(0, separator))
    .where(
      'facility_number.registration_number',
      '=',
      foldNumber(claim.identifier.slice(separator + 1)),
    )
    .limit(2)
    .execute()
  const [known] = numbers.length === 1 ? numbers : []
  return isSame(claim.birthDate, known?.birth_date ?? '')
}

function accountOf(typed: string): string {
  return foldNumber(typed).replace(/^0+/, '')
}

function isSame(claimed: string, known: string): boolean {
  const isEqual = timingSafeEqual(Buffer.from(sha256(claimed)), Buffer.from(sha256(known)))
  return isEqual && known !== ''
}

/**
 * The facts of a member's own facility, without those the master leaves empty; undefined when the master no longer has it.
 * `identifier` is the account's: of several numbers of a facility the one that is theirs.
 */
export async function facilityFacts(
  db: Db | Tx,
  { portal, facilityId, identifier }: Record<'portal' | 'facilityId' | 'identifier', string>,
): Promise<{ readonly [name in (typeof FACILITY_FACTS)[number]]?: string } | undefined> {
  const row = await db
    .selectFrom('facility')
    .selectAll()
    .where('portal', '=', portal)
    .where('facility_id', '=', facilityId)
    .executeTakeFirst()
  if (!row) return undefined
  const number = identifier.slice(identifier.indexOf(':') + 1)
  const facts = {
    type: row.facility_type,
    name: row.name,
    // Facilities known by prefecture and code have no number of their own.
    registrationNumber: number === row.prefecture + row.code7 ? '' : number,
    prefecture: row.prefecture,
    code7: row.code7,
    founder: row.founder,
    postalCode: row.postal_code,
    address: row.address,
    phone: row.phone,
    size: row.institution_size,
  } satisfies { readonly [name in (typeof FACILITY_FACTS)[number]]: string }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== ''))
}

/** `<facility type>:<number>`, the number being a registration number or prefecture and code. */
export function identifierOf(query: FacilityQuery): string {
  const number =
    'registrationNumber' in query
      ? foldNumber(query.registrationNumber)
      : foldNumber(query.prefecture) + foldNumber(query.code7)
  return `${query.facilityType}:${number}`
}

async function facilityOf(db: Db | Tx, query: FacilityQuery): Promise<FacilityTable | undefined> {
  const { portal, facilityType } = query
  let facilities = db
    .selectFrom('facility')
    .selectAll('facility')
    .where('facility.status', '=', 'active')
    .where('facility.facility_type', '=', facilityType)
    .orderBy('facility.portal')
    .orderBy('facility.facility_id')
    .limit(1)
  if (portal !== undefined) facilities = facilities.where('facility.portal', '=', portal)
  if (!('registrationNumber' in query))
    return facilities
      .where('facility.prefecture', '=', foldNumber(query.prefecture))
      .where('facility.code7', '=', foldNumber(query.code7))
      .where('facility.code7', '<>', '')
      .executeTakeFirst()
  return facilities
    .innerJoin('facility_number', (join) =>
      join
        .onRef('facility_number.portal', '=', 'facility.portal')
        .onRef('facility_number.facility_id', '=', 'facility.facility_id'),
    )
    .where('facility_number.facility_type', '=', facilityType)
    .where('facility_number.registration_number', '=', foldNumber(query.registrationNumber))
    .executeTakeFirst()
}

/** How many facilities the master holds; 0 means that none has been imported yet. */
export async function countFacilities(db: Db | Tx): Promise<number> {
  const { count } = await db
    .selectFrom('facility')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** How many facilities of these portals no import has confirmed since `at` (an import's time). */
export async function countNotImportedSince(
  db: Db | Tx,
  portals: readonly string[],
  at: string,
): Promise<number> {
  if (portals.length === 0) return 0
  const { count } = await db
    .selectFrom('facility')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('portal', 'in', [...portals])
    .where('updated_at', '<', at)
    .executeTakeFirstOrThrow()
  return count
}

/**
 * Some active facilities of every type that nobody has registered yet, as the questions that find them and what a visitor
 * learns: sample data for development.
 */
export async function freeFacilities(
  db: Db | Tx,
  perType: number,
): Promise<readonly { readonly inputs: JsonObject; readonly value: JsonObject }[]> {
  const types = await db.selectFrom('facility').select('facility_type').distinct().execute()
  const free = await Promise.all(
    types.map(({ facility_type: type }) =>
      db
        .selectFrom('facility')
        .leftJoin('facility_number', (join) =>
          join
            .onRef('facility_number.portal', '=', 'facility.portal')
            .onRef('facility_number.facility_id', '=', 'facility.facility_id'),
        )
        .leftJoin('account', (join) =>
          join
            .onRef('account.portal', '=', 'facility.portal')
            .onRef('account.facility_id', '=', 'facility.facility_id'),
        )
        .select(['facility.name', 'facility.prefecture', 'facility.code7'])
        .select('facility_number.registration_number as number')
        .where('facility.facility_type', '=', type)
        .where('facility.status', '=', 'active')
        .where('account.id', 'is', null)
        .orderBy('facility.facility_id')
        .limit(perType)
        .execute()
        .then((rows) => rows.map((row) => ({ ...row, type }))),
    ),
  )
  return free.flat().map(({ type, name, prefecture, code7, number }) => ({
    inputs: { facilityType: type, registrationNumber: number ?? '', prefecture, code7 },
    value: { name, hasAccount: false, hasActiveUser: false },
  }))
}
