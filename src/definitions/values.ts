import type { Json, JsonObject, Link, Locale, Note, Said, Text } from '../form/form.ts'
import type { Span } from '../workflow/clock.ts'
import type { Place } from './frame.ts'
import { nearest } from './nearest.ts'
import type { Report } from './problems.ts'
import type { Entry, MapNode, Node } from './yaml/yaml.ts'

/** What the portal around a text decides: its languages, its messages, what its links may reach. */
export type TextScope = {
  readonly report: Report
  readonly portal: string
  readonly languages: readonly Locale[]
  /** The text of a message of the portal; undefined: there is none by this name. */
  readonly message: (name: string) => Node | undefined
  readonly messageNames: () => readonly string[]
  /** The address of a link inside the portal; undefined: nothing is there. */
  readonly addressOf: (target: string) => string | undefined
  readonly targets: () => readonly string[]
  readonly relatedPortal: (name: string) => string | undefined
  readonly relatedPortals: () => readonly string[]
}

// Readers of nodes. Wrong kinds were reported when the shape was checked; here they count as absent.

export function child(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined
}
export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.kind === 'map' ? [...node.entries.values()] : []
}
export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : []
}
export function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}
export function numberOf(node: Node | undefined): number | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined
}
export function isTrue(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === true
}

/** The plain value. Keys that reach a prototype were dropped by the parser. */
export function jsonOf(node: Node): Json {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(jsonOf)
  return Object.fromEntries(entriesOf(node).map((entry) => [entry.key, jsonOf(entry.value)]))
}

/** An object without the keys whose value is undefined, so that compiled definitions are plain JSON. */
export function compact<T extends object>(value: T): T {
  const out: { [key: string]: unknown } = {}
  for (const [key, item] of Object.entries(value)) if (item !== undefined) out[key] = item
  return out as T
}

/** `見出し` or `{ ja: 見出し, en: Title }`. Every language of the portal must be there (DESIGN §4). */
export function compileText(node: Node | undefined, key: string, scope: TextScope): Text {
  if (!node) return { ja: '' }
  const plain = stringOf(node)
  const ja = plain ?? stringOf(child(node, 'ja')) ?? ''
  const en = plain === undefined ? stringOf(child(node, 'en')) : undefined
  const isText = plain !== undefined || stringOf(child(node, 'ja')) !== undefined
  if (isText && plain !== '' && en === undefined && scope.languages.includes('en'))
    scope.report('text.language-missing', node.at, { key })
  return compact({ ja, en })
}

export function optionalText(
  node: Node | undefined,
  key: string,
  scope: TextScope,
): Text | undefined {
  const value = child(node, key)
  return value ? compileText(value, key, scope) : undefined
}

/** `{ label, to | portal | url, about }`. */
export function compileLink(node: Node, scope: TextScope): Link {
  return compact({
    label: compileText(child(node, 'label'), 'label', scope),
    href: compileHref(node, scope) ?? '',
    about: optionalText(node, 'about', scope),
    newTab: isTrue(child(node, 'newTab')) || undefined,
  })
}
export function compileLinks(node: Node | undefined, scope: TextScope): Link[] {
  return itemsOf(node).map((item) => compileLink(item, scope))
}

const HREF_KEYS = ['to', 'portal', 'url'] as const

function compileHref(node: Node, scope: TextScope): string | undefined {
  if (node.kind !== 'map') return undefined
  const given = HREF_KEYS.filter((key) => node.entries.has(key))
  const [key, other] = given
  if (!key) {
    scope.report('key.missing-one', node.at, { allowed: '「to」「portal」「url」' })
    return undefined
  }
  const value = child(node, key)
  const name = stringOf(value)
  if (other) scope.report('key.not-both', node.at, { key, other })
  if (!value || name === undefined) return undefined
  if (key === 'to') return compileTarget(value, scope)
  if (key === 'url') return safeUrl(name, value.at, scope)
  const href = scope.relatedPortal(name)
  if (href === undefined)
    scope.report('ref.unknown', value.at, {
      kind: 'ポータル',
      kindEn: 'portal',
      ...suggest(name, scope.relatedPortals()),
    })
  return href
}

/** An address inside the portal: `register`, `pages/terms`. */
export function compileTarget(node: Node | undefined, scope: TextScope): string | undefined {
  const name = stringOf(node)
  if (!node || name === undefined) return undefined
  const href = scope.addressOf(name)
  if (href === undefined) scope.report('link.target', node.at, suggest(name, scope.targets()))
  return href
}

/** Only addresses that can be nothing else than a page elsewhere, reached over TLS. */
export function safeUrl(url: string, at: Place, scope: TextScope): string | undefined {
  if (/^https:\/\/[^\s\\]+$/.test(url) && URL.canParse(url)) return url
  scope.report('link.unsafe', at, { name: url })
  return undefined
}

