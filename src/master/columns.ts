import { foldNumber } from '../store/facilities.ts'
import type { MasterRow } from '../store/master-rows.ts'
import type { FacilityTable } from '../store/tables.ts'

/** The columns of the facility master (DESIGN §2), in the order in which we write them. */
export const masterColumns = [
  'facility_id',
  'portal',
  'facility_type',
  'registration_number',
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
  'birth_date',
  'status',
] as const
export type MasterColumn = (typeof masterColumns)[number]

/** Without one of these a file is not a facility master. The others keep their stored values when a file lacks them. */
export const neededColumns = ['facility_id', 'portal', 'facility_type', 'name'] as const

export type MasterProblemCode =
  | 'column-missing'
  | 'column-unknown'
  | 'column-repeated'
  | 'row-length'
  | 'row-unreadable'
  | 'undecodable'
  | 'missing'
  | 'identifier-missing'
  | 'id'
  | 'prefecture'
  | 'digits'
  | 'number'
  | 'date'
  | 'yes-or-no'
  | 'too-long'
  | 'control-character'
  | 'name-missing'
  | 'other-type'
  | 'contradiction'
  | 'number-taken'
  | 'code-taken'

export type CellProblem = {
  readonly code: MasterProblemCode
  readonly column: MasterColumn
  /** What the message needs to know besides. */
  readonly detail: string
}

/** One row by column name; a column that the file lacks is absent. */
export type Cells = { readonly [column in MasterColumn]?: string }

const REPLACEMENT = '\ufffd'
const TEXT_MAX = 200
const ID_MAX = 64
const textMax: { readonly [column in MasterColumn]?: number } = {
  facility_id: ID_MAX,
  portal: ID_MAX,
  facility_type: ID_MAX,
  registration_number: ID_MAX,
  bank_account: ID_MAX,
  status: ID_MAX,
}

type Fold =
  { readonly value: string } | { readonly wrong: MasterProblemCode; readonly detail: string }
const good = (value: string): Fold => ({ value })
const wrong = (code: MasterProblemCode, detail: string): Fold => ({ wrong: code, detail })

/** How each column becomes the value we keep; the others are kept as they are, trimmed. Never called with ''. */
const folds: { readonly [column in MasterColumn]?: (text: string) => Fold } = {
  facility_id: idOf,
  portal: idOf,
  facility_type: idOf,
  status: (text) => idOf(text.toLowerCase()),
  registration_number(text) {
    const number = foldNumber(text)
    return /^\p{Lo}?\d{5,20}$/u.test(number) ? good(number) : wrong('number', text)
  },
  prefecture(text) {
    const code = foldNumber(text)
    const isCode = /^\d\d$/.test(code) && Number(code) >= 1 && Number(code) <= 47
    return isCode ? good(code) : wrong('prefecture', text)
  },
  code7: (text) => digitsOf(text, 7, 7),
  postal_code: (text) => digitsOf(text.replace(/^〒/, ''), 7, 7),
  phone: (text) => digitsOf(text.normalize('NFKC').replace(/[()]/g, ''), 10, 11),
  bank_account: (text) => digitsOf(text, 1, 20),
  colocated_with_medical(text) {
    const answer = text.normalize('NFKC').toLowerCase()
    if (/^(yes|true|1|有|あり)$/.test(answer)) return good('yes')
    if (/^(no|false|0|無|なし)$/.test(answer)) return good('no')
    return wrong('yes-or-no', text)
  },
  birth_date: dateOf,
}

/**
 * A row as the store takes it, or all that is wrong with it. Numbers are folded (width, hyphens, spaces); a check digit is
 * never looked at (D-25).
 */
export function readRow(cells: Cells): { row: MasterRow } | { problems: readonly CellProblem[] } {
  const problems: CellProblem[] = []
  const values: { [column in MasterColumn]?: string } = {}
  for (const column of masterColumns) {
    const cell = cells[column]
    if (cell === undefined) continue
    const folded = readCell(column, cell)
    if ('value' in folded) values[column] = folded.value
    else problems.push({ column, code: folded.wrong, detail: folded.detail })
  }
  for (const column of ['facility_id', 'portal', 'facility_type'] as const)
    if (values[column] === '') problems.push({ column, code: 'missing', detail: '' })
  const isNamed = values.registration_number || values.code7
  if (problems.length === 0 && !isNamed)
    problems.push({ column: 'registration_number', code: 'identifier-missing', detail: '' })
  if (problems.length === 0 && values.code7 && !values.prefecture)
    problems.push({ column: 'prefecture', code: 'missing', detail: '' })
  if (problems.length > 0) return { problems }
  return { row: masterRowOf(values) }
}

function masterRowOf(values: { readonly [column in MasterColumn]?: string }): MasterRow {
  const {
    facility_id: facilityId = '',
    portal = '',
    facility_type: facilityType = '',
    registration_number: registrationNumber = '',
    birth_date: birthDate,
    ...rest
  } = values
  const facility: Partial<FacilityTable> = rest
  // An empty cell says nothing about the state, so the facility is open.
  if (facility.status === '') facility.status = 'active'
  return { portal, facilityId, facilityType, registrationNumber, birthDate, values: facility }
}

function readCell(column: MasterColumn, cell: string): Fold {
  const text = cell.trim()
  if (text.includes(REPLACEMENT)) return wrong('undecodable', '')
  if (/\p{Cc}/u.test(text)) return wrong('control-character', '')
  const max = textMax[column] ?? TEXT_MAX
  if (text.length > max) return wrong('too-long', String(max))
  const fold = folds[column]
  return text === '' || !fold ? good(text) : fold(text)
}

function idOf(text: string): Fold {
  const id = text.normalize('NFKC')
  return /^[\w.:-]+$/.test(id) ? good(id) : wrong('id', text)
}

function digitsOf(text: string, min: number, max: number): Fold {
  const digits = foldNumber(text)
  const isGood = /^\d*$/.test(digits) && digits.length >= min && digits.length <= max
  return isGood ? good(digits) : wrong('digits', min === max ? String(min) : `${min}–${max}`)
}

function dateOf(text: string): Fold {
  const parts = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})$/.exec(text.normalize('NFKC'))
  if (!parts) return wrong('date', text)
  const iso = `${parts[1]}-${parts[2]?.padStart(2, '0')}-${parts[3]?.padStart(2, '0')}`
  const day = new Date(`${iso}T00:00:00Z`)
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso)
  return exists ? good(iso) : wrong('date', text)
}
