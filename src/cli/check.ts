import { resolve } from 'node:path'
import { pluginsFor } from '../../plugins/index.ts'
import { checkDefinitions, formatProblems } from '../definitions/index.ts'
import { fieldTypes } from '../form/fields/index.ts'
import { pluginKinds } from '../plugins/host.ts'
import { localeFrom, print, type Env } from './environment.ts'

/** `madoguchi check [DIR]`: prints every problem and all advice; true when there is no problem. */
export async function check(
  env: Env,
  dir: string | undefined,
  options: { json?: boolean; lang: string },
): Promise<boolean> {
  const lang = localeFrom(options.lang)
  const plugins = pluginsFor({ smtpUrl: undefined }).map(({ plugin }) => plugin)
  const { problems, warnings } = await checkDefinitions(
    resolve(dir ?? (env.DEFINITIONS_DIR || '.')),
    { fieldTypes, ...pluginKinds(plugins) },
    { locale: lang },
  )
  const all = [...problems, ...warnings]
  if (options.json) print(JSON.stringify(all, null, 2))
  else if (all.length > 0) print(formatProblems(all))
  if (!options.json && problems.length === 0)
    print(lang === 'ja' ? '問題はありません' : 'No problems')
  return problems.length === 0
}
