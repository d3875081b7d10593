import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { countNotImportedSince } from '../store/facilities.ts'
import { applyMasterRows, type MasterOutcome, type MasterRow } from '../store/master-rows.ts'
import type { Store } from '../store/open.ts'
import {
  type Cells,
  type CellProblem,
  type MasterColumn,
  masterColumns,
  type MasterProblemCode,
  neededColumns,
  readRow,
} from './columns.ts'
import { decoded, detectEncoding, type MasterEncoding } from './decode.ts'
import { type BothLanguages, messageOf } from './messages.ts'

/** Something to correct in the file, by line (1 is the header). */
export type MasterProblem = {
  readonly line: number
  readonly column: string
  readonly code: MasterProblemCode
  readonly message: BothLanguages
}

/** `added + changed + unchanged + refused` is `rows`. */
export type ImportCounts = {
  readonly rows: number
  /** Rows that brought a new facility or a new registration number. */
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly refused: number
}
export type ImportResult = ImportCounts & {
  readonly encoding: MasterEncoding
  /** Facilities of the portals in this file that are in the master but not in the file; they stay. */
  readonly notInFile: number
  /** The first `PROBLEMS_KEPT_MAX`, in the order of the file. `onProblem` hears of all. */
  readonly problems: readonly MasterProblem[]
}

export type ImportOptions = {
  readonly now: () => Date
  /** Found out from the file when missing. */
  readonly encoding?: MasterEncoding
  /** Called after each batch. `share` is the part of the file read so far, 0 to 1. */
  readonly onProgress?: (counts: ImportCounts, share: number) => void
  readonly onProblem?: (problem: MasterProblem) => void
}

export const PROBLEMS_KEPT_MAX = 1_000
/** Rows stored in one transaction: few enough to let others write in between. */
const BATCH_ROWS = 500
const ROW_CHARACTERS_MAX = 65_536

/**
 * Reads a facility master (DESIGN §2: CSV with a header, UTF-8 or Shift_JIS) into the store, batch by batch, so that any
 * number of rows fits into memory. Rows that cannot be taken are refused and reported; the others are stored. Importing
 * again updates by key. Throws the Faults `master.unreadable` and `master.encoding` for files that are none.
 */
export async function importMaster(
  store: Store,
  path: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const encoding = options.encoding ?? (await detectEncoding(path))
  const { size } = await stat(path)
  const bytes = createReadStream(path)
  const tally = newTally(options)
  const at = options.now().toISOString()
  const portals = new Set<string>()
  let batch: NumberedRow[] = []
  const flush = async () => {
    const rows = batch
    batch = []
    const outcomes = await store.write((tx) =>
      applyMasterRows(
        tx,
        store.dialect,
        rows.map(({ row }) => row),
        at,
      ),
    )
    rows.forEach(({ line }, index) => tally.outcome(line, outcomes[index]))
    options.onProgress?.(tally.counts(), size > 0 ? bytes.bytesRead / size : 1)
  }
  for await (const item of rowsOf(bytes, encoding, tally)) {
    portals.add(item.row.portal)
    batch.push(item)
    if (batch.length >= BATCH_ROWS) await flush()
  }
  if (batch.length > 0) await flush()
  const notInFile = await countNotImportedSince(store.db, [...portals], at)
  return { ...tally.counts(), encoding, notInFile, problems: tally.kept }
}

type NumberedRow = { readonly line: number; readonly row: MasterRow }
type Tally = ReturnType<typeof newTally>

function newTally(options: ImportOptions) {
  const kept: MasterProblem[] = []
  const counted = { added: 0, changed: 0, unchanged: 0, refused: 0 }
  const report = (line: number, problem: Omit<CellProblem, 'column'> & { column: string }) => {
    const told = { line, column: problem.column, code: problem.code, message: messageOf(problem) }
    if (kept.length < PROBLEMS_KEPT_MAX) kept.push(told)
    options.onProblem?.(told)
  }
  return {
    kept,
    report,
    refuse(line: number, problems: readonly (Omit<CellProblem, 'column'> & { column: string })[]) {
      counted.refused++
      for (const problem of problems) report(line, problem)
    },
    outcome(line: number, outcome: MasterOutcome | undefined) {
      if (!outcome) return
      counted[outcome.kind]++
      if (outcome.kind === 'refused')
        report(line, { column: columnOfRefusal[outcome.code], ...outcome })
    },
    counts(): ImportCounts {
      const { added, changed, unchanged, refused } = counted
      return { rows: added + changed + unchanged + refused, added, changed, unchanged, refused }
    },
  }
}

const columnOfRefusal = {
  'name-missing': 'name',
  'other-type': 'facility_type',
  contradiction: 'facility_id',
  'number-taken': 'registration_number',
  'code-taken': 'code7',
} as const

type CsvRecord = { readonly record: string[]; readonly info: { readonly lines: number } }

/** The readable rows with their lines; the others go to `tally`. Nothing at all when the header is not a master's. */
async function* rowsOf(
  bytes: AsyncIterable<Uint8Array>,
  encoding: MasterEncoding,
  tally: Tally,
): AsyncGenerator<NumberedRow> {
  const parser = Readable.from(decoded(bytes, encoding)).pipe(
    parse({
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: ROW_CHARACTERS_MAX,
      skip_records_with_error: true,
      on_skip: (error) => {
        const line = error && 'lines' in error ? Number(error.lines) : 0
        tally.refuse(line, [{ code: 'row-unreadable', column: '', detail: '' }])
      },
    }),
  )
  let header: readonly (MasterColumn | undefined)[] | undefined
  for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
    if (!header) {
      header = readHeader(record, tally)
      if (!header) return
      continue
    }
    // csv-parse counts lines at a record's end; a cell with line breaks began earlier.
    const breaks = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
    const line = info.lines - breaks
    if (record.length !== header.length) {
      const detail = `${record.length} / ${header.length}`
      tally.refuse(line, [{ code: 'row-length', column: '', detail }])
      continue
    }
    const read = readRow(cellsOf(header, record))
    if ('row' in read) yield { line, row: read.row }
    else tally.refuse(line, read.problems)
  }
  if (!header) readHeader([], tally)
}

function cellsOf(header: readonly (MasterColumn | undefined)[], record: readonly string[]): Cells {
  const cells: { [column in MasterColumn]?: string } = {}
  header.forEach((column, index) => {
    if (column) cells[column] = record[index] ?? ''
  })
  return cells
}

function readHeader(
  record: readonly string[],
  tally: Tally,
): readonly (MasterColumn | undefined)[] | undefined {
  const names = record.map((cell) => cell.normalize('NFKC').trim().toLowerCase())
  const report = (code: MasterProblemCode, column: string) =>
    tally.report(1, { code, column, detail: '' })
  const header = names.map((name) => masterColumns.find((column) => column === name))
  header.forEach((column, index) => {
    if (!column) report('column-unknown', names[index] ?? '')
  })
  const missing = neededColumns.filter((column) => !header.includes(column))
  const repeated = new Set(
    header.filter((column, index) => column && header.indexOf(column) < index),
  )
  for (const column of missing) report('column-missing', column)
  for (const column of repeated) if (column) report('column-repeated', column)
  return missing.length + repeated.size > 0 ? undefined : header
}
