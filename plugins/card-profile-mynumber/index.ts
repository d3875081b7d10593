import {
  CardError,
  type CardSession,
  type ProfileContext,
  type ProfilePlugin,
  type ProfileResult,
} from '../../src/cards/contract.ts'
import { hasApplication, openFile, readTlvFile, statusError } from '../../src/cards/reading.ts'
import { digestInfo } from '../../src/cards/statement.ts'
import { readTlvs } from '../../src/cards/tlv.ts'

const JPKI = 'D392F000260100000001'
const FILE = { items: 0x0002, key: 0x0017, certificate: 0x000a } as const
const TAG = { items: 0xff20, name: 0xdf22, address: 0xdf23, birth: 0xdf24, sex: 0xdf25 } as const
const SIGNATURE_BYTES_MAX = 256

/**
 * The Individual Number card, as public sources know it: the four items, the authentication certificate, a signed
 * challenge. The number itself is none of its operations, and the host lets nobody read it.
 */
const profile: ProfilePlugin = {
  match: async (session) => ((await hasApplication(session, JPKI)) ? 1 : 0),
  operations: {
    identify: async (session) => {
      await open(session, JPKI)
      return { kind: 'card-type', name: '個人番号カード' }
    },
    attributes: readItems,
    certificate: async (session) => {
      await open(session, JPKI)
      return { kind: 'certificate', certificate: await readTlvFile(session, FILE.certificate) }
    },
    challenge: signChallenge,
  },
}
export default profile

async function readItems(
  session: CardSession,
  { pin, fields }: ProfileContext,
): Promise<ProfileResult> {
  await pin.verify('text')
  const [whole] = readTlvs(await readTlvFile(session, FILE.items))
  if (whole?.tag !== TAG.items) throw new CardError('PROTOCOL_ERROR')
  const items = new Map(readTlvs(whole.value).map(({ tag, value }) => [tag, value]))
  const text = (tag: number) => utf8(items.get(tag))
  const name = text(TAG.name)
  // Family name and given names stand apart by an ideographic space.
  const [familyName = '', ...given] = name.split('\u3000')
  const all: Readonly<Record<string, string>> = {
    name,
    familyName,
    givenName: given.join('\u3000'),
    address: text(TAG.address),
    birthDate: text(TAG.birth).replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
    sex: { '1': 'male', '2': 'female' }[text(TAG.sex)] ?? 'other',
  }
  const wanted = Object.entries(all).filter(
    ([field, value]) => fields.includes(field) && value !== '',
  )
  return { kind: 'attributes', attributes: Object.fromEntries(wanted) }
}

async function signChallenge(
  session: CardSession,
  { pin, digest }: ProfileContext,
): Promise<ProfileResult> {
  if (!digest) throw new CardError('CONFIG_INVALID')
  await open(session, JPKI)
  const certificate = await readTlvFile(session, FILE.certificate)
  await pin.verify('authentication')
  await openFile(session, FILE.key)
  const { data, sw } = await session.transmit({
    cla: 0x80,
    ins: 0x2a,
    p1: 0x00,
    p2: 0x80,
    data: digestInfo(digest),
    le: SIGNATURE_BYTES_MAX,
  })
  if (sw !== 0x9000) throw statusError(sw)
  return { kind: 'challenge-response', certificate, signature: data }
}

async function open(session: CardSession, aid: string): Promise<void> {
  if (!(await hasApplication(session, aid))) throw new CardError('CARD_UNSUPPORTED')
}

function utf8(bytes: Uint8Array | undefined): string {
  if (!bytes) return ''
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // Bytes that are no text came from a card that is not what it says.
    throw new CardError('PROTOCOL_ERROR')
  }
}
