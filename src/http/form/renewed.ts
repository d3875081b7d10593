import { editionOf } from '../../definitions/edition.ts'
import { drawnFields, evaluate, typeOf } from '../../form/evaluate.ts'
import { isSecret } from '../../form/fields/index.ts'
import { choicesOf } from '../../form/fields/option.ts'
import type { Facts, Field, Form, Raw } from '../../form/form.ts'
import { FORM, type Homeless } from '../../../web/views/page.ts'
import { own } from '../guard.ts'
import { answersOf } from './inputs.ts'
import type { Visit } from '../route.ts'

/**
 * A page that was opened before a reload and posted after it: nobody has agreed to words they have not seen, so the form is
 * shown again, with what was typed, instead of being judged.
 */

/** The edition named by these fields when it is not this form's. A login asks for nothing that could be lost. */
export function olderEdition(form: Form, fields: Raw): string | undefined {
  const named = own(fields, FORM)?.[0]
  return form.builtin !== undefined || named === editionOf(form) ? undefined : named
}

/** What was typed into the page as it was and has no place on it any more, in the order of that page. */
export function homelessAnswers(
  visit: Visit,
  { form, facts, fields, edition }: Given,
): readonly Homeless[] {
  const present = drawnFields(evaluate(form, { raw: answersOf(form, fields), facts, lookups: {} }))
  const takes = new Map(present.map((field) => [field.id, field]))
  const earlier = visit.deps.earlierForm(edition)
  const files = visit.files
    .filter(({ field }) => takes.get(field)?.type !== 'attachment')
    .map(({ field, name }) => ({ label: labelIn(earlier, field, visit), value: name }))
  if (!earlier) {
    // The program was started anew: what is no answer of the form is named as the page named it.
    const answers = answersOf(form, fields)
    const unknown = Object.entries(fields)
      .filter(([name, values]) => !name.startsWith('_') && isTyped(values) && !own(answers, name))
      .map(([name]) => ({ label: name }))
    return [...unknown, ...files]
  }
  const raw = answersOf(earlier, fields)
  const before = drawnFields(evaluate(earlier, { raw, facts, lookups: {} }))
  const texts = before.flatMap((field) => {
    const values = own(raw, field.id) ?? []
    const isListed = typeOf(field).isInput && !typeOf(field).rows && isTyped(values)
    const hasPlace = fits(takes.get(field.id), values)
    return !isListed || hasPlace || isSecret(earlier, field) ? [] : [wordsOf(field, values, visit)]
  })
  return [...texts, ...files]
}

function labelIn(form: Form | undefined, id: string, { locale }: Visit): string {
  const field = Object.values(form?.fields ?? {}).find((one) => one.id === id)
  return field ? (field.label[locale] ?? field.label.ja) : id
}

type Given = {
  readonly form: Form
  readonly facts: Facts
  /** As posted. */
  readonly fields: Raw
  readonly edition: string
}

/** Whether this input can show the text: a list shows only what it offers. */
function fits(field: Field | undefined, values: readonly string[]): boolean {
  if (!field || !typeOf(field).isInput) return false
  const offered = choicesOf(field).map(({ value }) => value)
  return offered.length === 0 || values.every((value) => value === '' || offered.includes(value))
}

function wordsOf(field: Field, values: readonly string[], { locale }: Visit): Homeless {
  const type = typeOf(field)
  const value = type.read(values, field)
  const typed = values.filter((one) => one !== '').join(' ')
  return {
    label: field.label[locale] ?? field.label.ja,
    value: (value === undefined ? '' : type.show(value, field, locale)) || typed,
  }
}

function isTyped(values: readonly string[]): boolean {
  return values.some((value) => value.trim() !== '')
}
