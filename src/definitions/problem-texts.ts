import { fileTexts, type ProblemText } from './problem-texts-file.ts'
import { meaningTexts } from './problem-texts-meaning.ts'
import { valueTexts } from './problem-texts-values.ts'

export type ProblemCode =
  keyof typeof fileTexts | keyof typeof meaningTexts | keyof typeof valueTexts

/** What each problem says to the author of the YAML. Every code is listed in docs/errors.md. */
export const problemTexts: { readonly [code in ProblemCode]: ProblemText } = {
  ...fileTexts,
  ...meaningTexts,
  ...valueTexts,
}
