import { typeOf, type Evaluation } from '../form/evaluate.ts'
import type { Answer, Field, Form, Issue, Json, Text } from '../form/form.ts'
import { holdsContextWord, isCommonPassword } from './common-password.ts'

/**
 * New passwords that are easy to guess: made of common parts, or holding what others know about the person (S02). At most
 * one issue a field. Only for forms that set a password: at a login an old one must go on working.
 */
export function weakPasswords(form: Form, evaluation: Evaluation): readonly Issue[] {
  if (form.builtin === 'login') return []
  const words = wordsOf(evaluation)
  return evaluation.visible.flatMap((field) => {
    const password = evaluation.answers[field.id]
    if (!isNewPassword(field) || typeof password !== 'string') return []
    if (isCommonPassword(password))
      return [{ field: field.id, code: 'password.common', text: COMMON }]
    return holdsContextWord(password, words)
      ? [{ field: field.id, code: 'password.context', text: CONTEXT }]
      : []
  })
}

/** Whether the field sets a password, rather than asking for the present one or repeating it. */
export function isNewPassword(field: Field): boolean {
  const type = typeOf(field)
  return type.isSecret === true && type.isTransient !== true
}

/** What was typed beside the password, what a lookup shows of it, and the login. */
function wordsOf({ visible, answers, facts }: Evaluation): readonly string[] {
  const known = visible.flatMap((field) => {
    const { control, isInput, isSecret, isTransient } = typeOf(field)
    const isTyped = isInput && control === 'input' && !isSecret && !isTransient
    return isTyped || field.type === 'lookup' ? textsIn(answers[field.id]) : []
  })
  const { account } = facts
  return [...known, ...textsIn(objectOf(account)?.login)].flatMap((text) => [
    text,
    ...(text.includes('@') ? [text.slice(0, text.lastIndexOf('@'))] : []),
  ])
}

function textsIn(value: Answer | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return Object.values(objectOf(value) ?? {}).filter((part) => typeof part === 'string')
}

function objectOf(value: Json | undefined): { readonly [key: string]: Json } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : undefined
}

const COMMON: Text = {
  ja: '「{label}」は、よく使われる言葉や並びでできているため、推測されるおそれがあります。別のものを入力してください。',
  en: '“{label}” is made of common words or patterns and easy to guess. Enter another one.',
}
const CONTEXT: Text = {
  ja: '「{label}」に、メールアドレスや番号など、ほかの入力と同じ並びが含まれています。含まないものを入力してください。',
  en: '“{label}” repeats another entry, such as the e-mail address or a number. Enter one that does not.',
}
