/** Pages outside of forms on which a card may be read. */
import { defineCardReading } from './elements/card-reading.ts'

defineCardReading()
