import type { Field, JsonSchema } from '../form.ts'
import type { FieldType, Wrong } from './field-type.ts'
import { listOption, numberOption } from './option.ts'

/** Where rules name no limit: longer input is no password but work for the hash. */
const LENGTH_MAX = 1000
const CLASS_PATTERNS: Readonly<Record<string, string>> = {
  upper: '[A-Z]',
  lower: '[a-z]',
  digit: '[0-9]',
}
/** Printable ASCII (D-08): what every keyboard can type. */
const PRINTABLE = '^[ -~]*$'
const ONLY_PRINTABLE = new RegExp(PRINTABLE)

/**
 * Never folded: what was typed is the password. Lengths count code points. Without options there are no rules (login);
 * with any, R08 of registration.md §11 says them all.
 */
export const password: FieldType = {
  name: 'password',
  description: {
    ja: 'パスワード。決まりを書かなければ何も検査しない（ログイン用）。',
    en: 'A password; without rules nothing is checked (for login).',
  },
  options: {
    minLength: {
      kind: 'plain',
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: LENGTH_MAX,
        description: '最小の文字数',
        'x-en': 'Fewest characters',
      },
    },
    maxLength: {
      kind: 'plain',
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: LENGTH_MAX,
        description: '最大の文字数',
        'x-en': 'Most characters',
      },
    },
    classes: {
      kind: 'plain',
      schema: {
        type: 'array',
        items: { enum: ['upper', 'lower', 'digit'] },
        uniqueItems: true,
        description: '必ず含む文字の種類（upper 英大文字、lower 英小文字、digit 数字）',
        'x-en': 'Kinds of characters it must contain',
      },
    },
  },
  control: 'password',
  isInput: true,
  isSecret: true,
  read: (raw) => raw[0] || undefined,
  schema(field): JsonSchema {
    if (!hasRules(field)) return { type: 'string' }
    const { min, max, classes } = rulesOf(field)
    const patterns = [PRINTABLE, ...classes.map((name) => CLASS_PATTERNS[name] ?? '')]
    return {
      type: 'string',
      minLength: min,
      maxLength: max,
      allOf: patterns.map((pattern) => ({ pattern })),
    }
  },
  issue(_keyword, field, value): Wrong {
    if (!ONLY_PRINTABLE.test(String(value))) return { code: 'password.characters' }
    const { min, max, classes } = rulesOf(field)
    return { code: 'R08', params: { min, max, classes: classes.join(' ') } }
  },
  show: () => '••••••••',
}

function hasRules(field: Field): boolean {
  return ['minLength', 'maxLength', 'classes'].some((name) => field.options[name] !== undefined)
}

function rulesOf(field: Field): { min: number; max: number; classes: readonly string[] } {
  return {
    min: numberOption(field, 'minLength') ?? 1,
    max: numberOption(field, 'maxLength') ?? LENGTH_MAX,
    classes: listOption(field, 'classes'),
  }
}
