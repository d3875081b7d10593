import { createHash } from 'node:crypto'
import { pluginsFor } from '../../plugins/index.ts'
import type { Passwords } from '../../src/accounts/passwords.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { importMaster } from '../../src/master/import.ts'
import { openPortal, type Running } from '../../src/portal.ts'

export const BASE_URL = 'http://localhost:3000'
export const SAMPLE_MASTER = 'forms/sample-facilities.csv'

/** The shipped portal in this process, over the sample master, without worker: its jobs stay where they are. */
export async function openShipped(
  dataDir: string,
  options: { readonly passwords?: Passwords; readonly baseUrl?: string } = {},
): Promise<Running> {
  const { config } = readConfig({ BASE_URL: options.baseUrl ?? BASE_URL, DATA_DIR: dataDir })
  const running = await openPortal({
    config,
    plugins: pluginsFor(config),
    clock: () => new Date(),
    log: createLog('silent'),
    passwords: options.passwords,
  })
  if ('problems' in running) throw new Error(JSON.stringify(running.problems, null, 2))
  await importMaster(running.store, SAMPLE_MASTER, { now: () => new Date() })
  return running
}

/** As long as a real hash and made in no time: hashing would hide everything else. */
export function hashCheaply(password: string): string {
  const digest = createHash('sha256').update(password).digest('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=19456,t=2,p=1$YmVuY2htYXJrLXNhbHQx$${digest}`
}

export const cheapPasswords: Passwords = {
  hash: async (password) => hashCheaply(password),
  verify: async (phc, password) => phc === hashCheaply(password),
  needsRehash: () => false,
  dummyVerify: async () => {},
}
