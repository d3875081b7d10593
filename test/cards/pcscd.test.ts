import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Outcome } from '../../src/cards/kit/bench.ts'
import { tierOneMissing } from '../../src/cards/kit/namespaces.ts'
import { tier } from '../tiers.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

/** The real service, its virtual reader and our own card, in namespaces of their own that end with the test. */
const isHere = await tier('pcscd', async () => {
  const reason = tierOneMissing()
  if (reason !== undefined) throw new Error(reason)
  return true
})

test.runIf(isHere)(
  'the driver of the system\u2019s readers passes tier 1',
  { timeout: 240_000 },
  async () => {
    const args = [
      'src/cli/main.ts',
      'plugin-test',
      'plugins/card-reader-pcsc',
      '--tier',
      '1',
      '--json',
    ]
    const { stdout } = await run(process.execPath, args, { cwd: root }).catch(
      (failed: { stdout: string }) => failed,
    )
    const { outcomes } = JSON.parse(stdout) as { readonly outcomes: readonly Outcome[] }
    expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([])
    expect(outcomes.filter(({ status }) => status === 'passed').length).toBeGreaterThanOrEqual(17)
  },
)
