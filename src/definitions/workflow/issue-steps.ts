import type { JsonSchema } from '../../form/form.ts'
import { PASSWORD_LENGTH } from '../../workflow/steps/issue.ts'
import type { DocumentStep, IssueStep } from '../../workflow/workflow.ts'
import { compileExpression } from '../expressions.ts'
import { RESERVED_IDS } from '../refs.ts'
import {
  child,
  compact,
  compileDuration,
  entriesOf,
  numberOf,
  stringOf,
  suggest,
} from '../values.ts'
import type { Gathered } from './scope.ts'
import type { Node } from '../yaml/yaml.ts'

const DAY_MS = 86_400_000
/** Time to print it, lose the print and print it again; time to come at all. */
const PASSWORD = { shownMs: 7 * DAY_MS, keepMs: 90 * DAY_MS } as const
/** What an issued account has beside its ids. */
const OWN: ReadonlySet<string> = new Set(['accountId', 'no', 'issuedOn', 'environment', 'password'])

/** `issue: <kind of account>`. */
export function compileIssueStep(node: Node, gathered: Gathered): IssueStep {
  const { scope, uses } = gathered
  needsAccount(node, gathered)
  const count = child(node, 'count')
  const ids = entriesOf(child(node, 'ids'))
  for (const { key, at } of ids) if (OWN.has(key)) scope.report('name.reserved', at, { name: key })
  const issue = stringOf(child(node, 'issue')) ?? ''
  const known = gathered.issues.get(issue) ?? []
  gathered.issues.set(issue, [...known, ...ids.map(({ key }) => key)])
  return compact({
    kind: 'issue' as const,
    issue,
    count: count ? compileExpression(count, uses, 'read', scope) : { is: 1 },
    ids: Object.fromEntries(ids.map(({ key, value }) => [key, stringOf(value) ?? ''])),
    environments: entriesOf(child(node, 'environments')).map(({ key, value }) => ({
      name: key,
      label: stringOf(value) ?? '',
    })),
    password: passwordAt(child(node, 'password'), gathered),
  })
}

function passwordAt(node: Node | undefined, { scope }: Gathered): IssueStep['password'] {
  if (!node) return undefined
  const span = (key: string) => {
    const value = child(node, key)
    const text = stringOf(value)
    return value && text !== undefined ? compileDuration(text, value.at, scope.report) : undefined
  }
  return {
    length: numberOf(child(node, 'length')) ?? PASSWORD_LENGTH.usual,
    shownMs: span('shown') ?? PASSWORD.shownMs,
    keepMs: span('keep') ?? PASSWORD.keepMs,
  }
}

/** `document: <name>`, once or for each item of a list. */
export function compileDocumentStep(node: Node, gathered: Gathered): DocumentStep {
  const { scope, uses } = gathered
  needsAccount(node, gathered)
  const named = child(node, 'document')
  const document = stringOf(named) ?? ''
  if (named && !scope.documents.has(document))
    scope.report('ref.unknown', named.at, {
      kind: '文書',
      kindEn: 'document',
      ...suggest(document, scope.documents.keys()),
    })
  const list = child(node, 'each')
  const as = child(node, 'as')
  const of = stringOf(list)
  const name = stringOf(as)
  if (list && !as) scope.report('key.missing', node.at, { key: 'as', name: 'as' })
  if (as && name !== undefined && RESERVED_IDS.has(name))
    scope.report('name.reserved', as.at, { name })
  if (list && of !== undefined) uses.push({ ref: of, at: list.at, how: 'read', takes: 'list' })
  const step: DocumentStep = compact({
    kind: 'document' as const,
    document,
    each: of === undefined ? undefined : { of, as: name ?? '' },
    with: Object.fromEntries(
      entriesOf(child(node, 'with')).map(({ key, value }) => [
        key,
        compileExpression(value, uses, 'read', scope),
      ]),
    ),
  })
  gathered.documents.push(step)
  return step
}

/** What is issued belongs to the facility of whoever filed: somebody must have logged in. */
function needsAccount(node: Node, { scope }: Gathered): void {
  const visitors = scope.forms.find(({ form }) => form.access === 'visitor')
  if (visitors) scope.report('issue.needs-account', node.at, { name: visitors.form.id })
}

const text: JsonSchema = { type: 'string' }

/** What `steps.<id>` is after a step `issue`. */
export function issuedSchema({ ids, environments, password }: IssueStep): JsonSchema {
  const properties = {
    ...Object.fromEntries(Object.keys(ids).map((name) => [name, text])),
    accountId: { ...text, 'x-secret': true },
    no: { type: 'integer', minimum: 1 },
    issuedOn: { type: 'string', format: 'date' },
    ...(environments.length > 0 && { environment: text }),
    // Nobody but a document can read it, and only while it is kept.
    ...(password && { password: { ...text, 'x-secret': true, 'x-sealed': true } }),
  }
  return listOf(properties)
}

/** What `steps.<id>` is after a step `document`. */
export const documentsSchema: JsonSchema = listOf({ title: text })

function listOf(properties: { readonly [name: string]: JsonSchema }): JsonSchema {
  const issued = { type: 'array', items: { type: 'object', properties } }
  return { type: 'object', properties: { issued } }
}
