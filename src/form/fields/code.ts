import { hasCheckDigit } from '../check-digit.ts'
import { evaluateExpression } from '../expression.ts'
import type { Answer, Answers, Facts, Field } from '../form.ts'
import { digits } from './digits.ts'
import type { FieldType, Wrong } from './field-type.ts'
import { expressionOption } from './option.ts'

/**
 * Digits of which the last is reckoned from the others (domain README §7.2). `warn` only advises to look again, since real
 * codes have been given out that break the rule (D-25); `refuse` is for codes that are all made by it.
 */
export const code: FieldType = {
  ...digits,
  name: 'code',
  description: {
    ja: '最後の桁が検証番号の番号。合わないときは、知らせるだけにするか、断るかを選ぶ。',
    en: 'Digits ending in a check digit; a wrong one is pointed out, or refused.',
  },
  options: {
    ...digits.options,
    checkDigit: {
      kind: 'plain',
      required: true,
      schema: {
        type: 'string',
        enum: ['warn', 'refuse'],
        description: '検証番号が合わないとき：warn は知らせるだけ、refuse は受け付けない',
        'x-en': 'A wrong check digit: warn says so, refuse lets nobody pass',
      },
    },
    checkDigitAfter: {
      kind: 'expression',
      schema: {
        type: ['string', 'object'],
        description: '検証番号の計算で、この番号の前に付く桁。例：{ join: [prefecture, kind] }',
        'x-en': 'Digits that stand before it when the check digit is reckoned',
      },
    },
  },
  control: 'code',
  check: (value, field, answers, facts) =>
    field.options.checkDigit === 'refuse' ? wrongEnd(value, field, answers, facts) : undefined,
  advise: (value, field, answers, facts) =>
    field.options.checkDigit === 'warn' ? wrongEnd(value, field, answers, facts) : undefined,
}

/** Nothing is said while a part is still missing. */
function wrongEnd(value: Answer, field: Field, answers: Answers, facts: Facts): Wrong | undefined {
  if (!digits.isComplete?.(value, field)) return undefined
  const before = expressionOption(field, 'checkDigitAfter')
  const head = before === undefined ? '' : evaluateExpression(before, { answers, facts })
  if (typeof head !== 'string') return undefined
  const whole = head + String(value)
  return /^[0-9]+$/.test(whole) && !hasCheckDigit(whole) ? { code: 'code.check-digit' } : undefined
}
