import type { Place } from './frame.ts'
import type { ProblemCode } from './problem-texts/index.ts'
import { problemTexts } from './problem-texts/index.ts'
import type { ProblemText } from './problem-texts/file.ts'
import type { Report } from './problems.ts'
import { says, string, type Shape } from './shapes.ts'
import { child, entriesOf, suggest } from './values.ts'
import type { Node } from './yaml/yaml.ts'

/** Advice that the author of a file has weighed and does not follow, with the reason. */
export type Accepted = { readonly code: ProblemCode; readonly at: Place }

export const acceptShape: Shape = says(
  'このファイルについての注意のうち、承知のうえで従わないもの。コードと、その理由。',
  'Advice on this file that is known and not followed: its code, and the reason.',
  { type: 'object', additionalProperties: string },
)

const ADVICE = Object.entries(problemTexts)
  .filter(([, texts]: [string, ProblemText]) => texts.isAdvice)
  .map(([code]) => code as ProblemCode)

/** What a file accepts; a code that is no advice would silently accept nothing. */
export function acceptedIn(root: Node, report: Report): readonly Accepted[] {
  return entriesOf(child(root, 'accept')).flatMap(({ key, at }) => {
    const code = ADVICE.find((one) => one === key)
    if (code) return { code, at }
    report('ref.unknown', at, { kind: '注意', kindEn: 'advice', ...suggest(key, ADVICE) })
    return []
  })
}
