import type { FieldType } from './field-type.ts'

/** The account's present password; compared on the server after everything else is right, then dropped. */
export const currentPassword: FieldType = {
  name: 'current-password',
  description: {
    ja: 'ログイン中のアカウントの現在のパスワード。照合だけに使う。',
    en: 'The present password of the account; only compared.',
  },
  options: {},
  control: 'password',
  isInput: true,
  isSecret: true,
  isTransient: true,
  read: (raw) => raw[0] || undefined,
  schema: () => ({ type: 'string' }),
  issue: () => ({ code: 'current-password.wrong' }),
  show: () => '••••••••',
}
