import { execFile } from 'node:child_process'
import { verify, X509Certificate } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Outcome } from '../../src/cards/kit/bench.ts'
import { inNamespaces, tierOneMissing } from '../../src/cards/kit/namespaces.ts'
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

const hasOpenSc = await tier('opensc', async () => {
  await run('opensc-tool', ['--version'])
  return isHere
})

/** Runs one of the scripts beside this file inside namespaces; gives what it printed. */
async function inside<T>(script: string): Promise<T> {
  const [program, args] = inNamespaces([process.execPath, `${root}test/cards/${script}`])
  const { stdout } = await run(program, [...args], { timeout: 120_000, killSignal: 'SIGKILL' })
  return JSON.parse(stdout) as T
}

test.runIf(hasOpenSc)('OpenSC’s own tools take the virtual card for one', async () => {
  const said = await inside<
    {
      readonly [what in 'name' | 'certificates' | 'pins' | 'certificate' | 'signed']: string
    } & { readonly tries: object }
  >('opensc-inside.ts')
  expect(said.name).toContain('jpki')
  expect(said.certificates.match(/^X\.509 Certificate/gm)).toHaveLength(4)
  expect(said.pins.match(/Tries left\s+: \d/g)?.map((text) => text.at(-1))).toEqual(['3', '5'])
  const [pem = ''] = /-----BEGIN[\s\S]+-----END CERTIFICATE-----/.exec(said.certificate) ?? []
  const { publicKey } = new X509Certificate(pem)
  const signature = Buffer.from(said.signed, 'base64')
  expect(verify('sha256', Buffer.from('cross-check'), publicKey, signature)).toBe(true)
})

test.runIf(isHere)(
  'the agent reads a card of the real service, which ends and comes back',
  async () => {
    const said = await inside<
      {
        readonly [when in 'first' | 'down' | 'wrong' | 'again']: object
      } & { readonly errors: object; readonly log: object[]; readonly tries: object }
    >('agent-inside.ts')
    const read = { kind: 'attributes', attributes: { familyName: '見本', givenName: '花子' } }
    expect(said.first).toMatchObject(read)
    expect(said.down).toMatchObject({ code: 'NO_READER' })
    expect(said.wrong).toMatchObject({ code: 'PIN_WRONG', detail: { triesLeft: 2 } })
    expect(said.again).toMatchObject(read)
    expect(said.errors).toEqual({ SERVICE_DOWN: 1, NO_READER: 1, PIN_WRONG: 1 })
    const words = said.log
      .flatMap((event) => Object.values(event))
      .filter((one) => typeof one === 'string')
    expect(words.join(' ')).not.toMatch(/見本|花子|1985|5678|0000/)
  },
)
