import type { ProfileConformance } from '../../src/cards/kit/profile-suite.ts'
import {
  createMyNumberCard,
  makeCardKeys,
  SAMPLE_HOLDER,
  SAMPLE_PINS,
} from '../../src/cards/virtual/mynumber.ts'

const keys = makeCardKeys({ now: new Date() })

const conformance: ProfileConformance = {
  makeCard: () => createMyNumberCard({ keys }),
  pins: { attributes: SAMPLE_PINS.text, challenge: SAMPLE_PINS.authentication },
  canaries: [
    SAMPLE_HOLDER.individualNumber,
    '見本',
    '千代田',
    SAMPLE_PINS.text,
    SAMPLE_PINS.authentication,
  ],
}
export default conformance
