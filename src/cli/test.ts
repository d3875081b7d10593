import { pluginsFor, readOutbox } from '../../plugins/index.ts'
import { formatProblems, loadDefinitions } from '../definitions/index.ts'
import { loadFiles } from '../definitions/load.ts'
import { collectProblems } from '../definitions/problems.ts'
import type { Scenario } from '../definitions/scenario/scenario.ts'
import { fieldTypes } from '../form/fields/index.ts'
import type { Locale } from '../form/form.ts'
import { pluginKinds } from '../plugins/host.ts'
import { branchesOf, coverageOf, wordsOf } from '../scenario/coverage.ts'
import { whereOf } from '../scenario/where.ts'
import { play, type Failure } from '../scenario/play.ts'
import { openTheatre } from '../scenario/stage.ts'
import { definitionsFolder, localeFrom, print, type Env } from './environment.ts'

export type TestOptions = { readonly json?: boolean; readonly lang: string }

type Outcome = { readonly scenario: Scenario; readonly failure: Failure | undefined }

/**
 * `madoguchi test [DIR]`: plays every scenario beside the definitions on a portal of its own, in this process, and says how
 * many of their ways were taken. False with problems in the definitions or a scenario that left its course.
 */
export async function test(
  env: Env,
  dir: string | undefined,
  options: TestOptions,
): Promise<boolean> {
  const locale = localeFrom(options.lang)
  const root = await definitionsFolder(env, dir, locale)
  const plugins = pluginsFor({ smtpUrl: undefined }).map(({ plugin }) => plugin)
  const kinds = { fieldTypes, ...pluginKinds(plugins) }
  const {
    definitions,
    scenarios = [],
    problems,
  } = await loadDefinitions(root, kinds, {
    locale,
    scenarios: true,
  })
  if (!definitions) {
    print(options.json ? JSON.stringify({ problems }, null, 2) : formatProblems(problems))
    return false
  }
  const seen = new Set<string>()
  const outcomes = await playAll(root, scenarios, seen, (outcome) => {
    if (!options.json) print(lineFor(outcome, locale))
  })
  const { total, covered, left } = coverageOf(branchesOf(definitions), seen)
  const failed = outcomes.filter(({ failure }) => failure)
  const files = left.length > 0 ? await loadFiles(root, collectProblems().report) : []
  const untriedWords = left.map((branch) => {
    const at = whereOf(branch, files)
    return `${at === undefined ? '' : `${at}: `}${wordsOf(branch, locale)}`
  })
  if (options.json) {
    const told = outcomes.map(({ scenario: { file, title }, failure }) => ({
      file,
      title,
      ...(failure && { line: failure.line, message: failure.what[locale] ?? failure.what.ja }),
    }))
    const coverage = { total, covered, untried: untriedWords }
    print(JSON.stringify({ scenarios: told, coverage }, null, 2))
    return failed.length === 0
  }
  print(summary(outcomes.length, failed.length, { total, covered }, locale))
  for (const words of untriedWords) print(`  ${words}`)
  return failed.length === 0
}

async function playAll(
  root: string,
  scenarios: readonly Scenario[],
  seen: Set<string>,
  tell: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  if (scenarios.length === 0) return []
  const theatre = await openTheatre(root, { pluginsFor, readOutbox })
  if ('problems' in theatre) throw new Error('the definitions changed while they were tried')
  const outcomes: Outcome[] = []
  try {
    for (const scenario of scenarios) {
      const stage = await theatre.open(scenario.at)
      try {
        const outcome = { scenario, failure: await play(scenario, stage, seen) }
        tell(outcome)
        outcomes.push(outcome)
      } finally {
        await stage.close()
      }
    }
  } finally {
    await theatre.close()
  }
  return outcomes
}

function lineFor({ scenario, failure }: Outcome, locale: Locale): string {
  const { file, title } = scenario
  if (!failure) return locale === 'ja' ? `○ ${title}` : `ok      ${title}`
  const what = failure.what[locale] ?? failure.what.ja
  const head = locale === 'ja' ? `× ${title}` : `failed  ${title}`
  return `${head}\n  ${file}:${failure.line}: ${what}`
}

function summary(
  all: number,
  failed: number,
  { total, covered }: { total: number; covered: number },
  locale: Locale,
): string {
  const share = total === 0 ? 100 : Math.floor((covered / total) * 100)
  const isWhole = covered === total
  if (locale === 'ja') {
    const head = `筋書き ${all} 本のうち、${all - failed} 本がそのとおりに進みました。`
    const rest = isWhole ? '' : 'まだためしていないところ：'
    return `${head}\nためしたところ：${total} か所のうち ${covered} か所（${share} %）。${rest}`
  }
  const rest = isWhole ? '' : ' Not tried yet:'
  return `${all - failed} of ${all} scenarios went as written.\nTried: ${covered} of ${total} ways (${share} %).${rest}`
}
