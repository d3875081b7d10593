import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inspect, type Verdict } from '../../src/files/content/index.ts'
import {
  ATTACHMENT_KINDS,
  cleanName,
  extensionOf,
  type AttachmentKind,
} from '../../src/form/attachments.ts'
import { cfb, foreign, pdf, png, pngChunk, xls, xlsx, zip } from './made.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'madoguchi-content-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let count = 0
async function look(
  bytes: Buffer,
  name: string,
  accept: readonly AttachmentKind[] = ATTACHMENT_KINDS,
): Promise<Verdict> {
  const path = join(folder, String(++count))
  await writeFile(path, bytes)
  return inspect(path, name, accept)
}

const whole = { pdf, png, xlsx, xls } as const
const names = Object.keys(whole) as (keyof typeof whole)[]

describe('files as people have them', () => {
  test.each([
    ['a PDF', pdf(), '受領委任承諾通知書.pdf', 'application/pdf'],
    ['a PDF in capitals', pdf(), 'SCAN.PDF', 'application/pdf'],
    ['a PNG', png(), '写真.png', 'image/png'],
    ['a large PNG', png(7000, 7000), '写真.png', 'image/png'],
    ['a workbook', xlsx(), '一覧.xlsx', expect.stringContaining('spreadsheetml')],
    ['an old workbook', xls(), '一覧.xls', 'application/vnd.ms-excel'],
    ['a workbook of the nineties', cfb(['Book']), 'a.xls', 'application/vnd.ms-excel'],
    [
      'a workbook of many equal cells',
      xlsx([{ name: 'xl/s.xml', data: Buffer.alloc(5_000_000, 'a') }]),
      'a.xlsx',
      expect.stringContaining('spreadsheetml'),
    ],
  ])('%s is taken', async (_what, bytes, name, type) => {
    expect(await look(bytes, name)).toEqual({ type })
  })

  test('a field may accept less', async () => {
    expect(await look(png(), 'a.png', ['pdf'])).toEqual({ fault: 'type' })
    expect(await look(xls(), 'a.xls', ['excel'])).toHaveProperty('type')
  })
})

