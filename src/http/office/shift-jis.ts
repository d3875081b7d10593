/** What stands in the place of a character that Shift_JIS does not have: printers have used it so ever since. */
const GETA = 0x81ac

let table: ReadonlyMap<string, number> | undefined

/** Text in Shift_JIS as Windows writes it (code page 932), and how many characters it does not have. */
export function toShiftJis(text: string): {
  readonly bytes: Uint8Array
  readonly replaced: number
} {
  table ??= readTable()
  const bytes: number[] = []
  let replaced = 0
  for (const character of text.normalize('NFC')) {
    const code = character.codePointAt(0) ?? 0
    const known = code < 0x80 ? code : table.get(character)
    if (known === undefined) replaced += 1
    const value = known ?? GETA
    if (value > 0xff) bytes.push(value >> 8)
    bytes.push(value & 0xff)
  }
  return { bytes: Uint8Array.from(bytes), replaced }
}

/** The platform decodes Shift_JIS; what it reads, read the other way round, is how to write it. */
function readTable(): ReadonlyMap<string, number> {
  const decoder = new TextDecoder('shift_jis', { fatal: true })
  const known = new Map<string, number>(ALIKE)
  const learn = (value: number) => {
    const bytes = value > 0xff ? [value >> 8, value & 0xff] : [value]
    try {
      const text = decoder.decode(Uint8Array.from(bytes))
      if ([...text].length === 1 && !known.has(text)) known.set(text, value)
    } catch {
      // Not a character: the code has gaps.
    }
  }
  for (let value = 0xa1; value <= 0xdf; value++) learn(value)
  // Rows that Windows prefers among those that say the same come first.
  for (const [first, last] of LEADS)
    for (let lead = first; lead <= last; lead++)
      for (let trail = 0x40; trail <= 0xfc; trail++) if (trail !== 0x7f) learn((lead << 8) | trail)
  return known
}

const LEADS = [
  [0x81, 0x9f],
  [0xe0, 0xea],
  [0xfa, 0xfc],
] as const

/** Signs that other systems write by another character than Windows does. */
const ALIKE: readonly (readonly [string, number])[] = [
  ['〜', 0x8160],
  ['−', 0x817c],
  ['‖', 0x8161],
  ['—', 0x815c],
  ['¥', 0x5c],
]
