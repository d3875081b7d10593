import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../cards/contract.ts'

/** What the agent keeps between its starts, in a file that only its user may read. Tokens are kept as hashes. */
export type Kept = {
  /** Random; names this agent to operators, and nobody behind it. */
  readonly id: string
  readonly port: number
  readonly pages: readonly {
    readonly origin: string
    readonly tokenHash: string
    readonly at: string
  }[]
}

export type Pairing = {
  readonly kept: () => Kept
  /** The code shown at the desk, with the port in front: what joins a page to this agent. */
  code(): string
  /** A token for the page, once, for the right code; undefined otherwise. */
  pair(origin: string, code: string): Promise<string | undefined>
  /** The next token for the present one, which is used up by it; undefined when it is none. */
  exchange(origin: string, token: string): Promise<string | undefined>
  /** Forgets every page. */
  revoke(): Promise<void>
}

const FILE = 'agent.json'
/** The registered ports that systems give nobody by themselves. */
const PORT_MIN = 20_000
const PORT_MAX = 32_000
/** Letters and digits that cannot be taken for each other when read out. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const CODE_LENGTH = 8
const CODE_MS = 600_000
const CODE_TRIES = 5
const PAGES_MAX = 50

export async function openPairing(folder: string, clock: Clock, port?: number): Promise<Pairing> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, FILE)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  let kept: Kept = text
    ? (JSON.parse(text) as Kept)
    : { id: token(), port: port ?? randomInt(PORT_MIN, PORT_MAX), pages: [] }
  if (port !== undefined) kept = { ...kept, port }
  let code = newCode()
  let codeAt = clock.now()
  let tries = 0

  async function keep(next: Kept): Promise<void> {
    kept = next
    const draft = `${file}.${token()}`
    await writeFile(draft, JSON.stringify(kept), { mode: 0o600 })
    await rename(draft, file)
  }
  await keep(kept)

  const freshCode = () => {
    if (clock.now() - codeAt > CODE_MS || tries >= CODE_TRIES) {
      code = newCode()
      codeAt = clock.now()
      tries = 0
    }
    return code
  }
  const give = async (origin: string, others: Kept['pages']) => {
    const next = token()
    const page = { origin, tokenHash: sha256(next), at: new Date(clock.now()).toISOString() }
    await keep({ ...kept, pages: [...others, page].slice(-PAGES_MAX) })
    return next
  }
  return {
    kept: () => kept,
    code: () => `${kept.port}-${freshCode().replace(/^(.{4})/, '$1-')}`,
    async pair(origin, typed) {
      const right = freshCode()
      tries += 1
      const plain = typed
        .toUpperCase()
        .replace(/[^A-Z0-9]/g, '')
        .replace(new RegExp(`^${kept.port}`), '')
      if (!isSame(plain, right)) return undefined
      code = newCode()
      codeAt = clock.now()
      tries = 0
      return give(origin, kept.pages)
    },
    async exchange(origin, given) {
      const hash = sha256(given)
      const found = kept.pages.find(
        (page) => page.origin === origin && isSame(page.tokenHash, hash),
      )
      return (
        found &&
        give(
          origin,
          kept.pages.filter((page) => page !== found),
        )
      )
    },
    revoke: () => keep({ ...kept, pages: [] }),
  }
}

function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

function token(): string {
  return randomBytes(32).toString('base64url')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)))
}
