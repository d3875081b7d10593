import type { Workflow } from '../../workflow/workflow.ts'
import type { FieldDraft } from '../form/field.ts'
import { draftsOf, type FormDraft } from '../form/form.ts'
import type { Report } from '../problems.ts'
import { child } from '../values.ts'

/**
 * A procedure asks nothing twice (3.3.7): what the form that starts it asked, the forms of its actions need not ask again,
 * unless they begin with that answer (`from`). Secrets are asked anew on purpose.
 */
export function lintProcedure(
  workflow: Workflow,
  starts: readonly FormDraft[],
  formsOf: (action: string) => readonly (FormDraft | undefined)[],
  report: Report,
): void {
  const first = new Map(starts.flatMap(asked).map((draft) => [nameOf(draft), draft]))
  const names = Object.values(workflow.states).flatMap(({ actions }) =>
    Object.values(actions).flatMap(({ form }) => form ?? []),
  )
  for (const form of new Set(names).values())
    for (const draft of formsOf(form).flatMap((one) => (one ? asked(one) : []))) {
      const other = first.get(nameOf(draft))
      if (!other || draft.field.from !== undefined) continue
      report('a11y.asked-before', child(draft.node, 'label')?.at ?? draft.at, {
        name: draft.field.label.ja,
        other: other.field.id,
      })
    }
}

function asked({ variants }: FormDraft): readonly FieldDraft[] {
  const drafts = [...variants.values()].flatMap(draftsOf)
  return [...new Set(drafts)].filter(({ type }) => type.isInput && !type.isSecret)
}

function nameOf({ field }: FieldDraft): string {
  return `${field.type} ${field.label.ja.trim()}`
}
