import type { Field } from '../../src/form/form.ts'
import { baseId } from '../../src/form/screens.ts'
import type { FormView } from './state.ts'
import { stepViews } from './steps.ts'

/**
 * Visible on this page, required, empty, and not kept by the server from an earlier round trip: the chips of 必須情報.
 */
export function missingFields(view: FormView): readonly Field[] {
  const screen = stepViews.stepOf?.(view)?.screen
  return view.evaluation.missing.filter(
    ({ id }) =>
      view.state.kept[id] === undefined &&
      view.state.correction?.closed[baseId(id)] === undefined &&
      (!screen || stepViews.isHere?.(view, screen.id, id) !== false) &&
      id !== screen?.agree,
  )
}
