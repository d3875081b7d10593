/** Runs inside namespaces: OpenSC's own tools on our card in the virtual reader; prints what they said as JSON. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startService } from '../../src/cards/kit/namespaces.ts'
import { insertIntoVpcd } from '../../src/cards/virtual/vpcd.ts'
import { createMyNumberCard, SAMPLE_PINS } from '../../src/cards/virtual/mynumber.ts'
import { sampleKeys } from './scene.ts'

const LOOKS_MAX = 100
const run = async (program: string, ...args: readonly string[]) => {
  const { stdout, stderr } = await promisify(execFile)(program, [...args], { timeout: 60_000 })
  return `${stdout}${stderr}`
}
const service = await startService()
const folder = await mkdtemp(join(tmpdir(), 'madoguchi-opensc-'))
const card = createMyNumberCard({ keys: sampleKeys() })
const inReader = await insertIntoVpcd(card)
try {
  let readers = ''
  for (let looks = 0; looks < LOOKS_MAX && !/Yes\s/.test(readers); looks++)
    readers = await run('opensc-tool', '--list-readers')
  const [data, signature] = [join(folder, 'data'), join(folder, 'signature')]
  await writeFile(data, 'cross-check')
  const said = {
    name: await run('opensc-tool', '--name'),
    certificates: await run('pkcs15-tool', '--list-certificates'),
    pins: await run('pkcs15-tool', '--list-pins'),
    certificate: await run('pkcs15-tool', '--read-certificate', '1'),
    sign: await run(
      'pkcs11-tool',
      ...['--slot-index', '0', '--login', '--pin', SAMPLE_PINS.authentication],
      ...['--sign', '--mechanism', 'SHA256-RSA-PKCS', '--id', '01'],
      ...['--input-file', data, '--output-file', signature],
    ),
  }
  const signed = (await readFile(signature)).toString('base64')
  process.stdout.write(JSON.stringify({ ...said, signed, tries: card.triesLeft() }))
} finally {
  await inReader.remove()
  await service.close()
  await rm(folder, { recursive: true, force: true })
}
