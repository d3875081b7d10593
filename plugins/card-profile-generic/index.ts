import type { CardSession, ProfilePlugin } from '../../src/cards/contract.ts'
import { contactlessKind } from '../../src/cards/atr.ts'

/** Less sure than any profile that knows its card. */
const FALLBACK = 0.5
const UID_BYTES_MAX = 16

/** Any card: its number where the reader tells one, else what its answer to reset says. Neither proves anything. */
const profile: ProfilePlugin = {
  match: async () => FALLBACK,
  operations: {
    identify: async (session) => {
      const { data, sw } = await session.transmit({ cla: 0xff, ins: 0xca, p1: 0, p2: 0, le: 256 })
      return sw === 0x9000 && data.length > 0 && data.length <= UID_BYTES_MAX
        ? { kind: 'uid', uid: data }
        : { kind: 'card-type', name: nameOf(session) }
    },
  },
}
export default profile

function nameOf({ atr }: CardSession): string {
  return { felica: 'FeliCa', storage: 'contactless memory card', none: 'card with contacts' }[
    contactlessKind(atr) ?? 'none'
  ]
}
