import { holds } from './condition.ts'
import type { Facts, Form, Said } from './form.ts'

/** What keeps a form from being filed now: the words of the first of its `requires` that does not hold. */
export function unmet(form: Pick<Form, 'requires'>, facts: Facts): Said | undefined {
  return form.requires?.find(({ when }) => !holds(when, { answers: {}, facts }))?.say
}