/** A text alone, `{ ja, en }`, or `{ text, tone, links }`. */
export function compileNote(node: Node, scope: TextScope): Note {
  const text = child(node, 'text')
  const tone = stringOf(child(node, 'tone'))
  if (!text && !hasLanguages(node)) scope.report('key.missing', node.at, { key: 'text' })
  return {
    text: compileText(text ?? node, 'text', scope),
    links: compileLinks(child(node, 'links'), scope),
    tone: tone === 'info' || tone === 'warning' ? tone : 'plain',
  }
}
export function compileNotes(node: Node | undefined, scope: TextScope): Note[] {
  return itemsOf(node).map((item) => compileNote(item, scope))
}

/** A text alone, or `{ text, open }`. */
export function compileHelp(
  node: Node | undefined,
  scope: TextScope,
): { text: Text; open: boolean } | undefined {
  if (!node) return undefined
  const text = child(node, 'text')
  if (!text && !hasLanguages(node)) scope.report('key.missing', node.at, { key: 'text' })
  return { text: compileText(text ?? node, 'help', scope), open: isTrue(child(node, 'open')) }
}

/** The name of a message of the portal, a text, or `{ text, links }`. */
export function compileSaid(node: Node | undefined, key: string, scope: TextScope): Said {
  const name = stringOf(node)
  if (!node) return { text: { ja: '' }, links: [] }
  if (name !== undefined && isMessageName(name)) {
    const message = scope.message(name)
    if (message) return compileSaidBody(message, name, scope)
    scope.report('ref.unknown', node.at, {
      kind: 'メッセージ',
      kindEn: 'message',
      ...suggest(name, scope.messageNames()),
    })
    return { text: { ja: '' }, links: [] }
  }
  return compileSaidBody(node, key, scope)
}

function compileSaidBody(node: Node, key: string, scope: TextScope): Said {
  const text = child(node, 'text')
  if (node.kind === 'map' && !text && !hasLanguages(node))
    scope.report('key.missing', node.at, { key: 'text' })
  return {
    text: compileText(text ?? node, key, scope),
    links: compileLinks(child(node, 'links'), scope),
  }
}

/** Names are ASCII with hyphens; a sentence never looks like one. */
export function isMessageName(text: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(text)
}

function hasLanguages(node: Node): boolean {
  return node.kind === 'scalar' || child(node, 'ja') !== undefined
}

/** Params for a problem about a name that is not there: the nearest one, or all when they are few. */
export function suggest(
  name: string,
  candidates: Iterable<string>,
): { name: string; near: string | undefined; allowed: string } {
  const all = [...new Set(candidates)].filter((candidate) => candidate !== '').sort()
  return { name, near: nearest(name, all), allowed: all.slice(0, SUGGEST_MAX).join('、') || 'ー' }
}
const SUGGEST_MAX = 12

const UNIT_MS: { readonly [unit: string]: number } = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}
const SPAN = /^(\d{1,5}) (second|minute|hour|day|week)s?$/

/** `24 hours` in milliseconds; undefined after a report. */
export function compileDuration(text: string, at: Place, report: Report): number | undefined {
  const [, count = '', unit = ''] = SPAN.exec(text) ?? []
  const ms = Number(count) * (UNIT_MS[unit] ?? 0)
  if (ms > 0) return ms
  report('duration.unreadable', at, { value: text })
  return undefined
}

/** `24 hours`, or `5 business days` in the workflow's calendar; undefined after a report. */
export function compileSpan(text: string, at: Place, report: Report): Span | undefined {
  const [, days] = /^(\d{1,4}) business days?$/.exec(text) ?? []
  if (days !== undefined && Number(days) > 0) return { businessDays: Number(days) }
  const ms = compileDuration(text, at, report)
  return ms === undefined ? undefined : { ms }
}

/** `3 per hour`, `5 per 10 minutes`. */
export function compileLimit(
  node: Node | undefined,
  report: Report,
): { times: number; perMs: number } | undefined {
  const text = stringOf(node)
  if (!node || text === undefined) return undefined
  const [, times = '', span = ''] = /^(\d{1,5}) per (.+)$/.exec(text) ?? []
  const [, count = '', unit = ''] = SPAN.exec(/^\d/.test(span) ? span : `1 ${span}`) ?? []
  const limit = { times: Number(times), perMs: Number(count) * (UNIT_MS[unit] ?? 0) }
  if (limit.times > 0 && limit.perMs > 0) return limit
  report('limit.unreadable', node.at, { value: text })
  return undefined
}

/** Freezes a compiled value and everything in it. */
export function freezeDeep<T extends Json | JsonObject | object>(value: T): T {
  for (const item of Object.values(value as object))
    if (typeof item === 'object' && item !== null && !Object.isFrozen(item))
      freezeDeep(item as object)
  return Object.freeze(value)
}

/** The map itself when the node is one. */
export function asMap(node: Node | undefined): MapNode | undefined {
  return node?.kind === 'map' ? node : undefined
}
