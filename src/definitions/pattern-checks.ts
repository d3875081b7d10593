import type { FieldType } from '../form/fields/field-type.ts'
import type { Field } from '../form/form.ts'
import type { Place } from './frame.ts'
import { faultOf, LENGTH_MAX, type Why } from './pattern.ts'
import type { Report } from './problems.ts'
import { child, stringOf } from './values.ts'
import type { MapNode, Node } from './yaml/yaml.ts'

type Scope = { readonly report: Report; readonly isSound: (place: Place) => boolean }

/** Reports what a pattern may not hold. */
export function checkPattern(node: Node, { report }: Scope): void {
  const pattern = stringOf(node)
  const fault = pattern === undefined ? undefined : faultOf(pattern)
  if (!fault) return
  if (fault.kind === 'part')
    return report('pattern.part', node.at, { part: fault.part || ' ', ...INSTEAD[fault.why] })
  report(fault.kind === 'long' ? 'pattern.long' : 'pattern.slow', node.at, { max: LENGTH_MAX })
}

/** People who typed something else are shown the example: there is one, and it is right. */
export function checkExample(
  field: Field,
  type: FieldType,
  node: MapNode,
  { report, isSound }: Scope,
): void {
  const at = Object.entries(type.options).flatMap(([name, { kind }]) =>
    kind === 'pattern' ? (child(node, name) ?? []) : [],
  )[0]?.at
  if (!at || !isSound(at)) return
  const { pattern } = type.schema(field)
  const example = field.example?.ja
  if (typeof pattern !== 'string') return
  if (example === undefined || !new RegExp(pattern, 'u').test(example))
    report('pattern.example', child(node, 'example')?.at ?? at, { example: example ?? '' })
}

/** What to write in place of a part, in both languages. */
const INSTEAD: { readonly [why in Why]: { readonly instead: string; readonly insteadEn: string } } =
  {
    endless: {
      instead: '「{1,9}」のように、何回までかを書いてください。',
      insteadEn: "Say how often at most, such as '{1,9}'.",
    },
    any: {
      instead: '使える文字を [A-Z0-9] のように書いてください。「.」そのものは「\\.」と書きます。',
      insteadEn: "Name the characters, such as [A-Z0-9]. A full stop itself is written '\\.'.",
    },
    shorthand: {
      instead: '数字は [0-9]、英字は [A-Za-z] のように、使える文字を並べてください。',
      insteadEn: 'Name the characters: [0-9] for digits, [A-Za-z] for letters.',
    },
    anchor: {
      instead: 'pattern はいつも文字全体に当てはまるので、消してください。',
      insteadEn: 'Leave it out: a pattern is always about the whole text.',
    },
    special: {
      instead: 'かっこは、まとまりと「|」（または）のためだけに使ってください。',
      insteadEn: "Brackets only group parts, or hold choices separated by '|'.",
    },
    class: {
      instead: '[A-Z0-9-] のように、使える文字だけを小さい順に書いてください（ハイフンは最後）。',
      insteadEn: 'Name allowed characters in rising order, the hyphen last: [A-Z0-9-].',
    },
    count: {
      instead:
        '[0-9] のような1つの部分のあとに、「?」「{4}」「{2,4}」のどれか1つを書いてください。',
      insteadEn: "Write one of '?', '{4}' and '{2,4}' behind a part such as [0-9].",
    },
    bracket: {
      instead: 'かっこの数と位置を確かめてください。文字そのものは「\\(」のように書きます。',
      insteadEn: "See whether brackets match. The character itself is written '\\('.",
    },
    nothing: {
      instead:
        '文字か、[0-9] のような部分を書いてください。なくてもよい部分は、かっこの後に「?」を付けます。',
      insteadEn: "Write a character or a part. Put '?' behind brackets that may be left out.",
    },
  }
