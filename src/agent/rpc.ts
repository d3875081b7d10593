import type { CardErrorCode, CardErrorDetail } from '../cards/errors.ts'
import { asCardError, CardError, isCardErrorCode } from '../cards/errors.ts'

/** Messages between the agent and a child process; both sides may call the other. */
export type Message =
  | { readonly call: number; readonly method: string; readonly args: unknown }
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly code: CardErrorCode; readonly detail: CardErrorDetail }
  | { readonly event: unknown }
  | { readonly ping: number }
  | { readonly pong: number }

export type Handlers = { readonly [method: string]: (args: never) => Promise<unknown> }

export type Rpc = {
  call(method: string, args: unknown): Promise<unknown>
  /** Takes what came from the other side; false for what is no call or reply. */
  take(message: Message): boolean
  /** Nobody will answer any more. */
  fail(code: CardErrorCode): void
}

/** Of an error only its code and numbers cross over: its words could hold what a card said. */
export function createRpc(send: (message: Message) => void, handlers: Handlers): Rpc {
  const open = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >()
  let last = 0
  const answer = async (id: number, method: string, args: unknown) => {
    try {
      const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined
      if (!handler) throw new CardError('PROTOCOL_ERROR')
      send({ reply: id, value: await handler(args as never) })
    } catch (thrown) {
      const { code, detail } = asCardError(thrown)
      send({ reply: id, code, detail })
    }
  }
  return {
    call(method, args) {
      const id = ++last
      return new Promise((resolve, reject) => {
        open.set(id, { resolve, reject })
        send({ call: id, method, args })
      })
    },
    take(message) {
      if ('call' in message) {
        void answer(message.call, message.method, message.args)
        return true
      }
      if (!('reply' in message)) return false
      const waiting = open.get(message.reply)
      open.delete(message.reply)
      if ('code' in message) {
        const code = isCardErrorCode(message.code) ? message.code : 'INTERNAL'
        waiting?.reject(new CardError(code, message.detail))
      } else waiting?.resolve(message.value)
      return true
    },
    fail(code) {
      for (const { reject } of open.values()) reject(new CardError(code))
      open.clear()
    },
  }
}
