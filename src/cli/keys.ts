import { createKeys } from '../keys.ts'
import { configFrom, print, type Env } from './environment.ts'

/** `madoguchi keys create`: makes `<DATA_DIR>/keys/main.key`; an existing one stays. */
export async function keysCreate(env: Env): Promise<void> {
  // Production checks want a base address and a mail route, which have nothing to do with making a key.
  const { dataDir } = configFrom({ ...env, MADOGUCHI_ENV: 'development' })
  await createKeys(dataDir)
  print(
    `Made ${dataDir}/keys/main.key. Keep a copy: without it, links already mailed stop working.`,
  )
}
