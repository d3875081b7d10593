import type { FieldType } from './field-type.ts'

const YES: ReadonlySet<string> = new Set(['true', 'on', '1', 'yes'])

/** The only answer is true; not agreeing is no answer (R10). */
export const consent: FieldType = {
  name: 'consent',
  description: {
    ja: '同意のチェックボックス。文書へのリンクを添える。',
    en: 'A box to tick, with links to the documents agreed to.',
  },
  options: {
    documents: {
      kind: 'links',
      schema: { type: 'array', description: '同意する文書', 'x-en': 'The documents agreed to' },
    },
  },
  control: 'consent',
  isInput: true,
  missingCode: 'consent.missing',
  read: (raw) => (raw.some((typed) => YES.has(typed.trim().toLowerCase())) ? true : undefined),
  schema: () => ({ type: 'boolean', const: true }),
  issue: () => ({ code: 'consent.missing' }),
  show: (_value, _field, locale) => (locale === 'en' ? 'Agreed' : '同意する'),
}
