import type { JsonObject, JsonSchema, Text } from '../../form/form.ts'
import type { AccountStep, LinkStep, MailStep, RunStep, Step } from '../../workflow/workflow.ts'
import { compileExpression } from '../expressions.ts'
import {
  compileDocumentStep,
  compileIssueStep,
  documentsSchema,
  issuedSchema,
} from './issue-steps.ts'
import { nearest } from '../nearest.ts'
import type { RefUse } from '../refs.ts'
import {
  child,
  compact,
  compileDuration,
  compileSaid,
  entriesOf,
  itemsOf,
  stringOf,
  suggest,
} from '../values.ts'
import { refAt, stateAt, type Gathered, type WorkflowScope } from './scope.ts'
import type { Node } from '../yaml/yaml.ts'

/** One step of `enter`, `do` or `steps`, as data; none when it cannot be read. */
export function compileStep(node: Node, gathered: Gathered): Step[] {
  if (child(node, 'mail')) return [compileMailStep(node, gathered)]
  if (child(node, 'account')) return [compileAccountStep(node, gathered)]
  if (child(node, 'sessions')) {
    checkOf(node, gathered)
    return [
      compact({ kind: 'sessions', of: refAt(child(node, 'of'), gathered, { isAlways: true }) }),
    ]
  }
  if (child(node, 'issue')) return [compileIssueStep(node, gathered)]
  if (child(node, 'document')) return [compileDocumentStep(node, gathered)]
  if (child(node, 'run')) return [compileRunStep(node, gathered)]
  return []
}

/** Held against what the effect asks for; only names that are there can be judged. */
function compileRunStep(node: Node, gathered: Gathered): RunStep {
  const { scope, uses } = gathered
  const run = child(node, 'run')
  const name = stringOf(run) ?? ''
  const given = entriesOf(child(node, 'with'))
  const effect = effectNamed(name, scope)
  if (run && !effect)
    scope.report('ref.unknown', run.at, {
      kind: 'プラグインの働き',
      kindEn: 'effect of a plugin',
      ...suggest(name, runnable(scope)),
    })
  if (effect) {
    const { properties = {}, required = [] } = effect.payload as {
      readonly properties?: JsonObject
      readonly required?: readonly string[]
    }
    for (const { key, at } of given)
      if (!Object.hasOwn(properties, key))
        scope.report('key.unknown', at, {
          key,
          near: nearest(key, Object.keys(properties)),
          allowed: Object.keys(properties).join('、'),
        })
    for (const key of required)
      if (!given.some((entry) => entry.key === key))
        scope.report('effect.needs', node.at, { name, key })
  }
  return {
    kind: 'run',
    effect: name,
    with: Object.fromEntries(
      given.map(({ key, value }) => [key, compileExpression(value, uses, 'read', scope)]),
    ),
  }
}

/** Mails go out by `mail:` and documents by `document:`, which know what they are made of. */
const INNER: ReadonlySet<string> = new Set(['mail.send', 'pdf.render'])
function runnable({ effects }: WorkflowScope): readonly string[] {
  return Object.keys(effects).filter((name) => !INNER.has(name))
}

function effectNamed(name: string, scope: WorkflowScope) {
  return runnable(scope).includes(name) ? scope.effects[name] : undefined
}

/** What a step gives when it is done, as `steps.<id>` shows it. */
export function resultOf(step: Step, scope: WorkflowScope): JsonSchema {
  switch (step.kind) {
    case 'run':
      return effectNamed(step.effect, scope)?.result ?? NOTHING
    case 'issue':
      return issuedSchema(step)
    case 'document':
      return documentsSchema
    default:
      return NOTHING
  }
}
const NOTHING: JsonSchema = { type: 'object', properties: {} }

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
