import { drawnFields, type Evaluation } from '../../src/form/evaluate.ts'
import { messageOf } from '../../src/form/messages.ts'
import { judge } from '../../src/form/closed.ts'
import type { Validators } from '../../src/form/validators.ts'
import { laterTexts } from '../texts/later.ts'
import { wordIssue, type FormView, type WordedIssue } from '../views/state.ts'
import { stepViews } from '../views/steps.ts'

/**
 * The browser's own verdict, in words: what is still on its way, then what the very code and check module of the server
 * say. Where the module cannot be had the server alone judges. A file on its way is not missing.
 */
export async function findIssues(view: FormView): Promise<readonly WordedIssue[]> {
  const { state } = view
  const sending = stillSending(view)
  const loaded = state.validators === '' ? undefined : await loadValidators(state.validators)
  const found = loaded ? wordIssues(view, view.evaluation, loaded) : []
  return [...sending, ...found.filter((one) => !sending.some(({ field }) => field === one.field))]
}

/** Files that are on their way: nothing is sent without them. */
function stillSending({ state, sending }: FormView): readonly WordedIssue[] {
  const underWay = sending.filter((one) => one.failure === undefined || one.canResume)
  const fields = new Set(underWay.map((one) => one.field))
  return [...fields].map((field) => ({
    field,
    text: laterTexts(state.locale).stillSending,
    links: [],
  }))
}

async function loadValidators(url: string): Promise<Validators | undefined> {
  try {
    return (await import(url)) as Validators
  } catch (_unreachable) {
    return undefined
  }
}

function wordIssues(view: FormView, evaluation: Evaluation, validators: Validators) {
  const { form, kept, locale, correction } = view.state
  const screen = stepViews.stepOf?.(view)?.screen
  return judge(form, evaluation, validators, Object.keys(correction?.closed ?? {}))
    .filter(
      ({ field }) =>
        (kept[field] === undefined || evaluation.answers[field] !== undefined) &&
        (!screen || stepViews.isHere?.(view, screen.id, field) !== false) &&
        field !== screen?.agree,
    )
    .map((issue) => {
      const field = drawnFields(evaluation).find((candidate) => candidate.id === issue.field)
      return wordIssue({ ...issue, text: { ja: messageOf(issue, field, locale) } }, 'ja')
    })
}