describe('what is refused, and why', () => {
  const macros = { name: 'xl/vbaProject.bin', data: Buffer.from('x') }
  const million = Buffer.alloc(30_000_000)
  const cases: [string, Buffer, string, string][] = [
    ['an empty file', Buffer.alloc(0), 'a.pdf', 'empty'],
    ['a JPEG', foreign.jpeg as Buffer, 'a.jpg', 'photo'],
    ['a JPEG called PNG', foreign.jpeg as Buffer, 'a.png', 'photo'],
    ['a photo of a tablet', foreign.heic as Buffer, 'IMG_0001.HEIC', 'photo'],
    ['a photo of a tablet called PDF', foreign.heic as Buffer, 'a.pdf', 'photo'],
    ['no extension', pdf(), 'scan', 'type'],
    ['two extensions', pdf(), 'scan.pdf.exe', 'type'],
    ['a macro workbook by name', xlsx([macros]), 'a.xlsm', 'type'],
    ['a macro workbook', xlsx([macros]), 'a.xlsx', 'active'],
    ['an old macro workbook', cfb(['Workbook', '_VBA_PROJECT_CUR']), 'a.xls', 'active'],
    ['a locked PDF', pdf('4 0 obj << /Encrypt 5 0 R >> endobj'), 'a.pdf', 'locked'],
    ['a PDF locked in line', pdf('<< /Encrypt << /Filter /Standard >> >>'), 'a.pdf', 'locked'],
    ['a locked workbook', cfb(['EncryptedPackage', 'EncryptionInfo']), 'a.xlsx', 'locked'],
    ['a locked old workbook', cfb(['EncryptedPackage']), 'a.xls', 'locked'],
    ['a PDF cut off', pdf().subarray(0, 120), 'a.pdf', 'damaged'],
    [
      'a PDF whose index is beyond its end',
      Buffer.from('%PDF-1.4\nstartxref\n99999\n%%EOF'),
      'a.pdf',
      'damaged',
    ],
    ['a PNG cut off', png().subarray(0, 50), 'a.png', 'damaged'],
    [
      'a PNG without a picture',
      Buffer.concat([png().subarray(0, 33), pngChunk('IEND', Buffer.alloc(0))]),
      'a.png',
      'damaged',
    ],
    ['a PNG of no width', png(0, 5), 'a.png', 'damaged'],
    ['a PNG of impossible colours', png(2, 2, { depth: 3 }), 'a.png', 'damaged'],
    [
      'a PNG with a forged header',
      Buffer.concat([png().subarray(0, 20), Buffer.from([9]), png().subarray(21)]),
      'a.png',
      'damaged',
    ],
    ['a PNG of 4 thousand million points', png(65_535, 65_535), 'a.png', 'inflated'],
    ['a PNG of 51 million points', png(51_000_000, 1), 'a.png', 'inflated'],
    [
      'a PNG of endless pieces',
      Buffer.concat([
        png().subarray(0, 33),
        ...Array.from({ length: 50_001 }, () => pngChunk('teXt', Buffer.alloc(0))),
      ]),
      'a.png',
      'inflated',
    ],
    ['a workbook cut off', xlsx().subarray(0, 200), 'a.xlsx', 'damaged'],
    ['a bomb that says so', xlsx([{ name: 'x', data: million }]), 'a.xlsx', 'inflated'],
    [
      'a bomb that lies',
      xlsx([{ name: 'x', data: million, says: { size: 10 } }]),
      'a.xlsx',
      'damaged',
    ],
    [
      'a bomb of a thousand million bytes by its list',
      xlsx([{ name: 'x', data: Buffer.from('a'), says: { size: 0xfffffff0 } }]),
      'a.xlsx',
      'inflated',
    ],
    [
      'entries that overlap',
      zip([
        { name: '[Content_Types].xml', data: Buffer.from('a') },
        { name: 'b', data: Buffer.from('b'), says: { at: 0 } },
      ]),
      'a.xlsx',
      'damaged',
    ],
    [
      'ten thousand entries',
      zip(Array.from({ length: 10_001 }, (_, n) => ({ name: `${n}`, data: Buffer.alloc(0) }))),
      'a.xlsx',
      'inflated',
    ],
    [
      'a list that counts wrong',
      zip([{ name: 'a', data: Buffer.from('a') }], { count: 7 }),
      'a.xlsx',
      'damaged',
    ],
    [
      'an unknown packing',
      xlsx([{ name: 'x', data: Buffer.from('a'), says: { method: 12 } }]),
      'a.xlsx',
      'damaged',
    ],
    [
      'an entry locked on its own',
      xlsx([{ name: 'x', data: Buffer.from('a'), says: { flags: 1 } }]),
      'a.xlsx',
      'locked',
    ],
    [
      'an entry that climbs out',
      xlsx([{ name: '../../etc/passwd', data: Buffer.from('a') }]),
      'a.xlsx',
      'differs',
    ],
    [
      'an entry at the root',
      xlsx([{ name: '/etc/passwd', data: Buffer.from('a') }]),
      'a.xlsx',
      'differs',
    ],
    [
      'a text document',
      xlsx([], '<Types>wordprocessingml.document.main+xml</Types>'),
      'a.xlsx',
      'differs',
    ],
    ['an old text document', cfb(['WordDocument']), 'a.xls', 'differs'],
    [
      'a compound file of the wrong version',
      Buffer.concat([xls().subarray(0, 26), Buffer.from([9]), xls().subarray(27)]),
      'a.xls',
      'damaged',
    ],
    ['a compound file that turns in a circle', circle(), 'a.xls', 'damaged'],
    ['a compound file cut off', xls().subarray(0, 700), 'a.xls', 'damaged'],
  ]
  test.each(cases)('%s', async (_what, bytes, name, fault) => {
    expect(await look(bytes, name)).toEqual({ fault })
  })
})

