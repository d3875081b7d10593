import { html } from 'lit/html.js'
import type { Page } from './page.ts'

/**
 * A text with the readings of its words over them, when the visitor wants furigana. Readings are hidden from names that are
 * read aloud and from copied text, which would have every word twice.
 */
export function rubyView(text: string, { portal, look }: Pick<Page, 'portal' | 'look'>) {
  const words = look?.furigana === 'on' ? portal?.furigana : undefined
  if (!words || words.length === 0) return text
  const readings = new Map(words)
  const pattern = new RegExp(`(${words.map(([word]) => escape(word)).join('|')})`, 'u')
  return text.split(pattern).map((part) => {
    const reading = readings.get(part)
    return reading === undefined
      ? part
      : html`<ruby>${part}<rp>（</rp><rt aria-hidden="true">${reading}</rt><rp>）</rp></ruby>`
  })
}

function escape(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&')
}
