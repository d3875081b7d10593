import type { CardResult, Operation } from '../cards/contract.ts'
import type { Json, JsonObject } from '../form/form.ts'
import type { Agent } from './agent.ts'

/** What a page and the agent say to each other; there is no message that carries a command of a card. */
export type ToPage =
  | { readonly kind: 'ready'; readonly token?: string; readonly agent: JsonObject }
  | { readonly kind: 'refused'; readonly reason: 'pairing' | 'message' }
  | { readonly kind: 'step'; readonly id: string; readonly step: string }
  | {
      readonly kind: 'result'
      readonly id: string
      readonly result: CardResult
      readonly agent: JsonObject
    }

export type Conversation = {
  /** False: the other side does not keep to the words, and is to be left. */
  take(message: Json): boolean
  end(): void
}

const OPERATIONS: readonly Operation[] = ['identify', 'attributes', 'certificate', 'challenge']
const TEXT_LENGTH_MAX = 300
const FIELDS_MAX = 20

/** One page, known by its origin, talking to the agent: operations only, one after another. */
export function converse(
  agent: Agent,
  agentId: string,
  origin: string,
  send: (message: ToPage) => void,
): Conversation {
  const running = new Map<string, AbortController>()
  return {
    take(json) {
      const message = objectOf(json)
      if (message?.kind === 'cancel' && typeof message.id === 'string') {
        running.get(message.id)?.abort()
        return true
      }
      const wish = message && wishOf(message)
      if (!wish || running.has(wish.id)) return false
      const abort = new AbortController()
      running.set(wish.id, abort)
      void agent
        .run({ ...wish, origin }, abort.signal, (step) => send({ kind: 'step', id: wish.id, step }))
        .then((result) => {
          running.delete(wish.id)
          send({ kind: 'result', id: wish.id, result, agent: describeAgent(agent, agentId) })
        })
      return true
    },
    end() {
      for (const abort of running.values()) abort.abort()
    },
  }
}

/** What operators may know of this agent: versions and counts, nothing of a person or a card. */
export function describeAgent(agent: Agent, id: string): JsonObject {
  return {
    id,
    version: agent.version,
    readers: agent.readers().map(({ driver, status }) => ({ driver, status })),
    plugins: agent.plugins().map(({ name }) => name),
  }
}

function wishOf(message: JsonObject) {
  const text = (name: string) => {
    const value = message[name]
    return typeof value === 'string' && value.length > 0 && value.length <= TEXT_LENGTH_MAX
      ? value
      : undefined
  }
  const operation = OPERATIONS.find((one) => one === message.operation)
  const [id, portal, purpose, nonce] = ['id', 'portal', 'purpose', 'nonce'].map(text)
  const fields = Array.isArray(message.fields) ? (message.fields as readonly Json[]) : []
  if (message.kind !== 'operation' || !operation || !id || !portal || !purpose || !nonce)
    return undefined
  if (
    fields.length > FIELDS_MAX ||
    !fields.every((field) => typeof field === 'string' && field.length < 40)
  )
    return undefined
  return { id, portal, purpose, nonce, operation, fields: fields as readonly string[] }
}

export function objectOf(json: Json | undefined): JsonObject | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as JsonObject)
    : undefined
}
