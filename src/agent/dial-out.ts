import type { CardResult, Operation } from '../cards/contract.ts'
import type { Json, JsonObject } from '../form/form.ts'
import type { Agent } from './agent.ts'
import { describeAgent, objectOf } from './conversation.ts'

const ANSWER_MS = 15_000

export type DialOutcome = 'done' | 'unknown-code' | 'unreachable'

/**
 * The third way: the agent asks the portal for the work behind a code that stands on the page, does it, and hands the
 * result in. Nothing has to be open on this PC; the portal's own address is the origin that is signed.
 */
export async function workByCode(options: {
  readonly agent: Agent
  readonly agentId: string
  readonly portal: string
  readonly code: string
  readonly signal: AbortSignal
  readonly fetch?: typeof fetch
}): Promise<DialOutcome> {
  const { agent, portal, signal } = options
  const post = async (path: string, body: JsonObject) => {
    const answer = await (options.fetch ?? fetch)(`${portal}/api/v1/card-relay/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    }).catch(() => undefined)
    if (!answer) return undefined
    return { status: answer.status, body: (await answer.json().catch(() => null)) as Json }
  }
  const claimed = await post('claim', { code: options.code })
  if (!claimed || claimed.status >= 500) return 'unreachable'
  const work = objectOf(claimed.body)
  if (claimed.status !== 200 || !work) return 'unknown-code'
  const text = (name: string) => (typeof work[name] === 'string' ? work[name] : '')
  const result: CardResult = await agent.run(
    {
      origin: portal,
      portal: text('portal'),
      purpose: text('purpose'),
      operation: text('operation') as Operation,
      fields: Array.isArray(work.fields) ? (work.fields as readonly Json[]).map(String) : [],
      nonce: text('nonce'),
    },
    signal,
  )
  const handed = await post('result', {
    ticket: text('ticket'),
    result: result as unknown as Json,
    agent: describeAgent(agent, options.agentId),
  })
  return handed?.status === 200 ? 'done' : 'unreachable'
}
