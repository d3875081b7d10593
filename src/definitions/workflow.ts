import type { Condition, Text } from '../form/form.ts'
import type {
  AccountStep,
  Action,
  LinkStep,
  MailStep,
  State,
  Step,
  Workflow,
} from '../workflow/workflow.ts'
import type { Parsed } from './files.ts'
import type { FormDraft } from './form.ts'
import type { Place } from './frame.ts'
import type { MailDraft } from './mail.ts'
import { compileExpression, type ReferenceData } from './expressions.ts'
import { compileCondition, RESERVED_IDS, type RefUse } from './refs.ts'
import {
  asMap,
  child,
  compact,
  compileDuration,
  compileLimit,
  compileSaid,
  compileText,
  entriesOf,
  itemsOf,
  stringOf,
  suggest,
  type TextScope,
} from './values.ts'
import type { Entry, Node } from './yaml.ts'

/** What surrounds a workflow: the forms that start it, in whichever portals, and what it may name. */
export type WorkflowScope = TextScope & {
  readonly reference: ReferenceData
  /** Whether a file has no problem so far. */
  readonly isSound: (place: Place) => boolean
  /** Forms with `workflow: <name>`. */
  readonly forms: readonly FormDraft[]
  /** One text scope for each portal whose forms start the workflow. */
  readonly portals: readonly TextScope[]
  readonly mails: ReadonlyMap<string, MailDraft>
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

export type WorkflowDraft = {
  readonly workflow: Workflow
  readonly parsed: Parsed
  readonly uses: readonly WorkflowUse[]
  readonly mails: readonly SentMail[]
}

type Gathered = {
  readonly scope: WorkflowScope
  readonly uses: WorkflowUse[]
  readonly mails: SentMail[]
  readonly states: readonly string[]
}

/** Compiles one workflow; its refs and mails are judged by `checkWorkflow`. */
export function compileWorkflow(parsed: Parsed, scope: WorkflowScope): WorkflowDraft {
  const { root } = parsed
  const states = entriesOf(child(root, 'states'))
  const gathered: Gathered = {
    scope,
    uses: [],
    mails: [],
    states: states.map((state) => state.key),
  }
  const workflow = {
    id: parsed.name,
    title: compileText(child(root, 'title'), 'title', scope),
    login: refAt(child(root, 'login'), gathered, { isAlways: true }),
    start: compileStart(child(root, 'start'), gathered),
    states: Object.fromEntries(states.map((entry) => [entry.key, compileState(entry, gathered)])),
  } satisfies Workflow
  return { workflow: compact(workflow), parsed, uses: gathered.uses, mails: gathered.mails }
}

function compileStart(node: Node | undefined, gathered: Gathered): Workflow['start'] {
  const items = itemsOf(node)
  const open = items.findIndex((item) => !child(item, 'when'))
  const last = items.at(-1)
  if (last && open < 0) gathered.scope.report('workflow.start-open', last.at)
  const hidden = open >= 0 ? items[open + 1] : undefined
  if (hidden) gathered.scope.report('workflow.start-shadowed', hidden.at)
  const before: Condition[] = []
  return items.map((item) => {
    const node = child(item, 'when')
    const { uses, scope } = gathered
    const role = { role: 'choose', before: [...before] } as const
    const when = node && compileCondition(node, uses, 'read', scope.report, role)
    if (when) before.push(when)
    return compact({
      when,
      to: stateAt(child(item, 'to'), gathered) ?? '',
    })
  })
}

function stateAt(node: Node | undefined, gathered: Gathered): string | undefined {
  const name = stringOf(node)
  if (node && name !== undefined && !gathered.states.includes(name))
    gathered.scope.report('ref.unknown', node.at, {
      kind: '状態',
      kindEn: 'state',
      ...suggest(name, gathered.states),
    })
  return name
}

function refAt(
  node: Node | undefined,
  gathered: Gathered,
  demands: Pick<WorkflowUse, 'isAlways' | 'takesPrivate' | 'isLookup'> = {},
): string | undefined {
  const ref = stringOf(node)
  if (node && ref !== undefined) gathered.uses.push({ ref, at: node.at, how: 'read', ...demands })
  return ref
}

function compileState(entry: Entry, gathered: Gathered): State {
  const { value: node, key } = entry
  const { scope } = gathered
  if (RESERVED_IDS.has(key)) scope.report('name.reserved', entry.at, { name: key })
  const end = stringOf(child(node, 'end'))
  if (end !== undefined)
    for (const name of ['actions', 'after'])
      if (child(node, name))
        scope.report('state.end-continues', asMap(node)?.entries.get(name)?.at ?? node.at, {
          name: key,
          key: name,
        })
  const enter = itemsOf(child(node, 'enter')).flatMap((step) => compileStep(step, gathered))
  const actions = entriesOf(child(node, 'actions'))
  checkLinks(child(node, 'enter'), actions, gathered)
  return compact({
    label: compileText(child(node, 'label'), 'label', scope),
    replaces: replacesOf(child(node, 'replaces'), gathered),
    enter,
    actions: Object.fromEntries(
      actions.map((action) => [action.key, compileAction(action, enter, gathered)]),
    ),
    after: entriesOf(child(node, 'after')).flatMap((after) => {
      const ms = compileDuration(after.key, after.at, scope.report)
      return ms === undefined ? [] : [{ ms, to: stateAt(after.value, gathered) ?? '' }]
    }),
    page: pageAt(child(node, 'page'), scope),
    end: end as State['end'],
  })
}

function replacesOf(node: Node | undefined, gathered: Gathered): string[] | undefined {
  return node && itemsOf(node).map((item) => refAt(item, gathered, { isAlways: true }) ?? '')
}

function pageAt(node: Node | undefined, scope: WorkflowScope): string | undefined {
  const page = stringOf(node)
  if (node && page !== undefined)
    for (const { portal } of scope.portals)
      if (!scope.hasPage(portal, page))
        scope.report('ref.unknown', node.at, {
          kind: `ページ（forms/${portal}/pages）`,
          kindEn: `page (forms/${portal}/pages)`,
          ...suggest(page, scope.pageNames(portal)),
        })
  return page
}

function compileAction(entry: Entry, enter: readonly Step[], gathered: Gathered): Action {
  const { value: node, key } = entry
  const { scope } = gathered
  if (RESERVED_IDS.has(key)) scope.report('name.reserved', entry.at, { name: key })
  const when = child(node, 'when')
  const again = againAt(child(node, 'again'), enter, scope)
  const own = itemsOf(child(node, 'do')).flatMap((step) => compileStep(step, gathered))
  const to = stateAt(child(node, 'to'), gathered)
  if (to === undefined && !child(node, 'again') && own.length === 0 && node.kind === 'map')
    scope.report('action.idle', entry.at, { name: key })
  const roles = itemsOf(child(node, 'roles')).flatMap((role) => stringOf(role) ?? [])
  return compact({
    label: compileText(child(node, 'label'), 'label', scope),
    by: (stringOf(child(node, 'by')) ?? 'staff') as Action['by'],
    roles: roles.length > 0 ? roles : undefined,
    when: when && compileCondition(when, gathered.uses, 'read', scope.report),
    form: actionFormAt(child(node, 'form'), scope),
    limit: compileLimit(child(node, 'limit'), scope.report),
    to,
    do: [...again, ...own],
  })
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

function compileStep(node: Node, gathered: Gathered): Step[] {
  if (child(node, 'mail')) return [compileMailStep(node, gathered)]
  if (child(node, 'account')) return [compileAccountStep(node, gathered)]
  if (child(node, 'sessions')) {
    checkOf(node, gathered)
    return [
      compact({ kind: 'sessions', of: refAt(child(node, 'of'), gathered, { isAlways: true }) }),
    ]
  }
  return []
}

function compileMailStep(node: Node, gathered: Gathered): MailStep {
  const { scope } = gathered
  const mail = child(node, 'mail')
  const template = stringOf(mail) ?? ''
  if (mail && !scope.mails.has(template))
    scope.report('ref.unknown', mail.at, {
      kind: 'メール',
      kindEn: 'mail',
      ...suggest(template, scope.mails.keys()),
    })
  const step = compact({
    kind: 'mail' as const,
    template,
    to: refAt(child(node, 'to'), gathered, { isAlways: true }) ?? '',
    link: compileLinkStep(child(node, 'link'), gathered),
    with: Object.fromEntries(
      entriesOf(child(node, 'with')).map(({ key, value }) => [
        key,
        compileExpression(value, gathered.uses, 'read', scope),
      ]),
    ),
  })
  gathered.mails.push({ step, at: mail?.at ?? node.at })
  return step
}

function compileLinkStep(node: Node | undefined, gathered: Gathered): LinkStep | undefined {
  const action = stringOf(child(node, 'action'))
  if (!node || action === undefined) return undefined
  const expires = child(node, 'expires')
  const text = stringOf(expires)
  const expiresMs =
    expires && text !== undefined ? compileDuration(text, expires.at, gathered.scope.report) : 0
  return compact({
    action,
    expiresMs: expiresMs ?? 0,
    then: stateAt(child(node, 'then'), gathered),
  })
}

function compileAccountStep(node: Node, gathered: Gathered): AccountStep {
  const { scope, uses } = gathered
  const account = child(node, 'account')
  const isCreate = stringOf(account) === 'create'
  if (isCreate)
    for (const key of ['login', 'password', 'conflict'])
      if (!child(node, key)) scope.report('account.needs', node.at, { key, name: key })
  if (!isCreate) checkOf(node, gathered)
  const set: [string, ReturnType<typeof compileExpression>][] = []
  const login = child(node, 'login')
  const password = child(node, 'password')
  if (login) set.push(['login', compileExpression(login, uses, 'read', scope)])
  if (password) {
    const own: RefUse[] = []
    set.push(['password', compileExpression(password, own, 'read', scope)])
    uses.push(...own.map((use) => ({ ...use, takesPrivate: true })))
  }
  for (const item of itemsOf(child(node, 'keep'))) {
    const ref = refAt(item, gathered)
    if (ref !== undefined) set.push([ref.split('.').at(-1) ?? ref, ref])
  }
  for (const { key, value } of entriesOf(child(node, 'set')))
    set.push([key, compileExpression(value, uses, 'read', scope)])
  return compact({
    kind: 'account' as const,
    do: isCreate ? ('create' as const) : ('update' as const),
    set: Object.fromEntries(set),
    facility: refAt(child(node, 'facility'), gathered, { isAlways: true, isLookup: true }),
    of: refAt(child(node, 'of'), gathered, { isAlways: true }),
    conflict: conflictAt(child(node, 'conflict'), scope),
  })
}

/** Without `of` a step is about the account that filed, so a visitor's form must say whom it means. */
function checkOf(node: Node, { scope }: Gathered): void {
  const hasVisitor = scope.forms.some(({ form }) => form.access === 'visitor')
  if (hasVisitor && !child(node, 'of'))
    scope.report('key.missing', node.at, { key: 'of', name: 'of' })
}

/** The same name is looked up in each portal that uses the workflow; one workflow says one thing. */
function conflictAt(node: Node | undefined, scope: WorkflowScope): Text | undefined {
  if (!node) return undefined
  const texts = scope.portals.map((portal) => compileSaid(node, 'conflict', portal).text)
  const found = texts.filter((text) => text.ja !== '')
  if (found.some((text) => text.ja !== found[0]?.ja || text.en !== found[0]?.en))
    scope.report('message.differs', node.at, { name: stringOf(node) ?? '' })
  return texts[0]
}

/** Each link names an action by link of its state, and each such action is in some mail. */
function checkLinks(enter: Node | undefined, actions: readonly Entry[], { scope }: Gathered): void {
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
