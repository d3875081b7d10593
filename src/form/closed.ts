import type { Evaluation } from './evaluate.ts'
import type { Field, Form, Issue } from './form.ts'
import { baseId } from './screens.ts'
import { validate } from './validate.ts'
import type { Validators } from './validators.ts'

/**
 * A correction leaves some fields as they were filed: they are shown and cannot be typed into. Nothing is asked or judged
 * about these closed fields, since nobody could do anything about it.
 */

/** As if the closed fields were not on the page; their answers stay, since others are compared with them. */
export function withoutClosed(evaluation: Evaluation, closed: readonly string[] = []): Evaluation {
  if (closed.length === 0) return evaluation
  const isOpen = ({ id }: Field) => !closed.includes(baseId(id))
  const { visible, values } = evaluation
  return {
    ...evaluation,
    visible: visible.filter(isOpen),
    values: values.filter((_, at) => isOpen(visible[at] as Field)),
    missing: evaluation.missing.filter(isOpen),
    lookupFields: evaluation.lookupFields.filter(isOpen),
    pressable: evaluation.pressable.filter(({ field }) => isOpen(field)),
  }
}

/** What is wrong with what may be typed. A lookup says what it has to say at its input. */
export function judge(
  form: Form,
  evaluation: Evaluation,
  validators: Validators,
  closed: readonly string[] = [],
): readonly Issue[] {
  const issues = validate(form, withoutClosed(evaluation, closed), validators)
  return closed.length === 0
    ? issues
    : issues.filter(({ field }) => !closed.includes(baseId(field)))
}
