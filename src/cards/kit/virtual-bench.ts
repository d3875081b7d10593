import { createHardware } from '../virtual/hardware.ts'
import type { CardBench } from './bench.ts'

/** Two virtual readers in this process: every fault can be played, nothing takes real time. */
export function createVirtualBench(
  wrap: (hardware: ReturnType<typeof createHardware>) => CardBench['driver'] = (hardware) =>
    hardware.driver,
): CardBench {
  const hardware = createHardware(['virtual-1', 'virtual-2'])
  const slot = (reader: number) => hardware.slots[reader] ?? ''
  return {
    driver: wrap(hardware),
    readers: hardware.slots.length,
    insert: async (reader, card) => hardware.insert(slot(reader), card),
    remove: async (reader) => hardware.remove(slot(reader)),
    onCommand(reader, listen) {
      hardware.listen(slot(reader), listen)
    },
    fault: (reader, at, kind) => hardware.fault(slot(reader), at, kind),
    stopService: async () => hardware.stopService(),
    startService: async () => hardware.startService(),
    close: async () => undefined,
  }
}
