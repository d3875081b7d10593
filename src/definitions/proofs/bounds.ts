import { boundOf } from '../../form/fields/date.ts'
import type { FieldType, OptionKind } from '../../form/fields/field-type.ts'
import type { Field } from '../../form/form.ts'
import type { Report } from '../problems.ts'
import { child } from '../values.ts'
import type { MapNode } from '../yaml/yaml.ts'

/** Days at which bounds made of today's date are looked at: a leap day, ends of months and of years, a holiday week. */
const DAYS = ['2024-02-29', '2025-04-30', '2025-12-31', '2026-01-01', '2026-05-04', '2026-09-15']

const BOUNDS: ReadonlySet<OptionKind | undefined> = new Set(['day-bound', 'month-bound'])

/**
 * Reports bounds that leave nothing between them: numbers and days as they stand, and days made of today's date on every day that
 * is tried. Of bounds made of other answers nothing is known.
 */
export function checkBounds(field: Field, type: FieldType, node: MapNode, report: Report): void {
  const at = child(node, 'min')?.at
  if (!at || !child(node, 'max')) return
  const pairs = DAYS.map((today) => ({ min: limit('min', today), max: limit('max', today) }))
  const [first] = pairs
  const isEmpty = pairs.every(
    ({ min, max }) =>
      min !== undefined && max !== undefined && typeof min === typeof max && min > max,
  )
  if (first && isEmpty)
    report('value.contradiction', at, {
      key: 'min',
      other: 'max',
      min: String(first.min),
      max: String(first.max),
    })

  function limit(name: 'min' | 'max', today: string): number | string | undefined {
    const written = field.options[name]
    if (typeof written === 'number') return written
    const isDay = BOUNDS.has(type.options[name]?.kind)
    return isDay ? boundOf(field, name, { answers: {}, facts: { today } }) : undefined
  }
}
