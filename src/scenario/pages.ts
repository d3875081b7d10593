import type { Evaluation } from '../form/evaluate.ts'
import type { Form } from '../form/form.ts'
import { CHECK_STEP, screenOf, stepAt } from '../form/screens.ts'
import { request, type Answer, type FormPage, type Person } from './person.ts'
import type { Stage } from './stage.ts'

/** The way through the pages of a form, pressed as somebody without script presses it. */

/** Where an address inside a form is. */
export function pageAt(location: string, before?: FormPage): FormPage | undefined {
  const url = new URL(location, 'http://form')
  const key = url.searchParams.get('sitting') ?? before?.key
  if (key === undefined) return undefined
  return {
    path: url.pathname,
    key,
    screen: url.searchParams.get('step') ?? undefined,
    isChange: url.searchParams.has('change'),
  }
}

/** The screen somebody sees; undefined on a form of one page. */
export function screenSeen(
  form: Form,
  evaluation: Evaluation,
  { page }: Person,
): string | undefined {
  return page?.screen === CHECK_STEP
    ? CHECK_STEP
    : stepAt(form, evaluation, page?.screen)?.screen.id
}

/**
 * Presses a button of the present page; a question of the screen is answered with OK. Moves the person along when it
 * leads to another page of the form.
 */
export async function pressPage(
  stage: Stage,
  person: Person,
  page: FormPage,
  { button, screen }: { readonly button: string; readonly screen: string | undefined },
): Promise<Answer> {
  const fields = {
    ...person.raw,
    _action: [button],
    _key: [page.key],
    ...(screen !== undefined && { _screen: [screen] }),
    ...(page.isChange && { _change: ['1'] }),
  }
  const answer = await request(stage, person, page.path, { fields })
  if (answer.status === 200 && button === 'check')
    return pressPage(stage, person, page, { button: 'asked', screen })
  const next = answer.status === 303 ? pageAt(answer.location, page) : undefined
  if (next?.path === page.path) person.page = next
  return answer
}

/** Of everything that is wrong, what the page of this screen says. */
export function saidOn<T extends { readonly field: string }>(
  issues: readonly T[],
  evaluation: Evaluation,
  screen: string | undefined,
): readonly T[] {
  return issues.filter(({ field }) => {
    const own = screenOf(evaluation, field)
    return screen === undefined || own === undefined || own === screen
  })
}
