import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../../hash.ts'
import { placeholdersIn } from '../placeholders.ts'

/** Placeholders that every mail may use beside the answers of its forms and the step's `with`. */
export const MAIL_PLACEHOLDERS: readonly string[] = [
  'link',
  'to',
  'number',
  'portal.title',
  'portal.url',
  'operator.name',
  'operator.phone',
  'operator.mail',
  'sender.name',
  'contactHours',
]

/** Where the mail's own part goes in `layout.mjml` and `layout.txt`. */
const BODY = '{{body}}'

/** Raised when the compiled form of equal sources changes, so that no cached file is taken for the new form. */
const CACHE_VERSION = '1'

/** Elements a body may use: no image, no script, nothing that loads or runs anything. */
const ALLOWED_ELEMENTS = new Set(
  (
    'mj-text mj-button mj-divider mj-spacer mj-table ' +
    'h1 p br b strong em span a ul ol li table thead tbody tr th td'
  ).split(' '),
)
const COLUMN_ELEMENT = /^mj-/
/** The only addresses a link may have: our own. Answers are never put into an attribute. */
const ALLOWED_HREF = /^(?:\{\{\s*(?:link|portal\.url)\s*\}\})$/

/** Something wrong in a body or in the layout; `line` counts from 1 in the part that `in` names. */
export type MailBodyWarning = {
  readonly message: string
  readonly line: number
  readonly in: 'body' | 'layout'
}
export type MailBody = { readonly html: string; readonly warnings: readonly MailBodyWarning[] }

/** Puts the text of one mail into `layout.txt`, in place of the line `{{body}}`. */
export function compileMailText(layout: string, text: string): string {
  return `${layout.replace(BODY, () => text.trim()).trim()}\n`
}

/**
 * Compiles the MJML of one mail, placed into the layout at `{{body}}`, to HTML that still holds its placeholders.
 * With a cache folder the outcome is kept by the hash of both sources, and the compiler is loaded only for new ones.
 */
export async function compileMailBody(
  layout: string,
  body: string,
  cacheDir?: string,
): Promise<MailBody> {
  if (cacheDir === undefined) return compile(layout, body)
  const file = join(cacheDir, `${sha256(JSON.stringify([CACHE_VERSION, layout, body]))}.json`)
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return JSON.parse(kept) as MailBody
  const compiled = await compile(layout, body)
  await mkdir(cacheDir, { recursive: true })
  // Renamed into place, so that a reader beside us never sees half a file.
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(compiled))
  await rename(draft, file)
  return compiled
}

async function compile(layout: string, body: string): Promise<MailBody> {
  const at = layout.indexOf(BODY)
  if (at < 0)
    return {
      html: '',
      warnings: [{ message: `the layout has no ${BODY}`, line: 1, in: 'layout' }],
    }
  const warnings: MailBodyWarning[] = forbiddenIn(body)
  const text = body.trimEnd()
  const firstLine = lineAt(layout, at)
  const lastLine = firstLine + lineAt(text, text.length) - 1
  const place = (line: number): Pick<MailBodyWarning, 'line' | 'in'> =>
    line < firstLine
      ? { line, in: 'layout' }
      : line <= lastLine
        ? { line: line - firstLine + 1, in: 'body' }
        : { line: line - lastLine + firstLine, in: 'layout' }
  const { default: mjml2html } = await import('mjml')
  try {
    const { html, errors } = await mjml2html(
      layout.replace(BODY, () => text),
      { validationLevel: 'soft', ignoreIncludes: true, keepComments: false, fonts: {} },
    )
    for (const { message, line } of errors) warnings.push({ message, ...place(line) })
    return { html: tidy(html), warnings }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    return { html: '', warnings: [...warnings, { message, line: 1, in: 'body' }] }
  }
}

/** Elements and attributes through which a value could load or run something, or lead elsewhere. */
function forbiddenIn(body: string): MailBodyWarning[] {
  const found: MailBodyWarning[] = []
  const open: string[] = []
  for (const match of body.matchAll(/<(!|\/?)([A-Za-z][\w-]*)?((?:"[^"]*"|'[^']*'|[^'">])*)>/g)) {
    const say = (message: string) =>
      found.push({ message, line: lineAt(body, match.index), in: 'body' })
    const [, mark, element = '', attributes = ''] = match
    if (mark === '!' || !ALLOWED_ELEMENTS.has(element)) {
      say(`<${mark === '!' ? '!' : element}> is not possible in a mail body`)
      continue
    }
    if (mark === '/') {
      if (open.pop() !== element) say(`</${element}> closes nothing that is open`)
      continue
    }
    if (element !== 'br' && !attributes.trimEnd().endsWith('/')) open.push(element)
    if (open.length === 1 && !COLUMN_ELEMENT.test(element))
      say(`<${element}> must stand inside <mj-text> or <mj-table>`)
    for (const [, name = '', , quoted = ''] of attributes.matchAll(
      /([\w-]+)\s*=\s*(["'])(.*?)\2/gs,
    ))
      if (name === 'href' && !ALLOWED_HREF.test(quoted))
        say('a link leads to {{link}} or {{portal.url}} and nowhere else')
      else if (name !== 'href' && (placeholdersIn(quoted).length > 0 || /^on|^src$/i.test(name)))
        say(`the attribute ${name} cannot hold that`)
  }
  if (open.length > 0)
    found.push({
      message: `<${open.at(-1)}> is not closed`,
      line: lineAt(body, body.length),
      in: 'body',
    })
  return found
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** The compiler indents for readers of the source; nobody reads it, and it would be a third of the mail. */
function tidy(html: string): string {
  return html.replace(/[ \t]+$/gm, '').replace(/^\s+/gm, '')
}
