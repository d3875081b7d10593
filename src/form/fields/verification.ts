import type { FieldType } from './field-type.ts'

/**
 * A button by which the server compares what was typed with what only it knows (E11, D-24). The answer is `true` once
 * confirmed; a changed input takes it back, and the server asks again when the form is sent.
 */
export const verification: FieldType = {
  name: 'verification',
  description: {
    ja: '押すと、入力した内容をサーバーだけが知っている値と照らし合わせるボタン。結果だけを残す。',
    en: 'A button that has the server compare answers with what only it knows; only the result is kept.',
  },
  options: {
    source: {
      kind: 'lookup-source',
      required: true,
      schema: { type: 'string', description: 'プラグイン名.関数名', 'x-en': 'plugin.function' },
    },
    by: {
      kind: 'expressions',
      required: true,
      schema: {
        type: 'object',
        description: '照合の入力。項目の id か、ログインした人のこと（account.facilityId など）',
        'x-en': 'What is compared: ids of fields, or facts such as account.facilityId',
      },
    },
    button: {
      kind: 'text',
      schema: {
        type: ['string', 'object'],
        description: 'ボタンの文（書かなければ見出し）',
        'x-en': 'The text of the button; the label when left out',
      },
    },
    limit: {
      kind: 'limit',
      required: true,
      schema: {
        type: 'string',
        description: '一致しなかった回数の上限と、その間使えなくなる時間。例：5 per 24 hours',
        'x-en': 'Failures until the button is blocked, and for how long: 5 per 24 hours',
      },
    },
    needs: {
      kind: 'message',
      required: true,
      schema: {
        type: ['string', 'object'],
        description: '照合の入力がまだ揃っていないときの文',
        'x-en': 'Said when the inputs are not complete',
      },
    },
    wrong: {
      kind: 'message',
      required: true,
      schema: {
        type: ['string', 'object'],
        description: '一致しないときの文。次にどうすればよいかも書く',
        'x-en': 'Said when they do not match, with what to do next',
      },
    },
    blocked: {
      kind: 'message',
      schema: {
        type: ['string', 'object'],
        description: '使えなくなっている間の文。{hours} は残りの時間',
        'x-en': 'Said while it is blocked; {hours} is how long still',
      },
    },
  },
  control: 'verification',
  isInput: true,
  missingCode: 'verification.missing',
  read: () => undefined,
  asked: ({ status }) => (status === 'found' ? true : undefined),
  schema: () => ({ type: 'boolean', const: true }),
  issue: () => ({ code: 'verification.missing' }),
  show: (_value, _field, locale) => (locale === 'en' ? 'Confirmed' : '確認できました'),
}
