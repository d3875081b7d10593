import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Outcome } from '../cards/kit/bench.ts'
import { CHECKLIST, type ChecklistResult } from '../cards/kit/checklist.ts'
import { inNamespaces, tierOneMissing } from '../cards/kit/namespaces.ts'
import { runTierOne, runTierZero } from '../cards/kit/run.ts'
import { systemClock } from '../cards/deadline.ts'
import { Fault } from '../fault.ts'
import type { JsonObject } from '../form/form.ts'
import { print } from './environment.ts'

export type PluginTestOptions = {
  readonly tier?: string
  readonly json?: boolean
  readonly inside?: boolean
  readonly device?: string
  /** JSON. */
  readonly config?: string
}

/** Far longer than every case together takes. */
const TIER_ONE_MS = 300_000

const MARKS = { passed: '✓', failed: '✗', 'left out': '–' } as const

/** `madoguchi plugin-test DIR`: true when every case passed that could be tried. */
export async function pluginTest(dir: string, options: PluginTestOptions): Promise<boolean> {
  const folder = resolve(dir)
  const url = pathToFileURL(`${folder}/`)
  const name = basename(folder)
  if (options.tier === '2') return askChecklist(folder, name, options.device)
  if (options.tier !== undefined && options.tier !== '0' && options.tier !== '1')
    throw new Fault(
      'usage.tier',
      `--tier は 0、1、2 のどれかです。 --tier is 0, 1 or 2, not '${options.tier}'.`,
    )
  if (options.inside) {
    print(JSON.stringify(await runTierOne(url, name, readConfig(options.config))))
    return true
  }
  const outcomes: Outcome[] = []
  if (options.tier !== '1') outcomes.push(...(await runTierZero(url, name)))
  if (options.tier !== '0') outcomes.push(...(await tierOne(folder, options.config)))
  const failed = outcomes.filter(({ status }) => status === 'failed')
  if (options.json) print(JSON.stringify({ plugin: name, outcomes }, null, 2))
  else {
    for (const { name: line, status, reason } of outcomes)
      print(`${MARKS[status]} ${line}${reason ? `\n    ${reason}` : ''}`)
    const count = (status: Outcome['status']) =>
      outcomes.filter((outcome) => outcome.status === status).length
    print(`${count('passed')} passed, ${failed.length} failed, ${count('left out')} left out`)
  }
  return failed.length === 0
}

/** In namespaces of its own; a machine that cannot make them says so. */
async function tierOne(folder: string, config = '{}'): Promise<readonly Outcome[]> {
  const reason = tierOneMissing()
  if (reason !== undefined)
    return [{ name: 'tier 1 (real service, virtual reader)', status: 'left out', reason }]
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const [program, args] = inNamespaces([
    process.execPath,
    main,
    'plugin-test',
    folder,
    '--tier',
    '1',
    '--inside',
    '--config',
    config,
  ])
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const callOff = systemClock.after(TIER_ONE_MS, () => child.kill('SIGKILL'))
  let text = ''
  for await (const chunk of child.stdout) text += String(chunk)
  callOff()
  const last = text.trim().split('\n').at(-1) ?? ''
  if (!last.startsWith('['))
    return [{ name: 'tier 1', status: 'failed', reason: 'it ended before its time' }]
  return (JSON.parse(last) as readonly Outcome[]).map((one) => ({
    ...one,
    name: `tier 1: ${one.name}`,
  }))
}

function readConfig(text = '{}'): JsonObject {
  try {
    return JSON.parse(text) as JsonObject
  } catch (cause) {
    throw new Fault('usage.config', '--config は JSON で書いてください。 Write --config as JSON.', {
      cause,
    })
  }
}

async function askChecklist(folder: string, name: string, device = ''): Promise<boolean> {
  if (device === '')
    throw new Fault(
      'usage.device',
      'リーダーの製品名を --device で書いてください。 Name the reader with --device.',
    )
  const { version } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
    version: string
  }
  const answers = await answersFrom(process.stdin, (question) => process.stdout.write(question))
  const at = new Date().toISOString()
  const result: ChecklistResult = {
    plugin: name,
    version,
    device,
    platform: process.platform,
    at,
    answers,
  }
  const file = join(
    folder,
    `result-${device
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')}-${at.slice(0, 10)}.json`,
  )
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
  print(`書きました Wrote: ${file}`)
  return Object.values(answers).every((answer) => answer === 'yes')
}

/** One line a question, as it is typed or comes from a file; where there are no more lines, nothing was tried. */
async function answersFrom(
  input: NodeJS.ReadableStream,
  ask: (question: string) => void,
): Promise<ChecklistResult['answers']> {
  const lines = createInterface({ input })[Symbol.asyncIterator]()
  const answers: Record<string, 'yes' | 'no' | 'not tried'> = {}
  for (const { id, ja, en } of CHECKLIST) {
    ask(`${ja}\n${en} [y/n/-] `)
    const { value } = await lines.next()
    const typed = String(value ?? '')
      .normalize('NFKC')
      .trim()
      .toLowerCase()
    answers[id] = /^(y|yes|はい)$/.test(typed)
      ? 'yes'
      : /^(n|no|いいえ)$/.test(typed)
        ? 'no'
        : 'not tried'
  }
  return answers
}
