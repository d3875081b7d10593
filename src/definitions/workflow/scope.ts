import type { JsonSchema } from '../../form/form.ts'
import type { DocumentStep, MailStep } from '../../workflow/workflow.ts'
import type { DocumentDraft } from '../document/document.ts'
import type { ReferenceData } from '../expressions.ts'
import type { Kinds } from '../files.ts'
import type { FormDraft } from '../form/form.ts'
import type { Place } from '../frame.ts'
import type { MailDraft } from '../mail/mail.ts'
import type { RefUse } from '../refs.ts'
import { stringOf, suggest, type TextScope } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** What surrounds a workflow: the forms that start it, in whichever portals, and what it may name. */
export type WorkflowScope = TextScope & {
  readonly reference: ReferenceData
  readonly effects: Kinds['effects']
  /** Whether a file has no problem so far. */
  readonly isSound: (place: Place) => boolean
  /** Forms with `workflow: <name>`. */
  readonly forms: readonly FormDraft[]
  /** One text scope for each portal whose forms start the workflow. */
  readonly portals: readonly TextScope[]
  readonly mails: ReadonlyMap<string, MailDraft>
  readonly documents: ReadonlyMap<string, DocumentDraft>
  /** The form `<portal>/<name>` of each portal above. */
  readonly actionForms: (name: string) => readonly (FormDraft | undefined)[]
  readonly formNames: () => readonly string[]
  readonly hasPage: (portal: string, page: string) => boolean
  readonly pageNames: (portal: string) => readonly string[]
}

/** A ref of a workflow and what it must be able to give. */
export type WorkflowUse = RefUse & {
  /** In every variant of every form: the address of a mail, a login. */
  readonly isAlways?: boolean
  /** A password may come here: it is stored as a hash. */
  readonly takesPrivate?: boolean
  readonly isLookup?: boolean
}

export type SentMail = {
  readonly step: MailStep
  readonly at: Place
}

/** What is found on the way through a workflow. */
export type Gathered = {
  readonly scope: WorkflowScope
  readonly uses: WorkflowUse[]
  readonly mails: SentMail[]
  readonly documents: DocumentStep[]
  /** The kinds of accounts it issues, each with the names of its ids. */
  readonly issues: Map<string, readonly string[]>
  readonly states: readonly string[]
  /** What each step of a work gives, by its id. */
  readonly results: Map<string, JsonSchema>
  /** Where days of a calendar are counted. */
  readonly businessDays: Place[]
}

export function stateAt(node: Node | undefined, gathered: Gathered): string | undefined {
  const name = stringOf(node)
  if (node && name !== undefined && !gathered.states.includes(name))
    gathered.scope.report('ref.unknown', node.at, {
      kind: '状態',
      kindEn: 'state',
      ...suggest(name, gathered.states),
    })
  return name
}

export function refAt(
  node: Node | undefined,
  gathered: Gathered,
  demands: Pick<WorkflowUse, 'isAlways' | 'takesPrivate' | 'isLookup'> = {},
): string | undefined {
  const ref = stringOf(node)
  if (node && ref !== undefined) gathered.uses.push({ ref, at: node.at, how: 'read', ...demands })
  return ref
}