/** A file that is two things at once must not pass as the harmless one. */
describe('hostile files', () => {
  const pairs = names.flatMap((host) =>
    Object.entries({ ...foreign, pdf: pdf(), png: png(), xlsx: xlsx(), xls: xls() })
      .filter(([guest]) => guest !== host)
      .map(([guest, bytes]) => [guest, host, bytes] as const),
  )
  test.each(pairs)('%s under the name .%s is refused', async (_guest, host, bytes) => {
    expect(await look(bytes, `a.${host}`)).toHaveProperty('fault')
  })
  test.each(pairs)('%s before .%s is refused', async (_guest, host, bytes) => {
    expect(await look(Buffer.concat([bytes, whole[host]()]), `a.${host}`)).toHaveProperty('fault')
  })
  // Behind a compound file anything may stand: its readers never look there, and it is only ever downloaded.
  test.each(pairs.filter(([, host]) => host !== 'xls'))(
    '%s behind .%s is refused',
    async (_guest, host, bytes) => {
      expect(await look(Buffer.concat([whole[host](), bytes]), `a.${host}`)).toHaveProperty('fault')
    },
  )
  test.each(names)(
    '%s with any byte changed ends in a verdict, never in an error',
    async (name) => {
      const bytes = whole[name]()
      for (let round = 0; round < 150; round++) {
        const spoilt = Buffer.from(bytes)
        const at = Math.floor((round / 150) * spoilt.length)
        spoilt.set(randomBytes(4).subarray(0, Math.min(4, spoilt.length - at)), at)
        const verdict = await look(spoilt, `a.${name}`)
        expect(Object.keys(verdict)).toHaveLength(1)
      }
    },
  )
})

describe('names are data', () => {
  const stems = [
    '../../etc/passwd',
    '..\\..\\windows\\system32',
    'C:\\secret\\a',
    '/absolute/a',
    'a\0b',
    'a\r\nSet-Cookie: x=1',
    'CON',
    'NUL',
    'aux',
    'COM1',
    'a\u202Efdp',
    'a\u2066b\u2069',
    '見積書（令和８年）',
    'ﾊﾝｶｸ',
    'か\u3099',
    '👩‍👩‍👧‍👦',
    'a"b',
    "a'b",
    'a;filename=evil',
    'a%00b',
    'a%2e%2e',
    '=cmd|calc',
    '-rf',
    '.hidden',
    '...',
    ' ',
    '\t',
    'a  b',
    'あ'.repeat(300),
    '\uD800',
    '<script>alert(1)</script>',
    '${x}',
    '{{x}}',
    '$(id)',
    '`id`',
    '|',
    '&',
    'a,b',
    'é',
    'a\u2028b',
  ]
  const hostile = stems.flatMap((stem) =>
    ['', '.pdf', '.PNG', '.xlsx', '.pdf.exe'].map((end) => stem + end),
  )

  test('two hundred hostile names become names one can show, and stay as they are the second time', () => {
    expect(hostile.length).toBeGreaterThanOrEqual(200)
    for (const name of hostile) {
      const clean = cleanName(name)
      expect(clean).not.toMatch(/[/\\\p{Cc}\u202A-\u202E\u2066-\u2069]/u)
      expect(clean.trim()).not.toBe('')
      expect(clean.isWellFormed()).toBe(true)
      expect([...clean].length).toBeLessThanOrEqual(120)
      expect(cleanName(clean)).toBe(clean)
    }
  })

  test('a long name keeps its ending', () => {
    expect(extensionOf(cleanName(`${'あ'.repeat(300)}.pdf`))).toBe('pdf')
  })
})

/** Its directory continues with itself. */
function circle(): Buffer {
  const bytes = Buffer.from(xls())
  bytes.writeUInt32LE(1, 512 + 4)
  return bytes
}
