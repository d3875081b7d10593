import { ComboBox } from './elements/combo-box.ts'
import { LiveForm } from './elements/live-form.ts'

/** The form first: it hydrates what the server printed before any other element adds to it. */
customElements.define('live-form', LiveForm)
customElements.define('combo-box', ComboBox)
