import { digits } from './digits.ts'
import type { FieldType } from './field-type.ts'

/** A number only its owner knows: typed hidden, compared on the server (`verify`), never kept (D-24). */
export const secretDigits: FieldType = {
  ...digits,
  name: 'secret-digits',
  description: {
    ja: '暗証番号など、人に見せない数字。照合だけに使い、保存しない。',
    en: 'Digits only their owner knows, such as a PIN; only compared, never stored.',
  },
  control: 'password',
  isSecret: true,
  isTransient: true,
  show: () => '••••',
}
