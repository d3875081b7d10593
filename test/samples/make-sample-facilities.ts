import { writeFile } from 'node:fs/promises'
import { masterColumns, type MasterColumn } from '../../src/master/columns.ts'

/**
 * The fictional facilities of `forms/sample-facilities.csv`. Nothing here exists: names begin with 見本, postal codes with 00,
 * telephone numbers use exchanges that nobody has. Always the same, so that examples in guides and tests stay true.
 */
export function sampleFacilities(): string {
  const rows = [...numbered(), ...several(), ...coded()]
  const lines = rows.map((row) => masterColumns.map((column) => row[column] ?? '').join(','))
  return [masterColumns.join(','), ...lines, ''].join('\n')
}

type Row = { readonly [column in MasterColumn]?: string }

/** Prefectures in turn, the two of most examples more often than the others. */
function prefectureOf(index: number): string {
  const favoured = ['13', '14', '27', '01', '40']
  const code = index % 3 === 0 ? favoured[(index / 3) % favoured.length] : String((index % 47) + 1)
  return (code ?? '13').padStart(2, '0')
}

const names =
  '青葉 朝日 泉 梅園 駅前 大通 桂 川端 北 桜 里山 白樺 杉並木 竹林 月見 鶴 中央 虹 野原 橋本'
    .concat(' 花園 東 藤 星 松風 緑 港 南 森 夕日')
    .split(' ')
const families = '見本 例示 仮野 試山 模田 範川'.split(' ')
const persons = '一郎 花子 次郎 桜子 三郎 梅子 四郎 松子'.split(' ')

const digits = (value: number, length: number): string => String(value).padStart(length, '0')
const pick = (list: readonly string[], index: number): string => list[index % list.length] ?? ''

function facility(type: string, portal: string, prefix: string, index: number, word: string): Row {
  const round = Math.floor(index / names.length)
  return {
    facility_id: `${prefix}-${digits(index + 1, 4)}`,
    portal,
    facility_type: type,
    prefecture: prefectureOf(index),
    name: `見本${pick(names, index)}${round > 0 ? `第${round + 1}` : ''}${word}`,
    founder: `${pick(families, index)} ${pick(persons, index * 3)}`,
    postal_code: `00${digits(index + 1, 5)}`,
    address: `見本市${pick(names, index * 7)}町${(index % 9) + 1}-${(index % 20) + 1}`,
    phone: `0${(index % 8) + 2}0000${digits(index, 4)}`,
    bank_account: digits((index * 7_919 + 12_345) % 10_000_000, 7),
    status: 'active',
  }
}

function birthDate(index: number): string {
  return `${1950 + (index % 45)}-${digits((index % 12) + 1, 2)}-${digits((index % 28) + 1, 2)}`
}

/** One registration number each: a prefix and nine digits. The first two are the numbers of the guides. */
function numbered(): Row[] {
  const known = ['契012345678', '協400034711']
  return Array.from({ length: 90 }, (_, index) => ({
    ...facility('judo', 'treatment', 'J', index, '接骨院'),
    registration_number:
      known[index] ?? `${index % 2 === 0 ? '協' : '契'}${digits(100_000_000 + index * 1_111, 9)}`,
    birth_date: birthDate(index),
  }))
}

/** Two to four registration numbers each, one row per number. The first is the number of the guides. */
function several(): Row[] {
  return Array.from({ length: 60 }, (_, index) => {
    const own = facility('ahaki', 'treatment', 'A', index, '鍼灸マッサージ院')
    return Array.from({ length: 2 + (index % 3) }, (_, order) => ({
      ...own,
      registration_number: digits(123_456_789 + index * 1_000 + order, 10),
      birth_date: birthDate(index * 4 + order),
    }))
  }).flat()
}

/** Facilities known by prefecture, kind and seven digits. `kind` is the third digit of the whole code. */
type Coded = {
  readonly type: string
  readonly portal: string
  readonly prefix: string
  readonly kind: string
  readonly count: number
  readonly word: string
  /** Codes of the guides: prefecture and seven digits. */
  readonly known: readonly (readonly [prefecture: string, code7: string])[]
  readonly size: (index: number) => string
}

const codedTypes: readonly Coded[] = [
  {
    type: 'checkup',
    portal: 'treatment',
    prefix: 'C',
    kind: '2',
    count: 50,
    word: '健診センター',
    known: [
      ['13', '0123456'],
      ['14', '0123456'],
    ],
    size: () => '健診機関',
  },
  {
    type: 'midwifery',
    portal: 'treatment',
    prefix: 'M',
    kind: '0',
    count: 40,
    word: '助産所',
    known: [
      ['13', '0123456'],
      ['14', '0123456'],
    ],
    size: () => '助産所',
  },
  {
    type: 'ika',
    portal: 'medical',
    prefix: 'I',
    kind: '1',
    count: 60,
    word: 'クリニック',
    known: [
      ['13', '0123458'],
      ['01', '1234563'],
    ],
    size: (index) => (index % 10 === 0 ? '病院' : '診療所'),
  },
  {
    type: 'shika',
    portal: 'medical',
    prefix: 'S',
    kind: '3',
    count: 60,
    word: '歯科医院',
    // The second one is printed in a manual although its check digit does not fit: a check digit never decides (D-25).
    known: [
      ['13', '0123454'],
      ['13', '0123456'],
      ['47', '0123454'],
    ],
    size: (index) => (index % 20 === 0 ? '病院' : '診療所'),
  },
  {
    type: 'chozai',
    portal: 'medical',
    prefix: 'P',
    kind: '4',
    count: 60,
    word: '薬局',
    known: [['13', '0123452']],
    size: () => '薬局',
  },
  {
    type: 'houmon',
    portal: 'medical',
    prefix: 'H',
    kind: '6',
    count: 60,
    word: '訪問看護ステーション',
    known: [['13', '0123457']],
    size: () => '訪問看護',
  },
]

function coded(): Row[] {
  return codedTypes.flatMap((type) =>
    Array.from({ length: type.count }, (_, index) => {
      const own = facility(type.type, type.portal, type.prefix, index, type.word)
      const [prefecture, code7] = type.known[index] ?? [
        own.prefecture ?? '',
        withCheckDigit(own.prefecture ?? '', type.kind, digits(200_000 + index * 137, 6)),
      ]
      const size = type.size(index)
      return {
        ...own,
        prefecture,
        code7,
        institution_size: size,
        colocated_with_medical: type.type === 'shika' && size === '病院' ? 'yes' : 'no',
      }
    }),
  )
}

/** Seven digits: the six given and the check digit over prefecture, kind and them (the sum of Luhn). */
export function withCheckDigit(prefecture: string, kind: string, six: string): string {
  const sum = [...`${prefecture}${kind}${six}`]
    .reverse()
    .map((digit, place) => Number(digit) * (place % 2 === 0 ? 2 : 1))
    .map((product) => (product > 9 ? product - 9 : product))
    .reduce((total, product) => total + product, 0)
  return `${six}${(10 - (sum % 10)) % 10}`
}

if (import.meta.main)
  await writeFile(new URL('../../forms/sample-facilities.csv', import.meta.url), sampleFacilities())
