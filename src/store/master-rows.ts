import { listed, upsertText } from './lists.ts'
import type { Store, Tx } from './open.ts'
import type { FacilityNumberTable, FacilityTable } from './tables.ts'

/** The columns of `facility` that an import gives; those that its file lacks are missing here and keep their value. */
export type FacilityValues = Partial<Omit<FacilityTable, 'portal' | 'facility_id' | 'updated_at'>>
export type MasterRow = {
  readonly portal: string
  readonly facilityId: string
  readonly facilityType: string
  readonly values: FacilityValues
  /** Folded; '' when the facility is named by its code only. */
  readonly registrationNumber: string
  readonly birthDate: string | undefined
}
export type MasterOutcome =
  | { readonly kind: 'added' | 'changed' | 'unchanged' }
  | { readonly kind: 'refused'; readonly code: MasterRefusal; readonly detail: string }
/** `detail`: the other facility's id, the other type, or the columns in question. */
export type MasterRefusal =
  'name-missing' | 'other-type' | 'contradiction' | 'number-taken' | 'code-taken'

/**
 * Brings rows of the master in: adds what is new, changes what differs, by key. `at` marks the import: rows of one facility
 * within one import must agree. Returns one outcome for each row; a refused row changes nothing.
 */
export async function applyMasterRows(
  tx: Tx,
  dialect: Store['dialect'],
  rows: readonly MasterRow[],
  at: string,
): Promise<MasterOutcome[]> {
  const known = await loadKnown(tx, dialect, rows)
  const outcomes = rows.map((row) => applyRow(known, row, at))
  await storeChanged(tx, dialect, known)
  return outcomes
}

/** What the database holds about the rows at hand, kept up to date while they are applied one by one. */
type Known = {
  readonly facilities: Map<string, FacilityTable>
  readonly numbers: Map<string, FacilityNumberTable>
  /** Who has a code, active facilities only. */
  readonly codes: Map<string, string>
  readonly changedFacilities: Map<string, FacilityTable>
  readonly changedNumbers: Map<string, FacilityNumberTable>
}

const keyOf = (...parts: readonly string[]) => parts.join('\u001f')

async function loadKnown(
  tx: Tx,
  dialect: Store['dialect'],
  rows: readonly MasterRow[],
): Promise<Known> {
  const known: Known = {
    facilities: new Map(),
    numbers: new Map(),
    codes: new Map(),
    changedFacilities: new Map(),
    changedNumbers: new Map(),
  }
  for (const [portal, own] of Map.groupBy(rows, (row) => row.portal)) {
    const ids = [...new Set(own.map((row) => row.facilityId))]
    const numbers = own.map((row) => row.registrationNumber).filter((number) => number !== '')
    const codes = own.flatMap((row) => row.values.code7 || [])
    const facilities = await tx
      .selectFrom('facility')
      .selectAll()
      .where('portal', '=', portal)
      .where('facility_id', 'in', listed(dialect, ids))
      .execute()
    for (const row of facilities) known.facilities.set(keyOf(portal, row.facility_id), row)
    if (numbers.length > 0) {
      const types = [...new Set(own.map((row) => row.facilityType))]
      const found = await tx
        .selectFrom('facility_number')
        .selectAll()
        .where('portal', '=', portal)
        .where('facility_type', 'in', listed(dialect, types))
        .where('registration_number', 'in', listed(dialect, numbers))
        .execute()
      for (const row of found)
        known.numbers.set(keyOf(portal, row.facility_type, row.registration_number), row)
    }
    if (codes.length > 0) await loadCodes(tx, dialect, known, portal, own)
  }
  return known
}

async function loadCodes(
  tx: Tx,
  dialect: Store['dialect'],
  known: Known,
  portal: string,
  rows: readonly MasterRow[],
): Promise<void> {
  for (const [type, own] of Map.groupBy(rows, (row) => row.facilityType))
    for (const [prefecture, group] of Map.groupBy(own, (row) => row.values.prefecture ?? '')) {
      const codes = group.flatMap((row) => row.values.code7 || [])
      if (codes.length === 0) continue
      const found = await tx
        .selectFrom('facility')
        .select(['facility_id', 'code7'])
        .where('portal', '=', portal)
        .where('status', '=', 'active')
        .where('facility_type', '=', type)
        .where('prefecture', '=', prefecture)
        .where('code7', 'in', listed(dialect, codes))
        .execute()
      for (const row of found)
        known.codes.set(keyOf(portal, type, prefecture, row.code7), row.facility_id)
    }
}

const emptyFacility: Omit<
  FacilityTable,
  'portal' | 'facility_id' | 'facility_type' | 'updated_at'
