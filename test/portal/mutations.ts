import { YAML_LIMITS } from '../../src/definitions/yaml/yaml.ts'

/** What people, editors and disks do to a file. Each gives the new content; with one seed always the same. */
export type Random = { below(count: number): number; pick<T>(items: readonly T[]): T }

/** Small and good enough for choosing: mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return { below, pick: (items) => items[below(items.length)] as (typeof items)[number] }
}

type Mutation = (text: string, random: Random) => string | Uint8Array

/** 見出し in Shift_JIS. */
const SHIFT_JIS = [0x8c, 0xa9, 0x8f, 0x6f, 0x82, 0xb5]
const TEN_MEGABYTES = 10 * 1024 * 1024

export const mutations: { readonly [name: string]: Mutation } = {
  'cut at any place': (text, random) => text.slice(0, random.below(text.length)),
  'cut in the middle of a character': (text) => {
    const bytes = Buffer.from(text)
    const wide = bytes.findIndex((byte) => byte >= 0xe0)
    return wide < 0 ? bytes.subarray(0, 1) : bytes.subarray(0, wide + 1)
  },
  'some characters gone': (text, random) => {
    const at = random.below(text.length)
    return text.slice(0, at) + text.slice(at + 1 + random.below(12))
  },
  'a line gone': (text, random) => {
    const lines = text.split('\n')
    lines.splice(random.below(lines.length), 1)
    return lines.join('\n')
  },
  'a line twice': (text, random) => {
    const lines = text.split('\n')
    const at = random.below(lines.length)
    return lines.toSpliced(at, 0, lines[at] ?? '').join('\n')
  },
  'two lines exchanged': (text, random) => {
    const lines = text.split('\n')
    const [one, other] = [random.below(lines.length), random.below(lines.length)]
    return lines
      .map((line, index) => (index === one ? lines[other] : index === other ? lines[one] : line))
      .join('\n')
  },
  'tabs for spaces': (text, random) => {
    const lines = text.split('\n')
    const at = random.below(lines.length)
    return lines.with(at, `\t${lines[at]?.trimStart()}`).join('\n')
  },
  'another indentation': (text, random) => {
    const lines = text.split('\n')
    const at = random.below(lines.length)
    return lines.with(at, ` ${lines[at]}`).join('\n')
  },
  'a key twice': (text) => `${text}\n${/^\w+:.*$/m.exec(text)?.[0] ?? 'a: 1'}\n`,
  'a forbidden key': (text, random) =>
    `${text}\n${random.pick(['__proto__', 'constructor', 'prototype'])}: { isAdmin: true }\n`,
  'an unknown key': (text, random) => `${text}\n${random.pick(['titel', 'feilds', 'x'])}: 1\n`,
  'a cycle of values': (text) =>
    text.replace(
      'fields:\n',
      `fields:
      - { id: one, type: computed, label: 一, value: { join: [two] } }
      - { id: two, type: computed, label: 二, value: { join: [one] } }
`,
    ),
  'a list in itself': (text) => `${text}\nloop: &loop [*loop]\n`,
  'a bomb of aliases': (text) =>
    `${text}\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [${Array(60).fill('*b').join(',')}]\n`,
  'nested too deeply': (text) =>
    `${text}\ndeep: ${'['.repeat(YAML_LIMITS.depth + 5)}${']'.repeat(YAML_LIMITS.depth + 5)}\n`,
  'ten thousand open brackets': (text) => `${text}\n${'['.repeat(10_000)}`,
  'a tag': (text, random) =>
    text.replace(/: (?=\S)/, `: ${random.pick(['!!js/function', '!env', '!!binary'])} `),
  'ten megabytes': (text) => `${text}\n# ${'x'.repeat(TEN_MEGABYTES)}`,
  'a byte order mark': (text) => `\uFEFF${text}`,
  'a byte order mark further on': (text, random) => {
    const at = random.below(text.length)
    return `${text.slice(0, at)}\uFEFF${text.slice(at)}`
  },
  Shift_JIS: (text) => Buffer.concat([Buffer.from(text), Buffer.from(SHIFT_JIS)]),
  'UTF-16': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'line ends of Windows': (text) => text.replaceAll('\n', '\r\n'),
  'NUL characters': (text, random) => {
    const at = random.below(text.length)
    return `${text.slice(0, at)}\0${text.slice(at)}`
  },
  nothing: () => '',
  'a code without quotes': (text) => text.replace(/^(\w+): .*$/m, '$1: 0123'),
  'full-width signs': (text, random) =>
    text.replace(random.pick([': ', '- ', '[', '{']), random.pick(['：', '－', '［', '｛'])),
  'quotes that do not close': (text) => text.replace(/: (?=\S)/, ': "'),
  'another word': (text, random) =>
    text.replace(
      random.pick(['apply', 'email', 'received', 'text', 'visitor', 'guild-apply-confirm']),
      random.pick(['aplly', 'emial', 'x', '1', 'null']),
    ),
  'other words in a text': (text) => text.replace(/(label|title): (\S+)/, '$1: 別の名前'),
}
