import { decodeCommand, fromHex, hex, type Command } from '../apdu.ts'

/** A card made of our own code: applications with files, PINs and keys, as ISO 7816-4 describes them. */
export type VirtualCard = {
  readonly atr: Uint8Array
  process(command: Uint8Array): Uint8Array
  /** Power off and on: nothing is selected, no PIN counts any more. */
  reset(): void
  /** Tries left of each PIN, by application and file: `D392F000260100000001/0018`. */
  triesLeft(): Readonly<Record<string, number>>
}

export type Applet = {
  readonly aid: string
  /** By file id. */
  readonly files: Readonly<
    Record<number, { readonly data: Uint8Array; readonly needs?: readonly number[] }>
  >
  readonly pins: Readonly<
    Record<number, { readonly value: string; readonly limit: number; readonly tries?: number }>
  >
  readonly keys: Readonly<
    Record<
      number,
      { readonly needs: number; readonly sign: (digestInfo: Uint8Array) => Uint8Array }
    >
  >
}

export type CardMaking = {
  readonly atr: string
  /** Number a contactless reader tells; undefined: the card has contacts only. */
  readonly uid?: string
  readonly applets: readonly Applet[]
}

const OK = 0x9000

export function createCard({ atr, uid, applets }: CardMaking): VirtualCard {
  const tries = new Map<string, number>()
  for (const applet of applets)
    for (const [file, pin] of Object.entries(applet.pins))
      tries.set(pinKey(applet, Number(file)), pin.tries ?? pin.limit)
  let applet: Applet | undefined
  let file: number | undefined
  const unlocked = new Set<string>()

  function select({ p1, data = new Uint8Array() }: Command): number {
    if (p1 === 0x04) {
      const found = applets.find(({ aid }) => aid.startsWith(hex(data)) && data.length >= 5)
      if (!found) return 0x6a82
      applet = found
      file = undefined
      return OK
    }
    const id = data.length === 2 ? ((data[0] ?? 0) << 8) | (data[1] ?? 0) : -1
    // Measured on the real card: selecting the master file is accepted and does nothing.
    if (p1 === 0x00 && (id === 0x3f00 || data.length === 0)) return OK
    if (!applet || p1 !== 0x02) return 0x6a82
    if (!(id in applet.files) && !(id in applet.pins) && !(id in applet.keys)) return 0x6a82
    file = id
    return OK
  }

  function verify({ data }: Command): number {
    const pin = applet?.pins[file ?? -1]
    if (!applet || file === undefined || !pin) return 0x6a88
    const key = pinKey(applet, file)
    const left = tries.get(key) ?? 0
    if (!data || data.length === 0) return unlocked.has(key) ? OK : 0x63c0 | left
    if (left === 0) return 0x6984
    if (String.fromCharCode(...data) === pin.value) {
      tries.set(key, pin.limit)
      unlocked.add(key)
      return OK
    }
    unlocked.delete(key)
    tries.set(key, left - 1)
    return 0x63c0 | (left - 1)
  }

  function read({ p1, p2, le = 256 }: Command): Uint8Array {
    const found = applet?.files[file ?? -1]
    if (!applet || !found) return status(0x6986)
    const needed = found.needs?.map((pin) => pinKey(applet as Applet, pin))
    if (needed && !needed.some((key) => unlocked.has(key))) return status(0x6982)
    const offset = (p1 << 8) | p2
    if (offset >= found.data.length) return status(0x6b00)
    return Uint8Array.from([...found.data.slice(offset, offset + le), ...status(OK)])
  }

  function sign({ data }: Command): Uint8Array {
    const key = applet?.keys[file ?? -1]
    if (!applet || !key || !data) return status(0x6986)
    if (!unlocked.has(pinKey(applet, key.needs))) return status(0x6982)
    return Uint8Array.from([...key.sign(data), ...status(OK)])
  }

  return {
    atr: fromHex(atr) ?? new Uint8Array(),
    process(bytes) {
      const command = decodeCommand(bytes)
      if (!command) return status(0x6700)
      const { cla, ins, p1, p2 } = command
      if (cla === 0xff && ins === 0xca)
        return uid === undefined
          ? status(0x6a81)
          : Uint8Array.from([...(fromHex(uid) ?? []), 0x90, 0x00])
      if (cla === 0x00 && ins === 0xa4) return status(select(command))
      if (cla === 0x00 && ins === 0x20 && p1 === 0x00 && (p2 === 0x80 || p2 === 0x88))
        return status(verify(command))
      if (cla === 0x00 && ins === 0xb0) return read(command)
      if (cla === 0x80 && ins === 0x2a && p1 === 0x00 && p2 === 0x80) return sign(command)
      return status(cla === 0x00 || cla === 0x80 ? 0x6d00 : 0x6e00)
    },
    reset() {
      applet = undefined
      file = undefined
      unlocked.clear()
    },
    triesLeft: () => Object.fromEntries(tries),
  }
}

function pinKey(applet: Applet, file: number): string {
  return `${applet.aid}/${file.toString(16).toUpperCase().padStart(4, '0')}`
}

export function status(sw: number): Uint8Array {
  return Uint8Array.of(sw >> 8, sw & 0xff)
}
