import type { Locale } from '../../form/form.ts'
import type { Definitions } from '../definitions.ts'
import { loadDefinitions, type Kinds, type ReadBefore } from '../index.ts'
import type { Worded } from './report.ts'
import { buildValidators, type BuiltValidators } from '../validators/index.ts'

/** A whole set with its compiled checks, or everything that is wrong with the folder. */
export type SetOutcome =
  | {
      readonly definitions: Definitions
      readonly checks: { readonly [formId: string]: BuiltValidators }
    }
  | { readonly problems: Worded }

/** What the folder of definitions is now, ready to be served; `before` is of an earlier call. Throws a Fault when the compiler of the checks fails. */
export async function compileSet(
  dir: string,
  kinds: Kinds,
  cacheDir: string,
  before?: ReadBefore,
): Promise<SetOutcome> {
  const load = (locale: Locale) =>
    loadDefinitions(dir, kinds, { locale, mailCacheDir: cacheDir, before })
  const { definitions, problems } = await load('en')
  if (definitions)
    return { definitions, checks: await buildValidators({ forms: definitions.forms, cacheDir }) }
  const ja = await load('ja')
  // Saved in between: what is wrong is told by the next look.
  return { problems: { en: problems, ja: ja.problems.length > 0 ? ja.problems : problems } }
}
