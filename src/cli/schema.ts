import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pluginsFor } from '../../plugins/index.ts'
import { answerTypes, TYPES_BANNER } from '../definitions/answer-types.ts'
import type { Definitions } from '../definitions/definitions.ts'
import { EDITOR_SCHEMA_FOLDER, editorSchemas } from '../definitions/editor-schema.ts'
import { formatProblems, loadDefinitions, type Kinds } from '../definitions/index.ts'
import { fieldTypes } from '../form/fields/index.ts'
import { formSchema } from '../form/schema.ts'
import { pluginKinds } from '../plugins/host.ts'
import { definitionsFolder, localeFrom, print, type Env } from './environment.ts'

export type SchemaOptions = {
  readonly out?: string
  readonly json?: boolean
  readonly lang: string
}

/**
 * `madoguchi schema [DIR]`: writes the schemas of the definition language for editors to `<DIR>/.schemas/`, and for every
 * form `<out>/<portal>/<form>.schema.json` and `<form>.ts`; `out` is `<DIR>/generated` when left out. Files of forms that
 * are gone are removed. True when the definitions have no problem; otherwise only the schemas for editors are written.
 */
export async function writeSchemas(
  env: Env,
  dir: string | undefined,
  options: SchemaOptions,
): Promise<boolean> {
  const locale = localeFrom(options.lang)
  const root = await definitionsFolder(env, dir, locale)
  const out = options.out === undefined ? join(root, 'generated') : resolve(options.out)
  const plugins = pluginsFor({ smtpUrl: undefined }).map(({ plugin }) => plugin)
  const kinds: Kinds = { fieldTypes, ...pluginKinds(plugins) }
  const written = await writeAll(join(root, EDITOR_SCHEMA_FOLDER), editorFiles(kinds))
  const { definitions, problems } = await loadDefinitions(root, kinds, { locale })
  const forms = definitions ? await writeAll(out, await formFiles(definitions)) : []
  const removed = forms.length > 0 ? await removeStale(out, forms) : []
  const shown = (path: string) => relative(process.cwd(), path).split(sep).join('/')
  const report = { written: [...written, ...forms].map(shown), removed: removed.map(shown) }
  if (options.json) print(JSON.stringify({ ...report, problems }, null, 2))
  else {
    for (const path of report.written)
      print(locale === 'ja' ? `書きました：${path}` : `Wrote ${path}`)
    for (const path of report.removed)
      print(locale === 'ja' ? `消しました：${path}` : `Removed ${path}`)
    if (problems.length > 0) print(formatProblems(problems))
  }
  return problems.length === 0
}

/** Files by their path below a folder. */
type Files = { readonly [path: string]: string }

function editorFiles(kinds: Kinds): Files {
  const schemas = Object.entries(editorSchemas(kinds))
  return Object.fromEntries(schemas.map(([kind, schema]) => [`${kind}.json`, json(schema)]))
}

async function formFiles({ forms }: Definitions): Promise<Files> {
  const files: Record<string, string> = {}
  for (const form of Object.values(forms)) {
    files[`${form.id}${SCHEMA_ENDING}`] = json({ $comment: MADE_BY, ...formSchema(form) })
    files[`${form.id}${TYPES_ENDING}`] = await answerTypes(form)
  }
  return files
}

const MADE_BY = 'Made by `npx madoguchi schema`'
const SCHEMA_ENDING = '.schema.json'
const TYPES_ENDING = '.ts'

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

async function writeAll(folder: string, files: Files): Promise<string[]> {
  const paths: string[] = []
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    paths.push(path)
  }
  return paths
}

/** Of what lies in the folders of the portals only our own files go: they say so themselves. */
async function removeStale(out: string, written: readonly string[]): Promise<string[]> {
  const removed: string[] = []
  const folders = (await readdir(out, { withFileTypes: true })).filter((one) => one.isDirectory())
  for (const { name: portal } of folders)
    for (const name of await readdir(join(out, portal))) {
      const path = join(out, portal, name)
      if (written.includes(path) || !(await isOurs(path))) continue
      await rm(path)
      removed.push(path)
    }
  return removed
}

async function isOurs(path: string): Promise<boolean> {
  const mark = path.endsWith(SCHEMA_ENDING) ? MADE_BY : TYPES_BANNER
  if (!path.endsWith(SCHEMA_ENDING) && !path.endsWith(TYPES_ENDING)) return false
  return (await readFile(path, 'utf8')).slice(0, MARK_WITHIN).includes(mark)
}
/** Characters at the start of a file among which our mark stands. */
const MARK_WITHIN = 200
