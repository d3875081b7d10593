import type { Raw } from '../../src/form/form.ts'
import { changedRows } from '../../src/form/rows.ts'
import { rowTexts } from '../texts/rows.ts'
import { inputId } from '../views/page.ts'

/** What pressing a button of rows does: the answers after it, where to go on, and what is said. */
export function changeRows(
  button: DOMStringMap,
  raw: Raw,
): { readonly raw: Raw; readonly focus: string; readonly announcement: string } {
  const { rows: field = '', row = '', max = '1' } = button
  const isAdded = row === ''
  const keys = changedRows(raw[field] ?? [], isAdded ? { add: true } : { remove: row }, Number(max))
  const locale = document.documentElement.lang === 'en' ? 'en' : 'ja'
  return {
    raw: { ...raw, [field]: keys },
    focus: inputId(isAdded ? `${field}.${keys.at(-1) ?? ''}` : field),
    announcement: rowTexts(locale).count(keys.length),
  }
}
