import type { Answer, Facts, Form, Locale } from '../../form/form.ts'
import { answeredFields, answeredVariant, shownAnswer } from '../../form/shown.ts'
import { roundsOf } from '../../workflow/rounds.ts'
import type { Event, Submission } from '../../workflow/submission.ts'
import type { DeskFact, DeskPart } from '../../../web/views/desk.ts'
import { textIn } from '../form/answers.ts'
import { own } from '../guard.ts'

/** A submission as pages show it, to whoever filed it and to the office alike. */
export type Answered = {
  readonly form: Form | undefined
  readonly submission: Submission
  readonly facts: Facts
}

/** What was answered, section by section; secrets masked as their types do. */
export function answerGroups(
  { form, submission, facts }: Answered,
  locale: Locale,
): DeskPart['groups'] {
  if (!form) return []
  const { answers } = submission
  return (answeredVariant(form, answers, facts)?.sections ?? []).flatMap((section) => {
    const lines = section.fields.flatMap((uid): DeskFact[] => {
      const field = form.fields[uid]
      const value = field && answers[field.id]
      if (!field || value === undefined) return []
      return [{ label: textIn(field.label, locale), value: shownAnswer(value, field, locale) }]
    })
    if (lines.length === 0) return []
    const title = section.title && textIn(section.title, locale)
    return [{ kind: 'facts' as const, facts: lines, ...(title !== undefined && { title }) }]
  })
}

/** What corrections have changed: round, item, before, after. */
export function changedAnswers(
  { form, submission, facts }: Answered,
  events: readonly Event[],
  locale: Locale,
): string[][] {
  const fields = form ? answeredFields(form, submission.answers, facts) : {}
  const shown = (value: Answer | undefined, id: string) => {
    const field = own(fields, id) ?? Object.values(form?.fields ?? {}).find((one) => one.id === id)
    return value === undefined || !field ? '' : shownAnswer(value, field, locale)
  }
  return roundsOf(events).flatMap(({ number, changes }) =>
    changes.map(({ field, before, after }) => [
      String(number),
      labelOf(form, field, locale),
      shown(before ?? undefined, field),
      shown(after ?? undefined, field),
    ]),
  )
}

export function labelOf(form: Form | undefined, id: string, locale: Locale): string {
  const field = Object.values(form?.fields ?? {}).find((one) => one.id === id)
  return field ? textIn(field.label, locale) : id
}
