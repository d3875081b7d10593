import { type RawBuilder, sql } from 'kysely'
import type { Store } from './open.ts'

/**
 * Many values as one parameter. A statement with a parameter for each value is another statement for each number of values,
 * and building it costs more than running it.
 */

/** For `where column in ${listed(…)}`. */
export function listed(dialect: Store['dialect'], values: readonly string[]): RawBuilder<string> {
  const json = JSON.stringify(values)
  return dialect === 'sqlite'
    ? sql`(select value from json_each(${json}))`
    : sql`(select json_array_elements_text(${json}::json))`
}

/**
 * Inserts rows of text, and updates the other columns of those whose `key` exists already.
 * Table and columns are ours, never a visitor's.
 */
export function upsertText<Column extends string>(
  dialect: Store['dialect'],
  table: string,
  columns: readonly Column[],
  key: readonly Column[],
  rows: readonly { readonly [column in Column]: string }[],
): RawBuilder<unknown> {
  const json = JSON.stringify(rows.map((row) => columns.map((column) => row[column])))
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const cells = sql.join(columns.map((_, index) => sql`value ->> ${sql.lit(index)}`))
  const source =
    dialect === 'sqlite' ? sql`json_each(${json})` : sql`json_array_elements(${json}::json)`
  const updates = columns
    .filter((column) => !key.includes(column))
    .map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`)
  return sql`insert into ${sql.table(table)} (${names}) select ${cells} from ${source} as given where true
    on conflict (${sql.join(key.map((column) => sql.ref(column)))}) do update set ${sql.join(updates)}`
}