> = {
  prefecture: '',
  code7: '',
  name: '',
  founder: '',
  postal_code: '',
  address: '',
  phone: '',
  institution_size: '',
  colocated_with_medical: '',
  bank_account: '',
  status: 'active',
}

function applyRow(known: Known, row: MasterRow, at: string): MasterOutcome {
  const key = keyOf(row.portal, row.facilityId)
  const before = known.facilities.get(key)
  const isFurtherRow = before?.updated_at === at
  const given = isFurtherRow ? withoutBlanks(row.values) : row.values
  const after: FacilityTable = {
    ...emptyFacility,
    ...before,
    ...given,
    portal: row.portal,
    facility_id: row.facilityId,
    facility_type: row.facilityType,
    updated_at: at,
  }
  const differing = before ? differingColumns(before, after) : []
  const codeKey = keyOf(row.portal, row.facilityType, after.prefecture, after.code7)
  const numbersKey = keyOf(row.portal, row.facilityType, row.registrationNumber)
  const number = row.registrationNumber === '' ? undefined : known.numbers.get(numbersKey)

  const refused = (code: MasterRefusal, detail: string): MasterOutcome => ({
    kind: 'refused',
    code,
    detail,
  })
  if (before && before.facility_type !== row.facilityType)
    return refused('other-type', before.facility_type)
  if (after.name === '') return refused('name-missing', '')
  if (isFurtherRow && differing.length > 0) return refused('contradiction', differing.join(', '))
  if (number && number.facility_id !== row.facilityId)
    return refused('number-taken', number.facility_id)
  const codeHolder =
    after.code7 !== '' && after.status === 'active' ? known.codes.get(codeKey) : undefined
  if (codeHolder !== undefined && codeHolder !== row.facilityId)
    return refused('code-taken', codeHolder)

  known.facilities.set(key, after)
  if (before?.updated_at !== at) known.changedFacilities.set(key, after)
  if (before) freeCode(known, before)
  if (after.code7 !== '' && after.status === 'active') known.codes.set(codeKey, row.facilityId)
  const numberChange = applyNumber(known, row, numbersKey, number)
  if (!before || numberChange === 'added') return { kind: 'added' }
  if (differing.length > 0 || numberChange === 'changed') return { kind: 'changed' }
  return { kind: 'unchanged' }
}

/** A facility that moves to another code leaves its old one to others. */
function freeCode(known: Known, before: FacilityTable): void {
  const key = keyOf(before.portal, before.facility_type, before.prefecture, before.code7)
  if (known.codes.get(key) === before.facility_id) known.codes.delete(key)
}

function applyNumber(
  known: Known,
  row: MasterRow,
  key: string,
  before: FacilityNumberTable | undefined,
): 'added' | 'changed' | 'unchanged' {
  if (row.registrationNumber === '') return 'unchanged'
  const birthDate = row.birthDate ?? before?.birth_date ?? ''
  if (before && before.birth_date === birthDate) return 'unchanged'
  const after = {
    portal: row.portal,
    facility_type: row.facilityType,
    registration_number: row.registrationNumber,
    facility_id: row.facilityId,
    birth_date: birthDate,
  }
  known.numbers.set(key, after)
  known.changedNumbers.set(key, after)
  return before ? 'changed' : 'added'
}

function withoutBlanks(values: FacilityValues): FacilityValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

function differingColumns(before: FacilityTable, after: FacilityTable): string[] {
  return Object.entries(before)
    .filter(([column, value]) => column !== 'updated_at' && Reflect.get(after, column) !== value)
    .map(([column]) => column)
}

const facilityKey = ['portal', 'facility_id'] as const
const facilityColumns = [
  ...facilityKey,
  'facility_type',
  'prefecture',
  'code7',
  'name',
  'founder',
  'postal_code',
  'address',
  'phone',
  'institution_size',
  'colocated_with_medical',
  'bank_account',
  'status',
  'updated_at',
] as const
const numberKey = ['portal', 'facility_type', 'registration_number'] as const
const numberColumns = [...numberKey, 'facility_id', 'birth_date'] as const

async function storeChanged(tx: Tx, dialect: Store['dialect'], known: Known): Promise<void> {
  const facilities = [...known.changedFacilities.values()]
  if (facilities.length > 0)
    await upsertText(dialect, 'facility', facilityColumns, facilityKey, facilities).execute(tx)
  const numbers = [...known.changedNumbers.values()]
  if (numbers.length > 0)
    await upsertText(dialect, 'facility_number', numberColumns, numberKey, numbers).execute(tx)
}
