import { modeline } from '../definitions/editor-schema.ts'
import { displayWidth } from '../definitions/frame.ts'
import type { FileKind } from '../definitions/schema.ts'
import type { Locale } from '../form/form.ts'

/** One file to be written, by its path below the folder of the definitions. */
export type NewFile = { readonly path: string; readonly text: string }

/** Writes texts of a definition in every language its portal declares, Japanese always among them. */
export type Words = {
  /** As a value on one line, also inside `{ … }`. */
  readonly line: (ja: string, en: string) => string
  /** A key with several lines below it; `indent` is that of the key. */
  readonly block: (key: string, ja: string, en: string) => string
}

export function wordsFor(languages: readonly Locale[]): Words {
  const isEnglish = languages.includes('en')
  return {
    line: (ja, en) => (isEnglish ? `{ ja: ${scalar(ja)}, en: ${scalar(en)} }` : scalar(ja)),
    block: (key, ja, en) =>
      isEnglish
        ? `${key}:\n  ja: |\n${indented(ja, 4)}\n  en: |\n${indented(en, 4)}`
        : `${key}: |\n${indented(ja, 2)}`,
  }
}

/** A YAML file with the line by which editors find its schema. */
export function yamlFile(path: string, kind: FileKind, text: string): NewFile {
  return { path, text: `${modeline(path, kind)}\n${aligned(text)}` }
}

/** Columns before the comments behind a line, so that they stand below each other whatever the names are. */
const COMMENT_COLUMN = 32

function aligned(text: string): string {
  return text.replace(/^(.*\S) {2,}(# .*)$/gm, (_, code: string, comment: string) => {
    const gap = Math.max(COMMENT_COLUMN - displayWidth(code), 3)
    return `${code}${' '.repeat(gap)}${comment}`
  })
}

/** Plain where YAML reads nothing into it, otherwise quoted. */
function scalar(text: string): string {
  return /^[\p{L}][\p{L}\p{N} ・、。～（）-]*$/u.test(text) ? text : JSON.stringify(text)
}

function indented(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`))
    .join('\n')
}
