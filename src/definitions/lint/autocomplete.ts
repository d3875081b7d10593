/** The tokens of HTML's autofill (WCAG 1.3.5), without their prefixes (`section-…`, `shipping`, `home` …). */
export const AUTOCOMPLETE: ReadonlySet<string> = new Set(
  (
    'off on name honorific-prefix given-name additional-name family-name honorific-suffix nickname username ' +
    'new-password current-password one-time-code organization-title organization street-address address-line1 ' +
    'address-line2 address-line3 address-level1 address-level2 address-level3 address-level4 country country-name ' +
    'postal-code cc-name cc-number cc-exp cc-csc transaction-currency transaction-amount language bday bday-day ' +
    'bday-month bday-year sex url photo tel tel-national tel-local email impp'
  ).split(' '),
)

/** The tokens a field type can have; types that are not here can have any. */
export const KINDS: { readonly [type: string]: readonly string[] } = {
  email: ['email', 'username', 'impp'],
  phone: ['tel', 'tel-national', 'tel-local'],
  password: ['new-password', 'current-password', 'one-time-code'],
  'current-password': ['current-password'],
  'postal-code': ['postal-code'],
  date: ['bday', 'cc-exp'],
}

/** What a type or the words of a label are about, when they are about a person who fills in. */
const BY_TYPE: { readonly [type: string]: string } = {
  email: 'email',
  phone: 'tel',
  'postal-code': 'postal-code',
}
const BY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:氏名|お名前|名前|申請者の?氏名|担当者の?氏名)$/u, 'name'],
  [/^(?:姓|氏|名字)$/u, 'family-name'],
  [/^名$/u, 'given-name'],
  [/^生年月日$/u, 'bday'],
  [/^(?:住所|ご住所)$/u, 'street-address'],
  [/^性別$/u, 'sex'],
]
/** Types a person types such things in. */
const TYPED: ReadonlySet<string> = new Set(['text', 'text-area', 'date', 'radio', 'select'])

/** The token that belongs to such a field; undefined: none that we are sure of. */
export function tokenFor(type: string, words: string): string | undefined {
  if (Object.hasOwn(BY_TYPE, type)) return BY_TYPE[type]
  if (type === 'password') return 'new-password'
  return TYPED.has(type) ? BY_WORDS.find(([pattern]) => pattern.test(words))?.[1] : undefined
}
