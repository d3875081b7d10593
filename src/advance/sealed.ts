import type { Definitions } from '../definitions/definitions.ts'
import type { Answers, Field, Form } from '../form/form.ts'
import { asText } from '../form/scope.ts'
import type { Keys } from '../keys.ts'
import type { Command } from '../workflow/workflow.ts'

const PURPOSE = 'answer'

/**
 * The command with every answer sealed whose field says `keep: sealed`: what is stored can be opened only with the key
 * outside the database, and only as that answer of that submission (D-72).
 */
export function withSealedAnswers<C extends Command>(
  keys: Pick<Keys, 'seal'>,
  definitions: Definitions,
  filing: { readonly id: string; readonly form: string },
  form: string | undefined,
  command: C,
): C {
  const definition = form === undefined ? undefined : definitions.forms[form]
  if (!definition || !('answers' in command)) return command
  const sealed = sealedIds(definition)
  if (sealed.size === 0) return command
  const place = command.kind === 'act' ? command.action : ''
  const answers: Answers = Object.fromEntries(
    Object.entries(command.answers).map(([id, value]) => [
      id,
      sealed.has(id) ? keys.seal(PURPOSE, asText(value), boundTo(filing.id, place, id)) : value,
    ]),
  )
  return { ...command, answers }
}

/** What was typed into a sealed answer of a submission, or of one of its actions; undefined: none, or it was tampered with. */
export function openSealed(
  keys: Pick<Keys, 'open'>,
  submission: { readonly id: string; readonly answers: Answers },
  fieldId: string,
  action = '',
): string | undefined {
  const within = action === '' ? submission.answers : submission.answers[action]
  const sealed = (within as Answers | undefined)?.[fieldId]
  return typeof sealed === 'string'
    ? keys.open(PURPOSE, sealed, boundTo(submission.id, action, fieldId))
    : undefined
}

export function isSealed(field: Field): boolean {
  return field.keep === 'sealed'
}

function sealedIds(form: Form): ReadonlySet<string> {
  return new Set(
    Object.values(form.fields)
      .filter(isSealed)
      .map(({ id }) => id),
  )
}

function boundTo(submissionId: string, action: string, fieldId: string): string {
  return `${submissionId}\n${action}\n${fieldId}`
}
