import type { Locale } from '../../form/form.ts'
import type { Problem } from '../definitions.ts'

/** What came of one look at the folder of definitions while a program serves. */
export type Reload =
  | { readonly kind: 'live'; readonly hash: string; readonly isNew: boolean; readonly ms: number }
  /** The set before stays. */
  | { readonly kind: 'problems'; readonly problems: Worded }

/** The same problems for readers of either language. */
export type Worded = { readonly [L in Locale]: readonly Problem[] }

/** Nobody reads more in one go; the rest shows when these are put right. */
export const REPORTED_MAX = 200

/** Problems as they are kept for those who look later, read by `problemsIn`. */
export function reportOf(problems: Worded): string {
  return JSON.stringify({
    ja: problems.ja.slice(0, REPORTED_MAX),
    en: problems.en.slice(0, REPORTED_MAX),
  })
}

export function problemsIn(report: string, locale: Locale): readonly Problem[] {
  return (JSON.parse(report) as Worded)[locale]
}
