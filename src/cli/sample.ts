import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pluginsFor } from '../../plugins/index.ts'
import { formatProblems, loadDefinitions } from '../definitions/index.ts'
import { nearest } from '../definitions/nearest.ts'
import { Fault } from '../fault.ts'
import { fieldTypes } from '../form/fields/index.ts'
import { samplesOf } from '../form/sample/sample.ts'
import { sampleFacilities } from '../master/sample-rows.ts'
import { pluginKinds } from '../plugins/host.ts'
import { definitionsFolder, localeFrom, print, type Env } from './environment.ts'

export type SampleCliOptions = {
  readonly dir?: string
  readonly choice?: string
  readonly facility?: string
  readonly lang: string
}

/**
 * `madoguchi sample FORM`: prints right and wrong answers of `<portal>/<form>` as JSON, facilities taken from the sample
 * master. False when the definitions have problems, which are printed then.
 */
export async function sample(
  env: Env,
  formId: string,
  options: SampleCliOptions,
): Promise<boolean> {
  const locale = localeFrom(options.lang)
  const root = await definitionsFolder(env, options.dir, locale)
  const plugins = pluginsFor({ smtpUrl: undefined }).map(({ plugin }) => plugin)
  const { definitions, problems } = await loadDefinitions(
    root,
    { fieldTypes, ...pluginKinds(plugins) },
    { locale },
  )
  if (!definitions) {
    print(formatProblems(problems))
    return false
  }
  const form = definitions.forms[formId]
  if (!form) throw new Fault('usage.form', unknown(formId, Object.keys(definitions.forms), locale))
  const master = join(root, 'forms', 'sample-facilities.csv')
  const hasMaster = await stat(master).then(Boolean, () => false)
  const known = hasMaster ? await sampleFacilities(master, options.facility) : []
  const samples = samplesOf(form, { known }).filter(
    ({ choice }) => options.choice === undefined || choice === options.choice,
  )
  if (samples.length === 0)
    throw new Fault('usage.form', unknown(options.choice ?? '', Object.keys(form.variants), locale))
  print(
    JSON.stringify(
      samples.map(({ raw: _, ...shown }) => shown),
      null,
      2,
    ),
  )
  return true
}

function unknown(name: string, names: readonly string[], locale: 'ja' | 'en'): string {
  const near = nearest(name, names)
  const all = names.filter((one) => one !== '').join(locale === 'ja' ? '、' : ', ')
  if (locale === 'ja')
    return `「${name}」はありません。${near ? `「${near}」のことですか。` : `使えるもの：${all}`}`
  return `There is no '${name}'. ${near ? `Did you mean '${near}'?` : `Possible: ${all}`}`
}
