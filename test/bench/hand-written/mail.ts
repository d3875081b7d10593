import type { Mail } from '../../../src/definitions/definitions.ts'

/** A mail as one would write it who needs no more: names replaced, values escaped in the HTML, nothing checked. */
export function fillByHand(mail: Mail, values: { readonly [name: string]: string }) {
  const fill = (template: string, write: (value: string) => string) =>
    template.replace(/\{\{([^}]+)\}\}/g, (_, name: string) => write(values[name] ?? ''))
  const escaped = (value: string) =>
    value.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`)
  return {
    subject: fill(mail.subject.ja, (value) => value),
    text: fill(mail.text.ja, (value) => value),
    html: fill(mail.html.ja, escaped),
  }
}
