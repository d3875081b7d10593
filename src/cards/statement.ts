import { createHash } from 'node:crypto'

/** What a card signs for a page: made by the agent from what it saw, and again by the server from what it knows. */
export type Statement = {
  /** Of the page, as the browser reported it. */
  readonly origin: string
  /** From the server, single use. */
  readonly nonce: string
  /** As the person read it on the PC. */
  readonly purpose: string
}

const FORMAT = 'madoguchi-card-statement/1'

/** The bytes signed: no part can run into the next, since each is hashed first. */
export function statementBytes({ origin, nonce, purpose }: Statement): Uint8Array {
  return Buffer.from(
    [FORMAT, ...[origin, nonce, purpose].map((part) => sha256(part).toString('hex'))].join('\n'),
  )
}

/** SHA-256 of the statement: what reaches the card. */
export function statementDigest(statement: Statement): Uint8Array {
  return sha256(statementBytes(statement))
}

/** DigestInfo of PKCS#1 for SHA-256, as cards take it. */
export function digestInfo(digest: Uint8Array): Uint8Array {
  const head = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
  ]
  return Uint8Array.from([...head, 0x05, 0x00, 0x04, 0x20, ...digest])
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
