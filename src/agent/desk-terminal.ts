import type { ReadStream, WriteStream } from 'node:tty'
import { cardErrorText } from '../cards/errors.ts'
import type { Desk } from './desk.ts'
import { stateWords, wishWords } from './desk-html.ts'

const ENTER = [0x0a, 0x0d]
const ERASE = [0x08, 0x7f]
const INTERRUPT = 0x03
const PIN_BYTES_MAX = 32
/** Those that turn the direction of writing, too. */
const CONTROLS = /[\p{Cc}\p{Cf}]/gu

/** The desk at a terminal, for PCs without a browser to spare. What is typed as a PIN is not shown, and not kept as text. */
export function createTerminalDesk(input: ReadStream, output: WriteStream): Desk {
  // Words of a page are not to steer the terminal: its control characters are left out.
  const say = (line: string) => output.write(`${line.replace(CONTROLS, '')}\n`)

  /** One line as bytes; undefined when it was called off. */
  function readLine(
    isHidden: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const typed = Buffer.alloc(PIN_BYTES_MAX)
      let length = 0
      const finish = (line: Buffer | undefined) => {
        input.off('data', take)
        signal?.removeEventListener('abort', abort)
        input.setRawMode(false)
        input.pause()
        say('')
        resolve(line)
      }
      const abort = () => finish(undefined)
      const take = (chunk: Buffer) => {
        for (const byte of chunk) {
          if (byte === INTERRUPT) return finish(undefined)
          if (ENTER.includes(byte)) return finish(typed.subarray(0, length))
          if (ERASE.includes(byte)) length = Math.max(0, length - 1)
          else if (length < PIN_BYTES_MAX) {
            typed[length++] = byte
            output.write(isHidden ? '*' : String.fromCharCode(byte))
          }
        }
        chunk.fill(0)
      }
      signal?.addEventListener('abort', abort, { once: true })
      input.setRawMode(true)
      input.resume()
      input.on('data', take)
    })
  }

  async function isYes(question: string, signal: AbortSignal | undefined): Promise<boolean> {
    output.write(`${question} [y/N] `)
    return /^y$/i.test((await readLine(false, signal))?.toString('latin1') ?? '')
  }

  return {
    async consent({ origin, portal, purpose, operation, fields }, signal) {
      const words = wishWords({ operation, fields }, 'ja')
      say('')
      say(`${portal}（${origin}）から、カードの読み取りの依頼です。`)
      say(`目的：${purpose}`)
      say(`読み取るもの：${words.operation}${words.fields ? `（${words.fields}）` : ''}`)
      return isYes('読み取ってよいですか？ May it be read?', signal)
    },
    async pin({ label, triesLeft, isLastTry }, signal) {
      say(label.ja)
      say(`残り：${triesLeft ?? '不明'}回`)
      const acceptsLastTry =
        isLastTry &&
        (await isYes(
          '間違えるとカードがロックされます。続けますか？ A wrong PIN locks the card. Go on?',
          signal,
        ))
      if (isLastTry && !acceptsLastTry) return { kind: 'cancelled' }
      output.write('PIN: ')
      const pin = await readLine(true, signal)
      return pin ? { kind: 'pin', pin, acceptsLastTry } : { kind: 'cancelled' }
    },
    show(state) {
      if (typeof state === 'string') return void say(stateWords(state, 'ja'))
      const { what, userAction } = cardErrorText(state.code, state.detail, 'ja')
      say(`${what} ${userAction}`)
    },
  }
}
