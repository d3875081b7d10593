/** What the form page loads after its first drawing, in one file: lookups, the check, the confirmation, the combobox. */
import { ComboBox } from './combo-box.ts'

export { checkAnswers } from '../api.ts'
export { askDialog, confirmDialog } from '../views/confirm.ts'
export { findIssues } from './check.ts'
export { offerFound } from './offers.ts'
export { press } from './press.ts'
export { offerReadings } from './readings.ts'
export { changeRows } from './rows.ts'
export { createLookups } from './lookups.ts'

/** Upgrades what the server printed; the form has been hydrated by then, so nothing is moved under its feet. */
export function defineElements(): void {
  if (!customElements.get('combo-box')) customElements.define('combo-box', ComboBox)
  // Few forms read cards: only theirs load what does.
  if (document.querySelector('card-reading'))
    void import('./card-reading.ts').then(({ defineCardReading }) => defineCardReading())
}
