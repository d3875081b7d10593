import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'

const folder = resolve(import.meta.dirname, '../../../shared/data/yaml-test-suite/src')
/** The public YAML test suite lies beside the project, or is left out. */
export const hasSuite = existsSync(folder)
if (!hasSuite) console.log('skipped: the YAML test suite is not beside the project')

export type SuiteCase = {
  readonly file: string
  readonly text: string
  /** Meant to be refused. */
  readonly isFailing: boolean
}

export function suiteCases(): SuiteCase[] {
  return (hasSuite ? readdirSync(folder) : []).flatMap((file) => {
    const cases: unknown = parse(readFileSync(join(folder, file), 'utf8'))
    return (Array.isArray(cases) ? cases : []).flatMap((one) => {
      const text = textOf(one)
      return text === undefined ? [] : [{ file, text, isFailing: isFailing(one) }]
    })
  })
}

/** The suite writes spaces, tabs and missing newlines with visible signs. */
function textOf(one: unknown): string | undefined {
  const yaml: unknown =
    typeof one === 'object' && one !== null && 'yaml' in one ? one.yaml : undefined
  return typeof yaml === 'string'
    ? yaml
        .replaceAll('␣', ' ')
        .replace(/—*»/g, '\t')
        .replaceAll('⇔', '\uFEFF')
        .replaceAll('↵', '')
        .replace(/∎\n?$/, '')
        .replaceAll('←', '\r')
    : undefined
}

function isFailing(one: unknown): boolean {
  return typeof one === 'object' && one !== null && 'fail' in one && one.fail === true
}
