import type { Locale } from '../form/form.ts'
import { compile, type Outcome } from './compile.ts'
import type { Kinds, ReadBefore } from './files.ts'
import { loadFiles } from './load.ts'
import { compileMailBody } from './mail/body.ts'
import { collectProblems } from './problems.ts'

export { compile, type Outcome } from './compile.ts'
export type { File, Kinds, ReadBefore } from './files.ts'
export { formatProblems } from './problems.ts'

export type LoadOptions = {
  /** Language of the problems' words; English when left out. */
  readonly locale?: Locale
  /** Folder that keeps compiled mail bodies by content hash; without it every mail is compiled anew. */
  readonly mailCacheDir?: string
  /** Whether scenarios are read too: by those who check or play them. A portal serves without looking at them. */
  readonly scenarios?: boolean
  /** Of an earlier call: what has not changed is not parsed again. */
  readonly before?: ReadBefore
}

/** Loads and compiles the definitions of a folder. Never throws for what a file says; all problems come together. */
export async function loadDefinitions(
  dir: string,
  kinds: Kinds,
  options: LoadOptions = {},
): Promise<Outcome> {
  const locale = options.locale ?? 'en'
  const loading = collectProblems()
  const all = await loadFiles(dir, loading.report)
  const files = options.scenarios ? all : all.filter(({ path }) => !SCENARIO.test(path))
  const outcome = await compile(files, kinds, {
    locale,
    isIncomplete: loading.count() > 0,
    before: options.before,
    compileBody: (layout, body) => compileMailBody(layout, body, options.mailCacheDir),
  })
  if (loading.count() === 0) return outcome
  // With a file missing nothing may start, however good the rest looks.
  const { problems, warnings } = outcome
  return { problems: [...loading.finish(locale), ...problems], warnings }
}

/** The verb `check`: what is wrong and what could be better, scenarios included. */
export async function checkDefinitions(
  dir: string,
  kinds: Kinds,
  options: LoadOptions = {},
): Promise<Pick<Outcome, 'problems' | 'warnings'>> {
  const { problems, warnings } = await loadDefinitions(dir, kinds, { ...options, scenarios: true })
  return { problems, warnings }
}

const SCENARIO = /^forms\/[^/]+\/scenarios\//
