import { html } from 'lit/html.js'
import type { Portal } from '../../src/definitions/definitions.ts'
import type { Text } from '../../src/form/form.ts'
import { say } from '../texts/form.ts'
import type { FormState, Page } from './page.ts'

/** Words with their readings, as the portal lists them: longer ones before those they begin with. */
type Readings = NonNullable<Portal['furigana']>
/** In which language something is said, and with which readings. */
export type Voice = Pick<FormState, 'locale' | 'readings'>

/** A text of a page with the readings of its words over them, when the visitor wants furigana. */
export function rubyView(text: string, page: Pick<Page, 'portal' | 'look'>) {
  return withReadings(text, wantedReadings(page))
}

/** The same for what stands in a form. */
export function readView(text: Text, { locale, readings = [] }: Voice) {
  return withReadings(say(text, locale), readings)
}

export function wantedReadings({ portal, look }: Pick<Page, 'portal' | 'look'>): Readings {
  return (look?.furigana === 'on' ? portal?.furigana : undefined) ?? []
}

/** Those whose words stand in this text: a form takes no others along. */
export function readingsIn(text: string, words: Readings): Readings {
  return words.filter(([word]) => text.includes(word))
}

/** Readings are hidden from names that are read aloud and from copied text, which would have every word twice. */
function withReadings(text: string, words: Readings) {
  if (words.length === 0) return text
  const readings = new Map(words)
  return text.split(patternOf(words)).map((part) => {
    const reading = readings.get(part)
    return reading === undefined
      ? part
      : html`<ruby>${part}<rp>（</rp><rt aria-hidden="true">${reading}</rt><rp>）</rp></ruby>`
  })
}

const patterns = new WeakMap<Readings, RegExp>()
function patternOf(words: Readings): RegExp {
  const known = patterns.get(words)
  if (known) return known
  const pattern = new RegExp(`(${words.map(([word]) => escape(word)).join('|')})`, 'u')
  patterns.set(words, pattern)
  return pattern
}

function escape(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&')
}
