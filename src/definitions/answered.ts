import type { Answers, Facts, Field } from '../form/form.ts'
import { answeredFields } from '../form/shown.ts'
import type { Definitions } from './definitions.ts'

type Filed = {
  readonly portal: string
  readonly form: string
  readonly workflow: string
  readonly answers: Answers
}

/**
 * The fields behind the answers of a submission, by the name that mails and documents call them: its form's own, and those of
 * the forms of actions as `<action>.<field>`.
 */
export function fieldsByName(
  { forms, workflows }: Pick<Definitions, 'forms' | 'workflows'>,
  { portal, form, workflow, answers }: Filed,
  facts: Facts,
): { readonly [name: string]: Field } {
  const own = forms[form]
  const actions = Object.values(workflows[workflow]?.states ?? {}).flatMap((state) =>
    Object.entries(state.actions),
  )
  const asked = actions.flatMap(([action, { form: name }]) =>
    Object.values(forms[`${portal}/${name ?? ''}`]?.fields ?? {}).map(
      (field) => [`${action}.${field.id}`, field] as const,
    ),
  )
  return { ...Object.fromEntries(asked), ...(own && answeredFields(own, answers, facts)) }
}
