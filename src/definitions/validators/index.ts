import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { assert, Fault } from '../../fault.ts'
import { typeOf } from '../../form/evaluate.ts'
import type { Field, Form, Json } from '../../form/form.ts'
import { rowsOptions } from '../../form/rows.ts'
import { valueSchema } from '../../form/schema.ts'
import type { Validators } from '../../form/validators.ts'
import { canonicalJson, sha256 } from '../../hash.ts'
import type { CompilerInput, FormSchemas } from './compiler.ts'

/** The compiled checks of one form: a self-contained module for server and browser. */
export type BuiltValidators = {
  /** Absolute path of the module. */
  readonly file: string
  /** SHA-256 of the code, hex: for the address of the asset. */
  readonly hash: string
  readonly code: string
}

const COMPILER = join(import.meta.dirname, 'compiler.ts')
/** Compiling takes a second or two; a child that takes this long hangs. */
const COMPILE_MS_MAX = 120_000

/**
 * Compiles the checks of all forms in a child process and keeps them under `cacheDir`, one file for each content; what is
 * there and whole is taken as it is. By form id. Fault `validators.build` when the child fails.
 */
export async function buildValidators({
  forms,
  cacheDir,
}: {
  readonly forms: { readonly [id: string]: Form }
  readonly cacheDir: string
}): Promise<{ readonly [formId: string]: BuiltValidators }> {
  await mkdir(cacheDir, { recursive: true })
  const way = await wayOfCompiling()
  const wanted = Object.entries(forms).map(([id, form]) => {
    const schemas = schemasOf(form)
    const key = sha256(canonicalJson([way, schemas as unknown as Json]))
    return { id, schemas, file: join(cacheDir, `${key}.mjs`) }
  })
  const codes = new Map<string, string>()
  for (const { file } of wanted) {
    const code = await readWhole(file)
    if (code !== undefined) codes.set(file, code)
  }
  const missing = new Map(
    wanted.filter(({ file }) => !codes.has(file)).map(({ file, schemas }) => [file, schemas]),
  )
  if (missing.size > 0) {
    const made = await compile([...missing.values()])
    for (const [index, file] of [...missing.keys()].entries()) {
      const code = sealed(made[index] ?? '')
      await writeAtOnce(file, code, cacheDir)
      codes.set(file, code)
    }
  }
  return Object.fromEntries(
    wanted.map(({ id, file }) => {
      const code = codes.get(file)
      assert(code !== undefined, `checks of ${id} were compiled or found`)
      return [id, { file, hash: sha256(code), code }]
    }),
  )
}

/** Imports a module made by `buildValidators`; nothing is compiled. */
export async function loadValidators(file: string): Promise<Validators> {
  return (await import(pathToFileURL(file).href)) as Validators
}

/** What is compiled for a form; texts for people are left out, so that changing a label compiles nothing. */
export function schemasOf(form: Form): FormSchemas {
  return {
    fields: Object.fromEntries(
      Object.values(form.fields)
        .flatMap((field) => [field, ...fieldsInRows(field)])
        .map((field) => [field.uid, valueSchema(form, field)]),
    ),
  }
}

function fieldsInRows(field: Field): readonly Field[] {
  return typeOf(field).rows ? rowsOptions(field).fields : []
}

/** Whatever changes the outcome beside the schemas: our compiler and the packages it uses. */
async function wayOfCompiling(): Promise<Json> {
  const require = createRequire(import.meta.url)
  const versions = ['ajv', 'esbuild'].map((name) => {
    const { version } = require(`${name}/package.json`) as { version: string }
    return version
  })
  return [sha256(await readFile(COMPILER)), ...versions]
}

/** The first line says what the rest must hash to: a file cut short or changed is made anew. */
function sealed(code: string): string {
  return `// ${sha256(code)}\n${code}`
}

async function readWhole(file: string): Promise<string | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Fault('validators.build', `cannot read ${file}`, { cause })
  }
  return text === sealed(text.slice(text.indexOf('\n') + 1)) ? text : undefined
}

/** Whoever reads finds the old file or the new one, never a half. */
async function writeAtOnce(file: string, text: string, folder: string): Promise<void> {
  const aside = await mkdtemp(join(folder, '.new-'))
  try {
    await writeFile(join(aside, 'module'), text)
    await rename(join(aside, 'module'), file)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

/** In a process of its own, without our flags and environment: it may make code out of strings, we may not. */
function compile(input: CompilerInput): Promise<readonly string[]> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [COMPILER], {
      env: {},
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: COMPILE_MS_MAX,
    })
    const output: Buffer[] = []
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.on('error', (cause) =>
      fail(new Fault('validators.build', 'the compiler of the checks did not start', { cause })),
    )
    child.on('close', (code) => {
      if (code === 0) return done(JSON.parse(Buffer.concat(output).toString()) as string[])
      const reason = Buffer.concat(said).toString().trim()
      fail(new Fault('validators.build', `compiling the checks of the forms failed: ${reason}`))
    })
    // A child that is gone already has said why on its own channel.
    child.stdin.on('error', () => undefined)
    child.stdin.end(JSON.stringify(input))
  })
}
