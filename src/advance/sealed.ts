import type { Definitions } from '../definitions/definitions.ts'
import type { Answers, Field, Form, Json } from '../form/form.ts'
import { asText } from '../form/scope.ts'
import type { Keys } from '../keys.ts'
import type { Command } from '../workflow/submission.ts'

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
  if (!('answers' in command)) return command
  const sealed = <V extends Json>(
    values: { readonly [id: string]: V },
    of: string,
    place: string,
  ) => {
    const ids = sealedIds(definitions.forms[of])
    const entries = Object.entries(values).map(([id, value]) => [
      id,
      ids.has(id) && value !== null
        ? keys.seal(PURPOSE, asText(value), boundTo(filing.id, place, id))
        : value,
    ])
    return Object.fromEntries(entries) as typeof values
  }
  const place = command.kind === 'act' ? command.action : ''
  // A correction changes answers of the submission itself, and they are bound as when it was filed.
  const changes =
    command.kind === 'act' && command.changes && sealed(command.changes, filing.form, '')
  return {
    ...command,
    ...(form !== undefined && { answers: sealed(command.answers, form, place) }),
    ...(changes && { changes }),
  }
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

function sealedIds(form: Form | undefined): ReadonlySet<string> {
  return new Set(
    Object.values(form?.fields ?? {})
      .filter(isSealed)
      .map(({ id }) => id),
  )
}

function boundTo(submissionId: string, action: string, fieldId: string): string {
  return `${submissionId}\n${action}\n${fieldId}`
}
