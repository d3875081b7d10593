import { compile } from 'json-schema-to-typescript'
import type { Form, JsonObject, JsonSchema, Locale } from '../form/form.ts'
import { formSchema } from '../form/schema.ts'

/** First line of every file of types, by which a stale one is known again. */
export const TYPES_BANNER =
  '// Made by `npx madoguchi schema` from the definitions. Changes here are lost.'

type Branch = { readonly name: string; readonly schema: JsonSchema }

/**
 * TypeScript types of a form's answers (DESIGN §4), made from its JSON Schema: one interface for each choice of the place,
 * told apart by the chosen value, and their union `<Form>Answers`. What the choice of other answers decides (`when`) is
 * optional here; only the schema and `validate` know when it is there.
 */
export async function answerTypes(form: Form, locale: Locale = 'ja'): Promise<string> {
  const schema = formSchema(form, locale)
  const name = `${pascal(form.id.split('/').at(-1) ?? '')}Answers`
  const branches = namedBranches(form, name, branchesOf(schema))
  const [only, ...others] = branches
  const root: JsonSchema =
    only && others.length === 0
      ? only.schema
      : {
          oneOf: branches.map((branch) => ({ $ref: `#/$defs/${branch.name}` })),
          $defs: Object.fromEntries(branches.map((branch) => [branch.name, branch.schema])),
        }
  return compile(structuredClone(root) as Parameters<typeof compile>[0], name, {
    bannerComment: TYPES_BANNER,
    // Bounds would become lists of tuples.
    ignoreMinAndMaxItems: true,
    style: { semi: false, singleQuote: true, printWidth: 100 },
  })
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  const branches = schema.oneOf ?? schema.anyOf
  return Array.isArray(branches) ? (branches as readonly JsonSchema[]) : [schema]
}

/** Branches that differ only in what a type cannot say are one. */
function namedBranches(form: Form, name: string, branches: readonly JsonSchema[]): Branch[] {
  const different = new Map(
    branches.map((branch) => {
      const schema = typeSchema(branch)
      return [JSON.stringify(schema), schema] as const
    }),
  )
  const taken = new Set([name])
  return [...different.values()].map((schema, index) => {
    if (different.size === 1) return { name, schema }
    const choice = choiceOf(form, schema) ?? String(index + 1)
    let own = name.replace(/Answers$/, `${pascal(choice)}Answers`)
    while (taken.has(own)) own = own.replace(/Answers$/, 'XAnswers')
    taken.add(own)
    return { name: own, schema }
  })
}

function choiceOf(form: Form, branch: JsonSchema): string | undefined {
  const property = form.place === undefined ? undefined : propertiesOf(branch)[form.place]
  return typeof property?.const === 'string' ? property.const : undefined
}

function propertiesOf(branch: JsonSchema): { readonly [id: string]: JsonSchema } {
  return (branch.properties ?? {}) as { readonly [id: string]: JsonSchema }
}

/**
 * What of a branch a type can say. A title would become the type's name, and a Japanese one none at all, so that labels
 * move into the description. The rules (if, then) add nothing to a type.
 */
function typeSchema(branch: JsonSchema): JsonSchema {
  const properties = Object.entries(propertiesOf(branch)).map(([id, schema]) => [
    id,
    fieldSchema(schema),
  ])
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as JsonObject,
    required: branch.required ?? [],
    additionalProperties: false,
  }
}

/** Keywords that decide a type; all others (pattern, length, format) only make two equal types look different. */
const TYPE_KEYWORDS = ['type', 'const', 'enum', 'items', 'properties', 'required', 'anyOf', 'oneOf']

function fieldSchema(schema: JsonSchema): JsonSchema {
  const kept = Object.entries(schema).filter(([keyword]) => TYPE_KEYWORDS.includes(keyword))
  return {
    // A schema without a word about its type would be taken for an object.
    ...(kept.length > 0 ? Object.fromEntries(kept) : { tsType: 'unknown' }),
    ...(typeof schema.title === 'string' && { description: schema.title }),
  }
}

function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')
}
