import type { furtherValue as Further } from '../src/form/operators.ts'

/**
 * Stands in the browser for `src/form/operators.ts` (see `build.ts`): dates, sums and tables are downloaded by pages whose form computes
 * with them, which most do not. The form is in the page, so this is known before anything else runs.
 */
const NEEDED = /"(?:count|sum|table|checkDigit|hasCheckDigit|era|month|months|days|businessDays)":/

const form = document.getElementById('form-state')?.textContent ?? ''

export const furtherValue: typeof Further = NEEDED.test(form)
  ? (await import('../src/form/operators.ts')).furtherValue
  : () => undefined
