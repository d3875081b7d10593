import { createHash, verify, X509Certificate } from 'node:crypto'
import type { Assurance, CardResult } from './contract.ts'
import { statementBytes, type Statement } from './statement.ts'

export type Verified = {
  readonly assurance: Assurance
  /**
   * Hash of the certificate's public key: names its holder, so it is kept only keyed. Issuer and serial number would
   * name them, too, but anybody can write those into a certificate of their own.
   */
  readonly subject: string
}

const RSA_BITS_MIN = 2_048

/**
 * Whether a signed answer holds: the signature over one of the statements that could be meant, and the certificate's chain
 * to a trust anchor, all within their time. Without anchors the card is proved to hold a key, not whose. Revocation is
 * not asked: that is a licensed service's to say. undefined: it does not hold.
 */
export function verifyChallenge(
  result: Extract<CardResult, { kind: 'challenge-response' }>,
  statements: readonly Statement[],
  anchors: readonly X509Certificate[],
  now: Date,
): Verified | undefined {
  const certificate = readCertificate(result.certificate)
  if (!certificate || certificate.ca || !isCurrent(certificate, now) || !isStrong(certificate))
    return undefined
  const signature = Buffer.from(result.signature, 'base64')
  const key = certificate.publicKey
  if (!statements.some((statement) => verify('sha256', statementBytes(statement), key, signature)))
    return undefined
  const subject = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  if (anchors.length === 0) return { assurance: 'card-proved', subject }
  return isTrusted(certificate, anchors, now) ? { assurance: 'cert-verified', subject } : undefined
}

/** The certificates of PEM files, one after another; what is none is left out and counted. */
export function readAnchors(pem: string): {
  readonly anchors: readonly X509Certificate[]
  readonly unread: number
} {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  const read = blocks.map((block) => readCertificate(block))
  const anchors = read.filter((one) => one !== undefined)
  return { anchors, unread: read.length - anchors.length }
}

/** Cards hold no certificates of issuers in between, so the anchor has signed the card's own. */
function isTrusted(
  certificate: X509Certificate,
  anchors: readonly X509Certificate[],
  now: Date,
): boolean {
  return anchors.some(
    (anchor) =>
      anchor.ca &&
      isCurrent(anchor, now) &&
      isStrong(anchor) &&
      certificate.checkIssued(anchor) &&
      certificate.verify(anchor.publicKey),
  )
}

function isCurrent({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return Date.parse(validFrom) <= now.getTime() && now.getTime() <= Date.parse(validTo)
}

function isStrong({ publicKey }: X509Certificate): boolean {
  const details = publicKey.asymmetricKeyDetails
  return publicKey.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= RSA_BITS_MIN
}

function readCertificate(data: string): X509Certificate | undefined {
  try {
    return new X509Certificate(data.startsWith('-----') ? data : Buffer.from(data, 'base64'))
  } catch {
    // Bytes that are no certificate are an ordinary answer to what came in.
    return undefined
  }
}
