import { foldAddress } from '../fold.ts'
import type { Field } from '../form.ts'
import type { FieldType, Wrong } from './field-type.ts'
import { numberOption, stringOption } from './option.ts'

/** The longest address that mail can carry (RFC 5321, §4.5.3.1). */
const LENGTH_MAX = 254
/** What usual addresses have before the @ (D-02b); capitals are made small where a form names no characters. */
const CHARACTERS = "a-z0-9.!#$%&'*+/=?^_`{|}~-"

/**
 * A mail address. With `characters`, others are an issue and are not changed, capitals included (D-02, R05). Without, as
 * at login, any usual address is right and capitals, which phones like to put first, are made small.
 */
export const email: FieldType = {
  name: 'email',
  description: { ja: 'メールアドレス。', en: 'A mail address.' },
  options: {
    maxLength: {
      kind: 'plain',
      schema: {
        type: 'integer',
        minimum: 6,
        maximum: LENGTH_MAX,
        description: '文字数の上限',
        'x-en': 'Most characters allowed',
      },
    },
    characters: {
      kind: 'plain',
      schema: {
        type: 'string',
        minLength: 1,
        // Ranges of letters and digits first, then symbols, the hyphen last.
        pattern: "^(?:a-z)?(?:A-Z)?(?:0-9)?[.!#$%&'*+/=?^_`{|}~]*-?$",
        description: '@の前に使える文字。例：a-z0-9._-',
        'x-en': 'Characters allowed before the @, such as a-z0-9._-',
      },
    },
  },
  control: 'input',
  isInput: true,
  inputMode: 'email',
  read(raw, field) {
    const address = foldAddress(raw[0] ?? '')
    const isNamed = stringOption(field, 'characters') !== undefined
    return (isNamed ? address : address.toLowerCase()) || undefined
  },
  schema: (field) => ({
    type: 'string',
    maxLength: lengthMax(field),
    pattern: addressPattern(characters(field)),
  }),
  issue(keyword, field, value): Wrong {
    if (keyword === 'maxLength') return { code: 'R06', params: { n: lengthMax(field) } }
    if (!hasForeignCharacter(String(value), field)) return { code: 'email.shape' }
    const named = stringOption(field, 'characters')
    return named === undefined
      ? { code: 'email.characters' }
      : { code: 'R05', params: { set: named } }
  },
  show: String,
}

function characters(field: Field): string {
  return stringOption(field, 'characters') ?? CHARACTERS
}

function lengthMax(field: Field): number {
  return numberOption(field, 'maxLength') ?? LENGTH_MAX
}

/** Capitals in the domain are allowed only where they are before the @. Labels are bounded, so the time is linear. */
function addressPattern(allowed: string): string {
  const letter = lettersOf(allowed)
  const label = `[${letter}](?:[${letter}-]{0,61}[${letter}])?`
  return `^[${escapeClass(allowed)}]{1,64}@${label}(?:\\.${label})+$`
}

/** Whether a character stands where no address of this field has it: before or behind the last @. */
function hasForeignCharacter(address: string, field: Field): boolean {
  const at = address.lastIndexOf('@')
  const local = at < 0 ? address : address.slice(0, at)
  const domain = at < 0 ? '' : address.slice(at + 1)
  const { before, behind } = foreignOf(field)
  return before.test(local) || behind.test(domain)
}

type Foreign = { readonly before: RegExp; readonly behind: RegExp }
/** Making a pattern costs more than validating a whole form: each field's are made once. Only a memory. */
const foreignPatterns = new WeakMap<Field, Foreign>()

function foreignOf(field: Field): Foreign {
  const known = foreignPatterns.get(field)
  if (known) return known
  const allowed = characters(field)
  const made = {
    before: new RegExp(`[^${escapeClass(allowed)}@]`, 'u'),
    behind: new RegExp(`[^${lettersOf(allowed)}.-]`, 'u'),
  }
  foreignPatterns.set(field, made)
  return made
}

function lettersOf(allowed: string): string {
  return allowed.includes('A-Z') ? 'a-zA-Z0-9' : 'a-z0-9'
}

/** The hyphens of ranges stay; what has a meaning inside brackets is escaped. */
function escapeClass(allowed: string): string {
  return allowed.replace(/[\\\]^[/.*+?$(){}|]/g, '\\$&').replace(/-$/, '\\-')
}
