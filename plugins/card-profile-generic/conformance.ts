import type { ProfileConformance } from '../../src/cards/kit/profile-suite.ts'
import { createCard } from '../../src/cards/virtual/card.ts'

const conformance: ProfileConformance = {
  makeCard: () =>
    createCard({ atr: '3B8F8001804F0CA000000306030001000000006A', uid: '04C0FFEE', applets: [] }),
  pins: {},
  canaries: ['04C0FFEE', 'BMD/7g=='],
}
export default conformance
