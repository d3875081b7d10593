import type { Task, Work } from '../../workflow/workflow.ts'
import { compileCondition, RESERVED_IDS } from '../refs.ts'
import { asMap, child, compact, compileDuration, itemsOf, numberOf, stringOf } from '../values.ts'
import { stateAt, type Gathered } from './scope.ts'
import { compileStep, resultOf } from './steps.ts'
import type { Node } from '../yaml/yaml.ts'

/** A step that may wait for something outside must end some day; this is when, unless it says otherwise. */
const TIMEOUT_MS = 30 * 86_400_000

/** `steps`, `then` and `failed` of a state. */
export function compileWork(node: Node, gathered: Gathered): Work | undefined {
  const { report } = gathered.scope
  const steps = child(node, 'steps')
  const entries = asMap(node)?.entries
  if (!steps) {
    for (const key of ['then', 'failed']) {
      const at = entries?.get(key)?.at
      if (at) report('state.work-missing', at, { key })
    }
    return undefined
  }
  if (!entries?.has('then'))
    report('key.missing', entries?.get('steps')?.at ?? node.at, { key: 'then', name: 'then' })
  return compact({
    stages: itemsOf(steps).map((item) => {
      const all = child(item, 'all')
      return (all ? itemsOf(all) : [item]).flatMap((one) => compileTask(one, gathered))
    }),
    then: stateAt(child(node, 'then'), gathered) ?? '',
    failed: stateAt(child(node, 'failed'), gathered),
  })
}

function compileTask(node: Node, gathered: Gathered): Task[] {
  const { scope, uses, results } = gathered
  const { report } = scope
  const all = child(node, 'all')
  if (all) report('work.nested', node.at)
  const [step] = compileStep(node, gathered)
  if (!step) return []
  const given = child(node, 'id')
  const id = stringOf(given) ?? (step.kind === 'mail' ? step.template : step.kind)
  const at = given?.at ?? node.at
  if (RESERVED_IDS.has(id)) report('name.reserved', at, { name: id })
  if (results.has(id))
    report('name.duplicate', at, { name: id, kind: '手順', kindEn: 'step', where: at.source.file })
  results.set(id, resultOf(step, scope))
  const when = child(node, 'when')
  const retry = child(node, 'retry')
  const times = numberOf(child(retry, 'times'))
  return [
    compact({
      id,
      step,
      when: when && compileCondition(when, uses, 'read', report),
      retry:
        times === undefined
          ? undefined
          : compact({ times, everyMs: spanAt(child(retry, 'every'), gathered) }),
      timeoutMs: spanAt(child(node, 'timeout'), gathered) ?? TIMEOUT_MS,
    }),
  ]
}

function spanAt(node: Node | undefined, { scope }: Gathered): number | undefined {
  const text = stringOf(node)
  return node && text !== undefined ? compileDuration(text, node.at, scope.report) : undefined
}
