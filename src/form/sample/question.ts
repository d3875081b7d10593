import { typeOf } from '../evaluate.ts'
import { fieldTypes } from '../fields/index.ts'
import { choicesOf, expressionOption } from '../fields/option.ts'
import { foldCode } from '../fold.ts'
import type { Expression, Field, JsonObject } from '../form.ts'

/** One thing a lookup knows: the questions that find it and what is found. A row of a sample master, for example. */
export type Known = { readonly inputs: JsonObject; readonly value: JsonObject }

/** Answers by field id, as text. */
export type Found = { readonly [fieldId: string]: string }

/**
 * The answers that make the expressions `by` ask for this thing, so that a form finds it: expressions are read backwards,
 * computed fields and formats included. undefined: no answers do.
 */
export function answersThatAsk(
  by: { readonly [input: string]: Expression },
  known: Known,
  fields: ReadonlyMap<string, Field>,
): Found | undefined {
  let all: readonly Found[] = [{}]
  for (const [name, expression] of Object.entries(by)) {
    const wanted = known.inputs[name]
    if (typeof wanted !== 'string' || wanted === '') return undefined
    all = all.flatMap((found) =>
      backwards(expression, foldCode(wanted), fields)
        .filter(({ rest }) => rest === '')
        .flatMap(({ found: more }) => merged(found, more)),
    )
  }
  return all[0]
}

/** Whether the inputs of a question are those of this thing; hyphens, spaces and width do not count. */
export function isAsked(inputs: JsonObject, known: Known): boolean {
  return Object.entries(inputs).every(
    ([name, value]) => foldCode(String(known.inputs[name] ?? '')) === foldCode(String(value)),
  )
}

type Match = { readonly found: Found; readonly rest: string }

/** Every way in which an expression can give the beginning of a text. */
function backwards(
  expression: Expression,
  text: string,
  fields: ReadonlyMap<string, Field>,
): readonly Match[] {
  if (typeof expression === 'string') {
    const field = fields.get(expression)
    return field ? ofField(field, text, fields) : []
  }
  if ('is' in expression) return literal(String(expression.is), text)
  if ('join' in expression)
    return expression.join.reduce<readonly Match[]>(
      (matches, part) => matches.flatMap((match) => continued(match, part, fields)),
      [{ found: {}, rest: text }],
    )
  if (!('format' in expression)) return []
  // Numbers are compared without the hyphens and spaces a format puts in.
  const length = [...expression.format].filter((character) => character === '#').length
  const taken = [...text].slice(0, length).join('')
  return backwards(expression.of, taken, fields)
    .filter(({ rest }) => rest === '')
    .map(({ found }) => ({ found, rest: [...text].slice(length).join('') }))
}

function continued(
  match: Match,
  part: Expression,
  fields: ReadonlyMap<string, Field>,
): readonly Match[] {
  return backwards(part, match.rest, fields).flatMap(({ found, rest }) =>
    merged(match.found, found).map((both) => ({ found: both, rest })),
  )
}

function ofField(field: Field, text: string, fields: ReadonlyMap<string, Field>): readonly Match[] {
  const type = typeOf(field)
  if (!type.isInput) {
    const value = expressionOption(field, 'value')
    if (value === undefined) return []
    // The value of a constant is itself, not the name of another field.
    const isFixed = field.type === fieldTypes.constant?.name
    return isFixed ? literal(String(value), text) : backwards(value, text, fields)
  }
  const choices = choicesOf(field)
  const parts =
    choices.length > 0
      ? choices.map(({ value }) => value).filter((value) => text.startsWith(value))
      : Array.from({ length: [...text].length }, (_, index) =>
          [...text].slice(0, index + 1).join(''),
        ).filter((part) => type.isComplete?.(part, field) ?? true)
  return parts.map((part) => ({ found: { [field.id]: part }, rest: text.slice(part.length) }))
}

function literal(said: string, text: string): readonly Match[] {
  const folded = foldCode(said)
  return text.startsWith(folded) ? [{ found: {}, rest: text.slice(folded.length) }] : []
}

/** Both, unless they want different answers of one field. */
function merged(one: Found, other: Found): readonly Found[] {
  const differs = Object.entries(other).some(
    ([id, value]) => one[id] !== undefined && one[id] !== value,
  )
  return differs ? [] : [{ ...one, ...other }]
}
