import type { Bytes, ContentFault } from './bytes.ts'

export const CFB_SIGNATURE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
/** Far more than any workbook lists. */
const SECTORS_MAX = 1_000
const END_OF_CHAIN = 0xfffffffe
/** Sectors of the allocation table that the header itself names; more only in files beyond what may be sent. */
const TABLE_SECTORS = 109

/** An old workbook is a compound file whose directory names a workbook, is not encrypted and holds no macros. */
export async function xlsFault(bytes: Bytes): Promise<ContentFault | undefined> {
  const head = await bytes.read(0, 512)
  if (!head.subarray(0, 8).equals(CFB_SIGNATURE)) return 'differs'
  if (head.length < 512) return 'damaged'
  const [version, shift] = [head.readUInt16LE(26), head.readUInt16LE(30)]
  if (
    head.readUInt16LE(28) !== 0xfffe ||
    !((version === 3 && shift === 9) || (version === 4 && shift === 12))
  )
    return 'damaged'
  const names = await directory(bytes, head, 2 ** shift)
  if (!names) return 'damaged'
  if (names.has('EncryptedPackage') || names.has('EncryptionInfo')) return 'locked'
  if (!names.has('Workbook') && !names.has('Book')) return 'differs'
  const hasMacros = ['_VBA_PROJECT_CUR', '_VBA_PROJECT', 'VBA', 'Macros'].some((name) =>
    names.has(name),
  )
  return hasMacros ? 'active' : undefined
}

/** The names in the directory; undefined when its chain of sectors is broken. */
async function directory(
  bytes: Bytes,
  head: Buffer,
  sectorBytes: number,
): Promise<ReadonlySet<string> | undefined> {
  const names = new Set<string>()
  const perSector = sectorBytes / 4
  let sector = head.readUInt32LE(48)
  for (let count = 0; sector !== END_OF_CHAIN; count++) {
    const content = await bytes.read((sector + 1) * sectorBytes, sectorBytes)
    if (count >= SECTORS_MAX || content.length < sectorBytes) return undefined
    for (let at = 0; at < content.length; at += 128) {
      const length = content.readUInt16LE(at + 64)
      if (length >= 2 && length <= 64 && content[at + 66] !== 0)
        names.add(content.toString('utf16le', at, at + length - 2))
    }
    const table = Math.floor(sector / perSector)
    if (table >= TABLE_SECTORS) return undefined
    const place = (head.readUInt32LE(76 + table * 4) + 1) * sectorBytes + (sector % perSector) * 4
    const next = await bytes.read(place, 4)
    if (next.length < 4) return undefined
    sector = next.readUInt32LE(0)
  }
  return names
}
