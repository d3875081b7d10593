import type { JsonSchema } from '../form/form.ts'
import type { Kinds } from './files.ts'
import { withStandIns } from './inputs.ts'
import { fieldShape, partShape, useShape } from './form/field-shapes.ts'
import { fileShapes, type FileKind } from './schema.ts'
import { pieces } from './pieces.ts'
import type { Shape } from './shapes.ts'

/** Below the folder of the definitions; the modeline of each YAML file points into it. */
export const EDITOR_SCHEMA_FOLDER = '.schemas'

/** The comment by which editors with a yaml-language-server find the schema of the file at this path (`forms/a/b.yaml`). */
export function modeline(path: string, kind: FileKind): string {
  const up = '../'.repeat(path.split('/').length - 1)
  return `# yaml-language-server: $schema=${up}${EDITOR_SCHEMA_FOLDER}/${kind}.json`
}

/**
 * One JSON Schema 2020-12 for each kind of file, for completion and marks in editors. They are those `check` uses, with
 * the options of every field type; what crosses files (names, conditions) only `check` sees.
 */
export function editorSchemas(kinds: Kinds): { readonly [kind in FileKind]: JsonSchema } {
  const defs = { ...pieces, field: anyField(kinds), overlay: overlay(kinds) }
  const inPacks = {
    ...defs,
    field: { anyOf: [partShape, ...(defs.field.anyOf ?? [])].map(withStandIns) },
  }
  const entries = Object.entries(fileShapes).map(([kind, shape]) => [
    kind,
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...shape,
      $defs: usedDefs(shape, kind === 'pack' ? inPacks : defs),
    },
  ])
  return Object.fromEntries(entries) as { readonly [kind in FileKind]: JsonSchema }
}

function anyField(kinds: Kinds): Shape {
  return {
    anyOf: [
      useShape,
      ...Object.values(kinds.fieldTypes).map((type): Shape => {
        const shape = fieldShape(type, false)
        const name = {
          description: type.description.ja,
          'x-en': type.description.en,
          const: type.name,
        }
        return { ...shape, properties: { ...shape.properties, type: name } }
      }),
    ],
  }
}

/** An overlay may use the options of whichever type the field below it has. */
function overlay(kinds: Kinds): Shape {
  const all = Object.values(kinds.fieldTypes).map((type) => fieldShape(type, true))
  return { anyOf: all }
}

type Defs = { readonly [name: string]: Shape }

/** Only the definitions that are reached, so that each file's schema stays readable. */
function usedDefs(shape: Shape, defs: Defs): Defs {
  const used = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, item] of Object.entries(value)) {
      const name = key === '$ref' ? String(item).replace('#/$defs/', '') : undefined
      if (name === undefined) visit(item)
      else if (!used.has(name)) {
        used.add(name)
        visit(defs[name])
      }
    }
  }
  visit(shape)
  return Object.fromEntries(Object.entries(defs).filter(([name]) => used.has(name)))
}
