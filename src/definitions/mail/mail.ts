import type { Locale, Text } from '../../form/form.ts'
import type { Mail } from '../definitions.ts'
import type { Files, Parsed } from '../files.ts'
import { lintMail } from '../lint/mails.ts'
import { compileMailText, type MailBody } from './body.ts'
import { placesOf, type PlacedPlaceholder } from '../placeholders.ts'
import type { Report } from '../problems.ts'
import { child, compact, compileText, type TextScope } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** Turns MJML into HTML; slow, so that a caller may keep the outcome. */
export type CompileBody = (layout: string, body: string) => Promise<MailBody>

export type MailDraft = {
  readonly mail: Mail
  readonly parsed: Parsed
  /** Each placeholder of the mail's own texts with a place to point at. */
  readonly placeholders: readonly PlacedPlaceholder[]
}

const LAYOUTS = ['layout.mjml', 'layout.txt'] as const

/** Compiles one mail: subject, text and HTML parts inside the common layout. */
export async function compileMail(
  parsed: Parsed,
  files: Files,
  scope: TextScope,
  compileBody: CompileBody,
): Promise<MailDraft> {
  const { root } = parsed
  lintMail(root, scope.report)
  const [mjml, txt] = LAYOUTS.map((name) => layoutOf(name, parsed, files, scope.report))
  const subject = compileText(child(root, 'subject'), 'subject', scope)
  const text = compileText(child(root, 'text'), 'text', scope)
  const body = compileText(child(root, 'body'), 'body', scope)
  const html: { [locale in Locale]?: string } = {}
  for (const locale of ['ja', 'en'] as const) {
    const part = body[locale]
    if (part !== undefined)
      html[locale] = await bodyOf(part, mjml, child(root, 'body'), scope.report, compileBody)
  }
  const own = ['subject', 'text', 'body'].flatMap((key) => placesOf(child(root, key)))
  return {
    mail: {
      id: parsed.name,
      subject,
      text: mapText(text, (part) => compileMailText(txt ?? '', part)),
      html: { ja: '', ...html },
      // The layouts' own placeholders are always filled; only those of the mail decide what it needs.
      placeholders: [...new Set(own.map((one) => one.name))].sort(),
    },
    parsed,
    placeholders: own,
  }
}

function layoutOf(name: string, parsed: Parsed, files: Files, report: Report): string | undefined {
  const layout = files.layouts.get(name)
  if (!layout) report('mail.layout-missing', parsed.root.at, { name })
  return layout?.text
}

async function bodyOf(
  body: string,
  layout: string | undefined,
  node: Node | undefined,
  report: Report,
  compileBody: CompileBody,
): Promise<string> {
  if (layout === undefined || !node) return ''
  const { html, warnings } = await compileBody(layout, body)
  for (const warning of warnings)
    report('mail.body', node.at, { detail: warning.message, name: warning.message })
  return html
}

function mapText(text: Text, change: (part: string) => string): Text {
  return compact({ ja: change(text.ja), en: text.en === undefined ? undefined : change(text.en) })
}
