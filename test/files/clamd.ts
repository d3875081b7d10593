import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tier } from '../tiers.ts'

/** Harmless; every scanner knows it. In two pieces, so that no scanner takes this file for it. */
export const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
)
const SIGNATURE =
  'Example.Eicar:0:*:58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e44415244\n'
const START_MS_MAX = 30_000

/** A real clamd with one signature of our own, on a free port; undefined when it cannot start. */
export function startClamd() {
  return tier('clamd', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'madoguchi-clamd-'))
    await chmod(folder, 0o755)
    const port = await freePort()
    await writeFile(join(folder, 'own.ndb'), SIGNATURE)
    const config = join(folder, 'clamd.conf')
    await writeFile(
      config,
      `TCPSocket ${port}\nTCPAddr 127.0.0.1\nDatabaseDirectory ${folder}\nForeground yes\nStreamMaxLength 101M\n`,
    )
    const daemon = spawn('clamd', ['--config-file', config], { stdio: 'ignore' })
    let failure = ''
    daemon.once('error', (error) => (failure = error.message))
    daemon.once('exit', (code) => (failure ||= `clamd ended with ${code}`))
    const stop = async () => {
      daemon.kill()
      await rm(folder, { recursive: true, force: true })
    }
    for (const began = Date.now(); ; await sleep(100)) {
      if (failure === '' && (await answers(port))) break
      if (failure === '' && Date.now() - began < START_MS_MAX) continue
      await stop()
      throw new Error(failure || 'clamd does not answer')
    }
    return { url: `tcp://127.0.0.1:${port}`, stop }
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => (socket.end(), resolve(true)))
    socket.once('error', () => resolve(false))
  })
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port is free')
  return address.port
}
