/** Values by placeholder name. A name that is not there is filled with nothing: an answer that was not given. */
export type MailValues = { readonly [name: string]: string }

/**
 * Characters that could end a header or a line, or turn the direction of what follows: control characters, the two
 * separators of Unicode, and the overrides of writing direction.
 */
const BREAKING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Fills a subject or a text part. Values stay literal, on one line; braces in a value are never filled again. */
export function fillText(template: string, values: MailValues): string {
  return fill(template, values, oneLine)
}

/** Fills an HTML part; every value is escaped for text and for quoted attributes. */
export function fillHtml(template: string, values: MailValues): string {
  return fill(template, values, (value) => escapeHtml(oneLine(value)))
}

/** The value of a header: what could end it becomes one space. */
export function oneLine(value: string): string {
  return value.toWellFormed().replace(BREAKING, ' ')
}

export function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

function fill(template: string, values: MailValues, show: (value: string) => string): string {
  return template.replace(
    /\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g,
    (_, name: string, otherwise = '') => {
      const key = name.trim()
      const value = Object.hasOwn(values, key) ? values[key] : undefined
      // Behind the bar stands what the definition says in place of an empty value.
      return show(value || String(otherwise).trim())
    },
  )
}
