import { LiveForm } from './elements/live-form.ts'

customElements.define('live-form', LiveForm)
