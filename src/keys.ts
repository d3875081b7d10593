import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { Fault } from './fault.ts'

/** Everything made with the key that lives outside the database. A purpose separates uses from each other. */
export type Keys = {
  /** HMAC-SHA-256 in base64url: the same for the same purpose and data. */
  derive(purpose: string, data: string): string
  /** AES-256-GCM in base64url, bound to `boundTo`: opened elsewhere it is refused. */
  seal(purpose: string, text: string, boundTo: string): string
  /** The sealed text, or undefined when it was changed, belongs elsewhere or to another key. */
  open(purpose: string, sealed: string, boundTo: string): string | undefined
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Reads `<dataDir>/keys/main.key`. In development it is made when missing; production refuses to start without it,
 * since a fresh key would make every link already mailed unusable.
 */
export async function openKeys(config: Pick<Config, 'dataDir' | 'environment'>): Promise<Keys> {
  const file = keyFile(config.dataDir)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text !== undefined) return keysFrom(Buffer.from(text.trim(), 'base64'))
  if (config.environment === 'production')
    throw new Fault('keys.missing', `No key in ${file}: make one with 'npx madoguchi keys create'`)
  return createKeys(config.dataDir)
}

/** Makes the key file; refuses to overwrite one. */
export async function createKeys(dataDir: string): Promise<Keys> {
  const key = randomBytes(KEY_BYTES)
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 })
  await writeFile(keyFile(dataDir), `${key.toString('base64')}\n`, { flag: 'wx', mode: 0o600 })
  return keysFrom(key)
}

export function keysFrom(key: Uint8Array): Keys {
  if (key.length !== KEY_BYTES)
    throw new Fault('keys.damaged', `The key file must hold ${KEY_BYTES} bytes in base64`)
  // Purposes are a handful of constants; deriving their keys anew each time showed in profiles.
  const known = new Map<string, KeyObject>()
  const sub = (purpose: string) => {
    const made =
      known.get(purpose) ??
      createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES)))
    known.set(purpose, made)
    return made
  }
  return {
    derive: (purpose, data) => createHmac('sha256', sub(purpose)).update(data).digest('base64url'),
    seal(purpose, text, boundTo) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sub(purpose), nonce).setAAD(Buffer.from(boundTo))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
    },
    open(purpose, sealed, boundTo) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', sub(purpose), bytes.subarray(0, NONCE_BYTES))
      decipher.setAAD(Buffer.from(boundTo))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        return (
          decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') +
          decipher.final('utf8')
        )
      } catch {
        // A wrong tag is the ordinary answer to a changed or foreign value.
        return undefined
      }
    },
  }
}

function keyFile(dataDir: string): string {
  return join(dataDir, 'keys', 'main.key')
}
