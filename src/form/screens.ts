import { holds } from './condition.ts'
import type { Evaluation } from './evaluate.ts'
import type { Form, Screen } from './form.ts'

/** In addresses and scenarios, the confirmation page; no screen has this name. */
export const CHECK_STEP = 'check'

/** Where somebody is in a form of several screens. */
export type Step = {
  readonly screen: Screen
  /** From 1, among the screens that are shown for these answers and the confirmation page. */
  readonly number: number
  readonly total: number
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** The screens that these answers lead through, in their order. */
export function shownScreens(form: Form, evaluation: Evaluation): readonly Screen[] {
  return (form.screens ?? []).filter(({ when }) => !when || holds(when, evaluation))
}

/** The step of this screen; of the first one when it is not shown. undefined: the form is one page. */
export function stepAt(
  form: Form,
  evaluation: Evaluation,
  screen: string | undefined,
): Step | undefined {
  const screens = shownScreens(form, evaluation)
  const index = Math.max(
    0,
    screens.findIndex(({ id }) => id === screen),
  )
  const found = screens[index]
  return (
    found && {
      screen: found,
      number: index + 1,
      total: screens.length + (form.confirm?.as === 'page' ? 1 : 0),
      isFirst: index === 0,
      isLast: index === screens.length - 1,
    }
  )
}

/** Ids of all fields of a screen, shown or not, whatever is chosen. */
export function fieldsOnScreen(form: Form, screen: string | undefined): ReadonlySet<string> {
  const sections = Object.values(form.variants).flatMap((variant) => variant.sections)
  const own = sections.filter((section) => section.screen === screen)
  return new Set(own.flatMap(({ fields }) => fields.map((uid) => form.fields[uid]?.id ?? '')))
}

/** The screen a field stands on; parts in rows are with their rows. */
export function screenOf(evaluation: Evaluation, fieldId: string): string | undefined {
  const id = baseId(fieldId)
  const shown = evaluation.sections.find(({ fields }) => fields.some((field) => field.id === id))
  return evaluation.variant.sections.find((section) => section.id === shown?.id)?.screen
}

/** `order` of `order.0.count`. */
export function baseId(fieldId: string): string {
  return fieldId.split('.')[0] ?? ''
}
