import { weakPasswords } from '../../accounts/weak-password.ts'
import { judge, withoutClosed } from '../../form/closed.ts'
import { typeOf, type Evaluation } from '../../form/evaluate.ts'
import type { Form, Issue } from '../../form/form.ts'
import { baseId, CHECK_STEP, screenOf, shownScreens } from '../../form/screens.ts'
import { unasked } from '../../ask.ts'
import type { Validators } from '../../form/validators.ts'
import type { FormState } from '../../../web/views/page.ts'
import type { Input } from './inputs.ts'

/** Where to go inside a form: a screen or the confirmation; to the one page of the form when `step` is left out. */
export type Target = {
  readonly step?: string
  /** The field to change there, before coming back to the confirmation; '' for the whole screen. */
  readonly change?: string
}

/** The button that was pressed. */
export type Press =
  | { readonly kind: 'check'; readonly isAsked: boolean }
  | { readonly kind: 'submit' | 'refresh' | 'edit' | 'back' | 'reset' | 'save' }
  | { readonly kind: 'change'; readonly field: string }
  /** A button that asks, or the so manieth thing it found. */
  | { readonly kind: 'press'; readonly field: string; readonly index?: number }

/** What the name of a button means in this form; undefined: it has none of that name. */
export function pressed(form: Form, button: string): Press | undefined {
  switch (button) {
    case 'check':
      return { kind: 'check', isAsked: false }
    case 'submit':
    case 'refresh':
    case 'edit':
      return { kind: button }
    case 'asked':
      return form.screens && { kind: 'check', isAsked: true }
    case 'back':
      return form.screens && { kind: 'back' }
    case 'save':
      return form.drafts && { kind: 'save' }
    case 'reset':
      return form.reset ? { kind: 'reset' } : undefined
  }
  const [, asking = '', index] = /^press:([A-Za-z0-9]+)(?:\.([0-9]{1,3}))?$/.exec(button) ?? []
  if (Object.values(form.fields).some((one) => one.id === asking && typeOf(one).asked))
    return { kind: 'press', field: asking, ...(index !== undefined && { index: Number(index) }) }
  const field = button.startsWith('change:') ? button.slice('change:'.length) : ''
  const isField = Object.values(form.fields).some(({ id }) => id === baseId(field))
  return isField ? { kind: 'change', field } : undefined
}

/** Where the button leads from this screen; undefined: it stays, or there is no screen left. */
export function stepAfter(
  form: Form,
  evaluation: Evaluation,
  press: Press,
  at: string | undefined,
): Target | undefined {
  const screens = shownScreens(form, evaluation).map(({ id }) => id)
  const index = screens.indexOf(at ?? '')
  switch (press.kind) {
    case 'check':
      return index < 0 || index === screens.length - 1 ? undefined : { step: screens[index + 1] }
    case 'back':
      return { step: screens[Math.max(0, index - 1)] }
    case 'edit':
      return { step: index < 0 ? screens.at(-1) : at }
    case 'change':
      return { step: screenOf(evaluation, press.field), change: press.field }
    default:
      return undefined
  }
}

/** A button that says 同意して次へ gives the consent of its screen. */
export function agreed(form: Form, at: string | undefined, press: Press | undefined, input: Input) {
  const consent = form.screens?.find(({ id }) => id === at)?.agree
  return consent !== undefined && press?.kind === 'check'
    ? { ...input, raw: { ...input.raw, [consent]: ['true'] } }
    : input
}

/**
 * What is wrong as far as it can be told before everything is there; no code is compared, no try counted. A comparison that
 * could be asked for is left to whoever asks.
 */
export function judged(
  form: Form,
  evaluation: Evaluation,
  { validators, closed }: Judging,
): readonly Issue[] {
  const open = withoutClosed(evaluation, closed)
  const wrong = judge(form, evaluation, validators, closed).filter(
    (issue) => !unasked(open).some((one) => one.field.id === issue.field),
  )
  return wrong.length > 0 ? wrong : weakPasswords(form, open)
}

/** By what answers are judged; about closed fields of a correction nothing is said. */
export type Judging = {
  readonly validators: Validators
  readonly closed?: readonly string[] | undefined
}

/** Those that stand on this screen, or nowhere. */
export function issuesOn(
  evaluation: Evaluation,
  issues: readonly Issue[],
  screen: string | undefined,
): readonly Issue[] {
  return issues.filter(({ field }) => {
    const own = screenOf(evaluation, field)
    return own === undefined || own === screen
  })
}

/** The screen on which the first issue stands; the present or last one when none has a place of its own. */
export function screenWith(
  form: Form,
  evaluation: Evaluation,
  issues: readonly Issue[],
  at: string | undefined,
): string | undefined {
  for (const { field } of issues) {
    const screen = screenOf(evaluation, field)
    if (screen !== undefined) return screen
  }
  return at === undefined || at === CHECK_STEP ? shownScreens(form, evaluation).at(-1)?.id : at
}

/** The page of an address: nothing is skipped, and only right answers can be confirmed. */
export function openStep(
  form: Form,
  evaluation: Evaluation,
  { validators, closed }: Judging,
  wanted: string | undefined,
): Pick<FormState, 'mode' | 'screen'> {
  const screens = shownScreens(form, evaluation).map(({ id }) => id)
  // A comparison that is still to be made, or was taken back by a change, is made on its own screen.
  const wrong = judge(form, evaluation, validators, closed)
  const issues = wrong.length > 0 ? wrong : weakPasswords(form, withoutClosed(evaluation, closed))
  if (wanted === CHECK_STEP && form.confirm?.as === 'page' && issues.length === 0)
    return { mode: 'confirm', screen: CHECK_STEP }
  const isOpen = (screen: string) => issuesOn(evaluation, issues, screen).length > 0
  const first = screens.findIndex(isOpen)
  const asked = wanted === CHECK_STEP ? screens.length - 1 : screens.indexOf(wanted ?? '')
  const index = first < 0 ? asked : Math.min(asked, first)
  return { mode: 'edit', screen: screens[Math.max(0, index)] }
}
