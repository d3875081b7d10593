import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import type { JsonSchema } from '../../form/form.ts'

/**
 * Turns schemas into modules. Ajv compiles by making code out of strings, which the serving process must never do: this
 * file runs as a program of its own (`node compiler.ts`), takes `CompilerInput` on standard input and gives the modules'
 * texts as JSON on standard output.
 */
export type CompilerInput = readonly FormSchemas[]
export type FormSchemas = {
  /** By uid. */
  readonly fields: { readonly [uid: string]: JsonSchema }
}

/** A text of the code, or paths in it. */
const TEXT_OR_PATHS = new RegExp(
  [
    String.raw`"(?:[^"\\]|\\.)*"`,
    String.raw`instancePath(?::instancePath(?:\s*\+\s*(?:"[^"]*"|\w+))+)?,schemaPath:"[^"]*",`,
    String.raw`, ?\{instancePath(?:="", ?[^{}]*rootData=data\}=\{\}|:instancePath[^{}]*,rootData\})`,
  ].join('|'),
  'g',
)

/** One self-contained module with `fields` as in `src/form/validators.ts`. Equal schemas share a function. */
async function compileModule({ fields }: FormSchemas): Promise<string> {
  // strictTypes and strictRequired refuse branches that repeat no type: ours need not. Everything else stays strict.
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true, lines: false, optimize: 2 },
  })
  // Bookkeeping for `unevaluated…` and `$dynamicRef`, which no field type uses, in every function that is made.
  Object.assign(ajv.opts, { unevaluated: false, dynamicRef: false })
  const names = new Map<string, string>()
  const nameOf = (schema: JsonSchema): string => {
    const text = JSON.stringify(schema)
    const name = names.get(text) ?? `check${names.size}`
    if (!names.has(text)) ajv.addSchema(schema, name)
    names.set(text, name)
    return name
  }
  const lines = [
    'const keywordOf = (check) => (value) => (check(value) ? undefined : check.errors[0].keyword)',
    `export const fields = {${entries(fields, nameOf)}}`,
  ]
  const checks = standalone.default(
    ajv,
    Object.fromEntries([...names.values()].map((name) => [name, name])),
  )
  return bundle(
    `${withoutPaths(checks).replaceAll(/^export const/gm, 'const')}\n${lines.join('\n')}`,
  )
}

function entries(
  schemas: { readonly [key: string]: JsonSchema },
  nameOf: (schema: JsonSchema) => string,
): string {
  return Object.entries(schemas)
    .map(([key, schema]) => `[${JSON.stringify(key)}]: keywordOf(${nameOf(schema)})`)
    .join(', ')
}

/**
 * Every error carries two paths, and every call says where in the document it stands. Nobody reads either, and they are a
 * quarter of the module and of its time. Texts of a schema, which may hold anything, are passed over.
 */
function withoutPaths(code: string): string {
  return code.replaceAll(TEXT_OR_PATHS, (found) => (found.startsWith('"') ? found : ''))
}

/** Ajv's output still asks for its helpers: brought along, so that the module needs nothing, on either side. */
async function bundle(code: string): Promise<string> {
  const result = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    format: 'esm',
    minify: true,
    target: 'es2022',
    platform: 'neutral',
    write: false,
    logLevel: 'error',
  })
  return result.outputFiles[0]?.text ?? ''
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

if (import.meta.main) {
  const input = JSON.parse(await readStandardInput()) as CompilerInput
  const modules: string[] = []
  for (const schemas of input) modules.push(await compileModule(schemas))
  process.stdout.write(JSON.stringify(modules))
}
