import type { Action, MailStep, Step } from '../../workflow/workflow.ts'
import { compileCondition, RESERVED_IDS } from '../refs.ts'
import {
  asMap,
  child,
  compact,
  compileLimit,
  compileText,
  isTrue,
  itemsOf,
  stringOf,
  suggest,
} from '../values.ts'
import { stateAt, type Gathered, type WorkflowScope } from './scope.ts'
import { compileStep } from './steps.ts'
import type { Entry, Node } from '../yaml/yaml.ts'

/** One action of a state; what it has to do with other states is judged by `checkWorkflow`. */
export function compileAction(entry: Entry, enter: readonly Step[], gathered: Gathered): Action {
  const { value: node, key } = entry
  const { scope } = gathered
  if (RESERVED_IDS.has(key)) scope.report('name.reserved', entry.at, { name: key })
  const when = child(node, 'when')
  const again = againAt(child(node, 'again'), enter, scope)
  const own = itemsOf(child(node, 'do')).flatMap((step) => compileStep(step, gathered))
  const to = stateAt(child(node, 'to'), gathered)
  const isNoting = child(node, 'note') !== undefined
  if (
    to === undefined &&
    !child(node, 'again') &&
    own.length === 0 &&
    !isNoting &&
    node.kind === 'map'
  )
    scope.report('action.idle', entry.at, { name: key })
  checkActor(entry, scope)
  const edit = stringOf(child(node, 'edit'))
  return compact({
    label: compileText(child(node, 'label'), 'label', scope),
    by: (stringOf(child(node, 'by')) ?? 'staff') as Action['by'],
    roles: rolesAt(child(node, 'roles')),
    when: when && compileCondition(when, gathered.uses, 'read', scope.report),
    form: actionFormAt(child(node, 'form'), scope),
    limit: compileLimit(child(node, 'limit'), scope.report),
    note: stringOf(child(node, 'note')) as Action['note'],
    mark: stringOf(child(node, 'mark')) as Action['mark'],
    edit: edit === 'marked' ? edit : undefined,
    fourEyes: fourEyesAt(child(node, 'fourEyes')),
    stepUp: isTrue(child(node, 'stepUp')) || undefined,
    to,
    do: [...again, ...own],
  })
}

function rolesAt(node: Node | undefined): string[] | undefined {
  const roles = itemsOf(node).flatMap((role) => stringOf(role) ?? [])
  return roles.length > 0 ? roles : undefined
}

/** `true`, or who may be the second. */
function fourEyesAt(node: Node | undefined): Action['fourEyes'] {
  if (!node || (node.kind === 'scalar' && node.value !== true)) return undefined
  return compact({ roles: rolesAt(child(node, 'roles')) })
}

/** Keys that mean something for the office only, or for the applicant only. */
const KEYS_OF = {
  staff: ['roles', 'note', 'mark', 'fourEyes', 'stepUp'],
  applicant: ['edit'],
} as const

function checkActor({ key: name, value }: Entry, { report }: WorkflowScope): void {
  const by = stringOf(child(value, 'by'))
  const isOffice = by === 'staff'
  const isApplicant = by === 'applicant' || by === 'account'
  for (const key of [
    ...(isOffice ? [] : KEYS_OF.staff),
    ...(isApplicant ? [] : KEYS_OF.applicant),
  ]) {
    const at = asMap(value)?.entries.get(key)?.at
    const needed = key === 'edit' ? 'applicant' : 'staff'
    if (at) report('action.actor', at, { name, key, by: needed })
  }
}

/** `again: <mail>` sends a mail of the state's entry once more, with a new link that replaces the older one. */
function againAt(node: Node | undefined, enter: readonly Step[], scope: WorkflowScope): Step[] {
  const name = stringOf(node)
  if (!node || name === undefined) return []
  const mails = enter.filter((step): step is MailStep => step.kind === 'mail')
  const step = mails.find((mail) => mail.template === name)
  if (step) return [step]
  // Of a mail written wrongly at the step itself, this may well be the right name.
  if (mails.some((mail) => !scope.mails.has(mail.template))) return []
  scope.report('ref.unknown', node.at, {
    kind: 'この状態のメール',
    kindEn: 'mail of this state',
    ...suggest(
      name,
      mails.map((mail) => mail.template),
    ),
  })
  return []
}

function actionFormAt(node: Node | undefined, scope: WorkflowScope): string | undefined {
  const name = stringOf(node)
  if (node && name !== undefined && scope.actionForms(name).includes(undefined))
    scope.report('ref.unknown', node.at, {
      kind: 'フォーム',
      kindEn: 'form',
      ...suggest(name, scope.formNames()),
    })
  return name
}

/** Each link names an action by link of its state, and each such action is in some mail. */
export function checkLinks(
  enter: Node | undefined,
  actions: readonly Entry[],
  { scope }: Gathered,
): void {
  const byLink = actions.filter(({ value }) => stringOf(child(value, 'by')) === 'link')
  const linked = new Set<string>()
  for (const step of itemsOf(enter)) {
    const node = child(child(step, 'link'), 'action')
    const name = stringOf(node)
    if (!node || name === undefined) continue
    linked.add(name)
    if (!actions.some((action) => action.key === name))
      scope.report('ref.unknown', node.at, {
        kind: 'この状態の操作',
        kindEn: 'action of this state',
        ...suggest(
          name,
          actions.map((action) => action.key),
        ),
      })
    else if (!byLink.some((action) => action.key === name))
      scope.report('action.by-link', node.at, { name })
  }
  const areKnown = [...linked].every((name) => actions.some((action) => action.key === name))
  for (const { key, at } of byLink)
    if (areKnown && !linked.has(key)) scope.report('action.no-link', at, { name: key })
}
