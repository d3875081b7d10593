import { FACILITY_FACTS } from '../../form/facts.ts'
import type { JsonObject } from '../../form/form.ts'
import { answeredFields, shownAnswer } from '../../form/shown.ts'
import { textIn } from '../form/answers.ts'
import type { Visit } from '../route.ts'
import type { Opened } from './opened.ts'
import { isSameAsMaster, masterLabel, masterText } from './master-words.ts'

/** One item of the facility block: what was typed beside what the master has. */
export type Compared = {
  readonly item: string
  readonly typed: string
  readonly master: string
  /** `not-asked`: the form has no such item. */
  readonly result: 'same' | 'different' | 'not-typed' | 'not-asked'
}

/** The items that begin with a fact of the facility (`from: facility.…`), and what else the master has. */
export function comparison(visit: Visit, { form, submission, facts }: Opened): readonly Compared[] {
  const { locale } = visit
  const master = (facts.facility ?? {}) as JsonObject
  const fields = form ? Object.values(answeredFields(form, submission.answers, facts)) : []
  return FACILITY_FACTS.flatMap((fact): Compared[] => {
    const known = master[fact]
    const field = fields.find((one) => one.from === `facility.${fact}`)
    const answer = field && submission.answers[field.id]
    if (known === undefined && answer === undefined) return []
    const isSame =
      answer !== undefined && isSameAsMaster(visit, fact, String(answer), String(known ?? ''))
    return [
      {
        item: field ? textIn(field.label, locale) : masterLabel(visit, fact),
        typed: field && answer !== undefined ? shownAnswer(answer, field, locale) : '',
        master: masterText(visit, fact, String(known ?? '')),
        result: !field
          ? 'not-asked'
          : answer === undefined
            ? 'not-typed'
            : isSame
              ? 'same'
              : 'different',
      },
    ]
  })
}
