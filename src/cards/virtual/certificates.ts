import { createSign, generateKeyPairSync, type KeyObject, createPublicKey } from 'node:crypto'
import { tlv } from '../tlv.ts'

/** Certificates of virtual cards. They prove nothing but that our own code signed them. */
export type MadeCertificate = { readonly der: Uint8Array; readonly key: KeyObject }

export type CertificateWish = {
  readonly commonName: string
  readonly serial: number
  readonly from: Date
  readonly until: Date
  readonly isCa: boolean
  /** Signs itself when left out. */
  readonly issuer?: { readonly commonName: string; readonly key: KeyObject }
  /** Made anew when left out. */
  readonly key?: KeyObject
}

const OID = {
  sha256WithRsa: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
  commonName: [0x55, 0x04, 0x03],
  organization: [0x55, 0x04, 0x0a],
  country: [0x55, 0x04, 0x06],
  basicConstraints: [0x55, 0x1d, 0x13],
  keyUsage: [0x55, 0x1d, 0x0f],
}
const RSA_BITS = 2_048

export function newKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey
}

/** An X.509 v3 certificate with an RSA key, signed with SHA-256. */
export function makeCertificate(wish: CertificateWish): MadeCertificate {
  const key = wish.key ?? newKey()
  const algorithm = sequence(oid(OID.sha256WithRsa), tlv(0x05, new Uint8Array()))
  const body = sequence(
    tlv(0xa0, tlv(0x02, Uint8Array.of(2))),
    integer(wish.serial),
    algorithm,
    name(wish.issuer?.commonName ?? wish.commonName),
    sequence(time(wish.from), time(wish.until)),
    name(wish.commonName),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tlv(0xa3, extensions(wish.isCa)),
  )
  const signature = createSign('sha256')
    .update(body)
    .sign(wish.issuer?.key ?? key)
  return { der: sequence(body, algorithm, bits(signature)), key }
}

function extensions(isCa: boolean): Uint8Array {
  const truth = tlv(0x01, Uint8Array.of(0xff))
  // Signing certificates and revocation lists, or signatures.
  const usage = isCa ? Uint8Array.of(0x01, 0x06) : Uint8Array.of(0x07, 0x80)
  return sequence(
    sequence(oid(OID.basicConstraints), truth, tlv(0x04, sequence(...(isCa ? [truth] : [])))),
    sequence(oid(OID.keyUsage), truth, tlv(0x04, tlv(0x03, usage))),
  )
}

function name(commonName: string): Uint8Array {
  const part = (id: number[], value: string, tag = 0x0c) =>
    tlv(0x31, sequence(oid(id), tlv(tag, Buffer.from(value, 'utf8'))))
  return sequence(
    part(OID.country, 'JP', 0x13),
    part(OID.organization, 'Madoguchi virtual cards'),
    part(OID.commonName, commonName),
  )
}

function time(date: Date): Uint8Array {
  const text = date.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(`${text.slice(2)}Z`))
    : tlv(0x18, Buffer.from(`${text}Z`))
}

function integer(value: number): Uint8Array {
  const digits = value.toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return tlv(0x02, (bytes[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...bytes) : bytes)
}

function bits(bytes: Uint8Array): Uint8Array {
  return tlv(0x03, Uint8Array.of(0, ...bytes))
}

function oid(bytes: readonly number[]): Uint8Array {
  return tlv(0x06, Uint8Array.from(bytes))
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0x30, Buffer.concat(parts))
}
