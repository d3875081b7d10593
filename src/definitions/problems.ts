import type { Locale } from '../form/form.ts'
import type { Accepted } from './advice.ts'
import type { Problem } from './definitions.ts'
import { frameOf, positionOf, type Place, type Source } from './frame.ts'
import type { ProblemText } from './problem-texts/file.ts'
import { problemTexts, type ProblemCode } from './problem-texts/index.ts'

export type Params = { readonly [name: string]: string | number | undefined }

/** Notes one problem. `params.near` is the nearest name that would be right. */
export type Report = (code: ProblemCode, place: Place, params?: Params) => void

/** Collects problems as data; `finish` words them. */
export function collectProblems(): {
  readonly report: Report
  readonly count: () => number
  /** Whether a problem was noted in this file. */
  readonly hasIn: (source: Source) => boolean
  readonly finish: (locale: Locale) => Problem[]
  /** What could be better, but for what its file accepts; it counts as no problem. */
  readonly warnings: (locale: Locale, accepted: readonly Accepted[]) => Problem[]
  /** Reports what is accepted though nobody gives that advice. */
  readonly unfollowed: (accepted: readonly Accepted[]) => void
} {
  const found: Note[] = []
  const advice: Note[] = []
  const seen = new Set<string>()
  const counts = new Map<Source, number>()
  const report: Report = (code, place, params = {}) => {
    // A shared pack is compiled for each form that uses it; its mistakes are told once.
    const key = `${code} ${place.source.file} ${place.offset} ${params.name ?? ''}`
    if (seen.has(key)) return
    seen.add(key)
    const texts: ProblemText = problemTexts[code]
    if (texts.isAdvice) return void advice.push({ code, place, params })
    const count = (counts.get(place.source) ?? 0) + 1
    counts.set(place.source, count)
    if (count <= PER_FILE_MAX) found.push({ code, place, params })
  }
  return {
    report,
    count: () => found.length,
    hasIn: (source) => counts.has(source),
    finish: (locale) => worded(found, locale),
    warnings: (locale, accepted) =>
      worded(
        advice.filter((note) => !accepted.some((one) => isAbout(one, note))),
        locale,
      ),
    unfollowed(accepted) {
      for (const one of accepted)
        if (!advice.some((note) => isAbout(one, note)))
          report('accept.unused', one.at, { name: one.code })
    },
  }
}

/** Nobody reads more of one file; the rest shows when these are put right. A file of rubbish has one for each sign. */
const PER_FILE_MAX = 200

type Note = { readonly code: ProblemCode; readonly place: Place; readonly params: Params }

function isAbout({ code, at }: Accepted, note: Note): boolean {
  return note.code === code && note.place.source === at.source
}

function worded(notes: readonly Note[], locale: Locale): Problem[] {
  return notes
    .map(({ code, place, params }) => wordProblem(code, place, params, locale))
    .sort(
      (a, b) =>
        compare(a.file, b.file) ||
        a.line - b.line ||
        a.column - b.column ||
        compare(a.code, b.code),
    )
}

/** One problem a block: `path:line:column: message`, the hint, the frame. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const head = `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`
      const parts = [head, ...(problem.hint ? [`  → ${problem.hint}`] : [])]
      return `${[...parts, ...problem.frame.split('\n').map((line) => `  ${line}`)].join('\n')}\n`
    })
    .join('\n')
}

function wordProblem(code: ProblemCode, place: Place, params: Params, locale: Locale): Problem {
  const texts: ProblemText = problemTexts[code]
  const advice = locale === 'ja' ? '注意：' : 'Advice: '
  const near = locale === 'ja' ? '「{near}」のことですか。' : "Did you mean '{near}'?"
  const hint = params.near === undefined ? texts.hint[locale] : near
  return {
    severity: texts.isAdvice ? 'warning' : 'error',
    code,
    file: place.source.file,
    ...positionOf(place),
    message: `${texts.isAdvice ? advice : ''}${fill(texts[locale], params)}`,
    hint: fill(hint, params),
    frame: frameOf(place),
  }
}

function fill(template: string, params: Params): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? shorten(String(params[name] ?? '')) : whole,
  )
}

/** What is quoted out of a file stays readable on one line. */
function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  const characters = [...line]
  return characters.length > QUOTE_MAX ? `${characters.slice(0, QUOTE_MAX).join('')}…` : line
}
const QUOTE_MAX = 120

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
