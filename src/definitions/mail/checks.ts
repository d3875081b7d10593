import type { Expression } from '../../form/form.ts'
import type { MailDraft } from './mail.ts'
import { MAIL_PLACEHOLDERS } from './body.ts'
import { canBeEmpty } from '../proofs/empty.ts'
import { findRef, refsIn, type Known } from '../refs.ts'
import { child, compileText, suggest } from '../values.ts'
import type { SentMail, WorkflowScope } from '../workflow/scope.ts'
import { missedIn } from '../workflow/ways.ts'

type Names = ReadonlyMap<string, Known>

/** One complete variant of a form that starts the workflow: what is known when its mails are sent. */
export type Situation = { readonly form: string; readonly names: Names }

/** Every placeholder must be filled by this step, in every form that starts the workflow. `missed`: as `missedBefore` says. */
export function checkMail(
  { step, at }: SentMail,
  situations: readonly Situation[],
  missed: ReadonlySet<string>,
  scope: WorkflowScope,
): void {
  const draft = scope.mails.get(step.template)
  if (!draft) return
  // A mail speaks every language of the portals whose workflows send it.
  for (const key of ['subject', 'text', 'body'] as const)
    compileText(child(draft.parsed.root, key), key, scope)
  const hasLink = draft.placeholders.some(({ name }) => name === 'link')
  if (step.link && !hasLink) scope.report('mail.no-link', at, { name: step.template })
  if (!step.link && hasLink) scope.report('mail.link-not-given', at, { name: step.template })
  const used = new Set(draft.placeholders.map(({ name }) => name))
  for (const name of Object.keys(step.with))
    if (!used.has(name)) scope.report('mail.with-unused', at, { name, mail: step.template })
  const given = new Set([...MAIL_PLACEHOLDERS, ...Object.keys(step.with)])
  for (const placeholder of draft.placeholders) {
    const { name, otherwise } = placeholder
    if (name in step.with) checkFilled(placeholder, step.with[name], situations, missed, scope)
    if (given.has(name)) continue
    // With words for the empty case it need not be there in every form, but in some.
    const showable = situations.filter(({ names }) => isShowable(name, names))
    const isFilled = showable.length === situations.length
    if (isFilled) checkFilled(placeholder, name, situations, missed, scope)
    else if (otherwise === undefined || showable.length === 0) {
      const offered = situations.flatMap(({ names }) =>
        refsIn(names).filter((ref) => isShowable(ref, names)),
      )
      scope.report(
        'mail.placeholder',
        placeholder.at,
        suggest(placeholder.name, [...given, ...offered]),
      )
    }
  }
}

/** What can be empty says what it prints then. */
function checkFilled(
  { name, at, otherwise }: MailDraft['placeholders'][number],
  value: Expression | undefined,
  situations: readonly Situation[],
  missed: ReadonlySet<string>,
  { forms, isSound, report }: WorkflowScope,
): void {
  if (otherwise !== undefined || typeof value !== 'string') return
  // Proofs mean something only of forms without mistakes.
  if (!forms.every(({ parsed }) => isSound(parsed.root.at))) return
  const giver = missedIn(value, missed)
  if (giver !== undefined) return report('placeholder.missed', at, { name, giver })
  const gap = situations.find(({ names }) => canBeEmpty(value, names))
  if (gap) report('mail.empty', at, { name, form: gap.form })
}

function isShowable(ref: string, names: Names): boolean {
  const found = findRef(ref, names)
  if (!found || !('known' in found)) return false
  const { known } = found
  return !known.isSecret && !known.isPrivate && !known.isTransient && known.schema.type !== 'object'
}
