import type { Condition, JsonSchema } from '../../form/form.ts'
import type { Choose, DocumentStep, Mapping, State, Workflow } from '../../workflow/workflow.ts'
import type { Parsed } from '../files.ts'
import { compileCalendar } from '../expressions.ts'
import { compileCondition, RESERVED_IDS } from '../refs.ts'
import {
  asMap,
  child,
  compact,
  compileText,
  entriesOf,
  itemsOf,
  stringOf,
  suggest,
} from '../values.ts'
import {
  refAt,
  stateAt,
  type Gathered,
  type SentMail,
  type WorkflowScope,
  type WorkflowUse,
} from './scope.ts'
import { checkLinks, compileAction } from './actions.ts'
import { compileStep } from './steps.ts'
import { compileTimers, TIMER_KEYS } from './timers.ts'
import { compileWork } from './work.ts'
import type { Entry, Node } from '../yaml/yaml.ts'

export type WorkflowDraft = {
  readonly workflow: Workflow
  readonly parsed: Parsed
  readonly uses: readonly WorkflowUse[]
  readonly mails: readonly SentMail[]
  readonly documents: readonly DocumentStep[]
  readonly issues: ReadonlyMap<string, readonly string[]>
  /** What each step of a work gives, by its id. */
  readonly results: ReadonlyMap<string, JsonSchema>
}

/** Compiles one workflow; its refs and mails are judged by `checkWorkflow`. */
export function compileWorkflow(parsed: Parsed, scope: WorkflowScope): WorkflowDraft {
  const { root } = parsed
  const states = entriesOf(child(root, 'states'))
  const gathered: Gathered = {
    scope,
    uses: [],
    mails: [],
    documents: [],
    issues: new Map(),
    states: states.map((state) => state.key),
    results: new Map(),
    businessDays: [],
  }
  const calendar = child(root, 'calendar')
  const workflow = {
    id: parsed.name,
    title: compileText(child(root, 'title'), 'title', scope),
    login: refAt(child(root, 'login'), gathered, { isAlways: true }),
    calendar: calendar && compileCalendar(calendar, scope),
    start: compileChoice(child(root, 'start'), 'start', gathered),
    states: Object.fromEntries(states.map((entry) => [entry.key, compileState(entry, gathered)])),
    migrate: compileMapping(child(root, 'migrate'), gathered),
  } satisfies Workflow
  const { uses, mails, documents, issues, results } = gathered
  if (!calendar) for (const at of gathered.businessDays) scope.report('workflow.no-calendar', at)
  return { workflow: compact(workflow), parsed, uses, mails, documents, issues, results }
}

/** The new names of states must be there; those of fields are judged by `checkWorkflow`. */
function compileMapping(node: Node | undefined, gathered: Gathered): Mapping | undefined {
  if (!node) return undefined
  const names = (key: string, read: (value: Node) => string | undefined) =>
    Object.fromEntries(
      entriesOf(child(node, key)).map((entry) => [entry.key, read(entry.value) ?? '']),
    )
  return {
    states: names('states', (value) => stateAt(value, gathered)),
    fields: names('fields', stringOf),
    drop: itemsOf(child(node, 'drop')).map((item) => stringOf(item) ?? ''),
  }
}

/** Lines of which the first that fits is taken: one must fit whatever comes. */
function compileChoice(node: Node | undefined, key: string, gathered: Gathered): readonly Choose[] {
  const items = itemsOf(node)
  const open = items.findIndex((item) => !child(item, 'when'))
  const last = items.at(-1)
  if (last && open < 0) gathered.scope.report('workflow.choice-open', last.at, { key })
  const hidden = open >= 0 ? items[open + 1] : undefined
  if (hidden) gathered.scope.report('workflow.choice-shadowed', hidden.at)
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

function compileState(entry: Entry, gathered: Gathered): State {
  const { value: node, key } = entry
  const { scope } = gathered
  if (RESERVED_IDS.has(key)) scope.report('name.reserved', entry.at, { name: key })
  const end = stringOf(child(node, 'end'))
  if (end !== undefined)
    notBeside('state.end-continues', ['choose', 'steps', 'actions', ...TIMER_KEYS], entry, scope)
  const choose = child(node, 'choose')
  if (choose)
    notBeside('state.choose-waits', ['steps', 'actions', ...TIMER_KEYS, 'page'], entry, scope)
  const enter = itemsOf(child(node, 'enter')).flatMap((step) => compileStep(step, gathered))
  const actions = entriesOf(child(node, 'actions'))
  checkLinks(child(node, 'enter'), actions, gathered)
  return compact({
    label: compileText(child(node, 'label'), 'label', scope),
    replaces: replacesOf(child(node, 'replaces'), gathered),
    enter,
    choose: choose && compileChoice(choose, 'choose', gathered),
    work: compileWork(node, gathered),
    actions: Object.fromEntries(
      actions.map((action) => [action.key, compileAction(action, enter, gathered)]),
    ),
    ...compileTimers(node, gathered),
    page: pageAt(child(node, 'page'), scope),
    end: end as State['end'],
  })
}

/** Keys that mean nothing in such a state. */
function notBeside(
  problem: 'state.end-continues' | 'state.choose-waits',
  keys: readonly string[],
  { key: name, value }: Entry,
  { report }: WorkflowScope,
): void {
  for (const key of keys) {
    const at = asMap(value)?.entries.get(key)?.at
    if (at) report(problem, at, { name, key })
  }
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
