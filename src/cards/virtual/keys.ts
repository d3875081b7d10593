import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeCardKeys, type CardKeys } from './mynumber.ts'

/**
 * The keys of the virtual card kept in a folder, made when there are none: a portal that trusts its `ca.pem` goes on
 * trusting it.
 */
export async function openCardKeys(folder: string, now: Date): Promise<CardKeys> {
  const file = join(folder, 'virtual-card.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text !== undefined) return fromText(text)
  const keys = makeCardKeys({ now })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(file, toText(keys), { mode: 0o600 })
  await writeFile(
    join(folder, 'ca.pem'),
    new X509Certificate(Buffer.from(keys.caCertificate)).toString(),
  )
  return keys
}

function toText(keys: CardKeys): string {
  const pem = (key: CardKeys['signatureKey']) =>
    key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return JSON.stringify({
    caCertificate: base64(keys.caCertificate),
    authenticationKey: pem(keys.authenticationKey),
    authenticationCertificate: base64(keys.authenticationCertificate),
    signatureKey: pem(keys.signatureKey),
    signatureCertificate: base64(keys.signatureCertificate),
  })
}

function fromText(text: string): CardKeys {
  const kept = JSON.parse(text) as { readonly [name in keyof CardKeys]: string }
  const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))
  return {
    caCertificate: bytes(kept.caCertificate),
    authenticationKey: createPrivateKey(kept.authenticationKey),
    authenticationCertificate: bytes(kept.authenticationCertificate),
    signatureKey: createPrivateKey(kept.signatureKey),
    signatureCertificate: bytes(kept.signatureCertificate),
  }
}
