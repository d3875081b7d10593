import { html, nothing } from 'lit/html.js'
import type { Link, Locale, Note } from '../../src/form/form.ts'
import { formTexts, say } from '../texts/form.ts'
import { readView, type Voice } from './ruby.ts'

/**
 * Where a link of a definition leads: addresses are below the portal unless they start with `/`, `#` or a known scheme.
 * Anything else that looks like a scheme leads nowhere, so that no definition and no text can run a script.
 */
export function hrefOf(href: string, portal: string): string {
  if (/^(?:https?:|mailto:|tel:|\/(?!\/)|#)/i.test(href)) return href
  if (/^[^/?#]*:|^\/\//.test(href)) return '#'
  return `/${portal}/${href}`
}

export function linkView(link: Link, portal: string, locale: Locale) {
  const href = hrefOf(link.href, portal)
  return link.newTab
    ? html`<a href=${href} target="_blank" rel="noopener"
        >${linkWords(link, locale)}${formTexts(locale).newTab}</a
      >`
    : html`<a href=${href}>${linkWords(link, locale)}</a>`
}

/** The words of a link; what they lack is there for those who hear them alone. */
function linkWords({ label, about }: Link, locale: Locale) {
  return about === undefined
    ? say(label, locale)
    : html`${say(label, locale)}${aboutView(say(about, locale))}`
}

export function aboutView(about: string | undefined) {
  return about === undefined ? nothing : html`<span class="vh">（${about}）</span>`
}

/** A paragraph; notices carry their kind as a word, not as a colour alone. */
export function noteView(note: Note, portal: string, voice: Voice) {
  const { locale } = voice
  const t = formTexts(locale)
  const links = note.links.map((link) => html` ${linkView(link, portal, locale)}`)
  if (note.tone === 'plain') return html`<p>${readView(note.text, voice)}${links}</p>`
  const title = note.tone === 'info' ? t.info : t.warning
  return html`<div class=${`notice ${note.tone}`}>
    <p><strong class="tag">${title}</strong>${readView(note.text, voice)}${links}</p>
  </div>`
}
