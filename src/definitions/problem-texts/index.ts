import { fileTexts, type ProblemText } from './file.ts'
import { meaningTexts } from './meaning.ts'
import { printedTexts } from './printed.ts'
import { peopleTexts } from './people.ts'
import { valueTexts } from './values.ts'
import { wordTexts } from './words.ts'
import { workflowTexts } from './workflow.ts'

export type ProblemCode =
  | keyof typeof fileTexts
  | keyof typeof meaningTexts
  | keyof typeof peopleTexts
  | keyof typeof printedTexts
  | keyof typeof valueTexts
  | keyof typeof wordTexts
  | keyof typeof workflowTexts

/** What each problem says to the author of the YAML. Every code is listed in docs/errors.md. */
export const problemTexts: { readonly [code in ProblemCode]: ProblemText } = {
  ...fileTexts,
  ...meaningTexts,
  ...printedTexts,
  ...valueTexts,
  ...peopleTexts,
  ...wordTexts,
  ...workflowTexts,
}
