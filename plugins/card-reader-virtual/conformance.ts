import type { ReaderConformance } from '../../src/cards/kit/bench.ts'
import { createVirtualBench } from '../../src/cards/kit/virtual-bench.ts'

/** The bench is what this driver is made of. */
const conformance: ReaderConformance = { openBench: async () => createVirtualBench() }
export default conformance
