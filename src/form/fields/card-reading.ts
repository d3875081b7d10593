import type { Answer, JsonObject, Text } from '../form.ts'
import type { FieldType } from './field-type.ts'

/** `options` of the type `card-reading`. */
export type CardReadingOptions = {
  readonly operation: 'identify' | 'attributes' | 'challenge'
  readonly purpose: Text
  /** Which item of the card goes into which field, by the field's id. */
  readonly into?: { readonly [fieldId: string]: string }
}

/** What a card's profile may be asked for. */
export const CARD_ITEMS = [
  'name',
  'familyName',
  'givenName',
  'address',
  'birthDate',
  'sex',
] as const

const RECEIPT_LENGTH_MAX = 6_000

/**
 * A card laid on the reader at one's own desk. What is posted is the server's receipt for what it has verified; stored are
 * result and assurance. Never required: everything it fills can be typed.
 */
export const cardReading: FieldType = {
  name: 'card-reading',
  description: {
    ja: 'カードの読み取り。いつでも手で入力でき、必須にはできない。',
    en: 'A card read at the visitor’s own desk. Never required, since everything can be typed.',
  },
  options: {
    operation: {
      kind: 'plain',
      required: true,
      schema: {
        type: 'string',
        enum: ['identify', 'attributes', 'challenge'],
        description:
          'identify：カードの種類か番号、attributes：券面の事項、challenge：電子証明書による本人の確認',
        'x-en': 'What is done with the card',
      },
    },
    purpose: {
      kind: 'text',
      required: true,
      schema: {
        type: ['string', 'object'],
        description: '何のために読み取るか。パソコンの確認画面にも出る',
        'x-en': 'What it is for; shown where the person agrees, too',
      },
    },
    into: {
      kind: 'card-into',
      schema: {
        type: 'object',
        description:
          'attributes：項目の id と、そこに入れる券面の事項（name、familyName、givenName、address、birthDate、sex）',
        'x-en': 'Items of the card by the id of the field they go into',
      },
    },
  },
  control: 'card-reading',
  isInput: true,
  isNeverRequired: true,
  read: (raw) => {
    const typed = raw[0]?.trim() ?? ''
    return typed === '' ? undefined : typed.slice(0, RECEIPT_LENGTH_MAX + 1)
  },
  schema: () => ({
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{80,}$',
    maxLength: RECEIPT_LENGTH_MAX,
  }),
  issue: () => ({ code: 'card.used' }),
  show(value, _field, locale) {
    if (typeof value === 'string') return locale === 'en' ? 'Read' : '読み取り済み'
    const assurance = isObject(value) ? String(value.assurance) : ''
    const text = Object.hasOwn(ASSURANCES, assurance) ? ASSURANCES[assurance] : undefined
    return text?.[locale] ?? ''
  },
}

const ASSURANCES: { readonly [assurance: string]: { readonly ja: string; readonly en: string } } = {
  none: { ja: '読み取り済み（証明力なし）', en: 'Read (proves nothing)' },
  read: { ja: '読み取り済み（券面の事項）', en: 'Read (what is on the card)' },
  'card-proved': { ja: 'カードを確認済み', en: 'Card proved' },
  'cert-verified': { ja: '電子証明書を確認済み', en: 'Certificate verified' },
  'revocation-checked': {
    ja: '電子証明書の有効性を確認済み',
    en: 'Certificate and its revocation verified',
  },
}

function isObject(value: Answer): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
