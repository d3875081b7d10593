import { decodeCommand, hex } from './apdu.ts'
import type { CardAccess } from './contract.ts'

/** The one command that the reader, not the card, answers: the number of a contactless card. */
export const UID_COMMAND = 'FFCA'

/**
 * Never sent for a plugin, whatever its manifest says: PINs are the host's (VERIFY, CHANGE, RESET RETRY COUNTER), and
 * nothing is ever written, erased, or read past the selected file.
 */
export const FORBIDDEN_INS: ReadonlySet<number> = new Set([
  0x04, 0x0e, 0x0f, 0x20, 0x21, 0x24, 0x2c, 0x44, 0xb1, 0xb3, 0xd0, 0xd1, 0xd2, 0xd6, 0xd7, 0xda,
  0xdb, 0xdc, 0xdd, 0xe0, 0xe2, 0xe4, 0xe6, 0xe8, 0xf0,
])

/** Applications that nobody here may read: 住基AP. */
export const FORBIDDEN_AIDS: readonly string[] = ['D3921000310001010401']

/**
 * 個人番号: its collection outside the purposes of the law is barred (番号法 19, 20). Text and picture of the number, in
 * the applications that hold them; the face of the card holds it, too.
 */
const FORBIDDEN_FILES: Readonly<Record<string, readonly string[]>> = {
  D3921000310001010408: ['0001', '0005', '0014'],
  D3921000310001010402: ['0002', '0005'],
}

export type Filter = {
  /** Whether the command may reach the card; the state follows only those that may. */
  allows(command: Uint8Array): boolean
  /** The host selected something itself, or the card was reset. */
  selected(aid: string | undefined): void
}

/** Lets a profile's commands through as far as its manifest and the rules above go; everything else never reaches the card. */
export function createFilter(access: Pick<CardAccess, 'aids' | 'commands'>): Filter {
  let current: string | undefined
  return {
    allows(bytes) {
      const command = decodeCommand(bytes)
      if (!command) return false
      const name = hex(bytes.slice(0, 2))
      if (!access.commands.includes(name) || FORBIDDEN_INS.has(command.ins)) return false
      if (command.cla === 0xff) return hex(bytes) === `${UID_COMMAND}000000`
      // Neither chained nor enciphered commands: what cannot be read cannot be judged.
      if ((command.cla & 0x1c) !== 0) return false
      const data = hex(command.data ?? new Uint8Array())
      if (command.ins !== 0xa4) return current !== undefined && !readsByShortName(command)
      if (command.p1 === 0x04) {
        if (!access.aids.includes(data) || isForbidden(data)) return false
        current = data
        return true
      }
      return command.p1 === 0x02 && current !== undefined && !isForbiddenFile(current, data)
    },
    selected(aid) {
      current = aid
    },
  }
}

/** READ BINARY and READ RECORD can name a file themselves, past SELECT. */
function readsByShortName({ ins, p1, p2 }: { ins: number; p1: number; p2: number }): boolean {
  return (ins === 0xb0 && (p1 & 0x80) !== 0) || (ins === 0xb2 && p2 >> 3 !== 0)
}

function isForbidden(aid: string): boolean {
  return FORBIDDEN_AIDS.some((one) => one.startsWith(aid))
}

/** A name cut short selects, too, so it counts as all it may stand for. */
function isForbiddenFile(current: string, file: string): boolean {
  return Object.entries(FORBIDDEN_FILES).some(
    ([aid, files]) =>
      aid.startsWith(current) && files.some((one) => file.startsWith(one) || file === ''),
  )
}
