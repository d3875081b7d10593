import { fileTexts, type ProblemText } from './problem-texts-file.ts'
import { meaningTexts } from './problem-texts-meaning.ts'
import { peopleTexts } from './problem-texts-people.ts'
import { valueTexts } from './problem-texts-values.ts'
import { wordTexts } from './problem-texts-words.ts'
import { workflowTexts } from './problem-texts-workflow.ts'

export type ProblemCode =
  | keyof typeof fileTexts
  | keyof typeof meaningTexts
  | keyof typeof peopleTexts
  | keyof typeof valueTexts
  | keyof typeof wordTexts
  | keyof typeof workflowTexts

/** What each problem says to the author of the YAML. Every code is listed in docs/errors.md. */
export const problemTexts: { readonly [code in ProblemCode]: ProblemText } = {
  ...fileTexts,
  ...meaningTexts,
  ...valueTexts,
  ...peopleTexts,
  ...wordTexts,
  ...workflowTexts,
}
