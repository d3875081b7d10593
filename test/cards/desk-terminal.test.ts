import { PassThrough } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { expect, test } from 'vitest'
import { createTerminalDesk } from '../../src/agent/desk-terminal.ts'

function openTerminal() {
  const input = Object.assign(new PassThrough(), {
    setRawMode: () => input,
  }) as unknown as ReadStream
  const output = new PassThrough({ encoding: 'utf8' })
  let shown = ''
  output.on('data', (text: string) => (shown += text))
  const desk = createTerminalDesk(input, output as unknown as WriteStream)
  return { desk, type: (text: string) => void input.push(Buffer.from(text)), shown: () => shown }
}

const signal = new AbortController().signal
const wish = {
  origin: 'https://portal.example.jp',
  portal: '見本の窓口',
  purpose: '入力を省くため',
  operation: 'attributes',
  fields: ['familyName', 'birthDate'],
} as const
const question = {
  ...wish,
  label: { ja: '暗証番号（数字4桁）' },
  triesLeft: 3,
  isLastTry: false,
  min: 4,
  max: 4,
  characters: 'digits',
} as const

test('asks in words, and takes nothing but y for yes', async () => {
  for (const [typed, agreed] of [
    ['y\r', true],
    ['\r', false],
    ['no\r', false],
  ] as const) {
    const { desk, type, shown } = openTerminal()
    const answer = desk.consent(wish, signal)
    type(typed)
    expect(await answer).toBe(agreed)
    expect(shown()).toContain('見本の窓口（https://portal.example.jp）')
    expect(shown()).toContain('券面の事項（氏、生年月日）')
  }
})

test('the words of a page do not steer the terminal', async () => {
  const { desk, type, shown } = openTerminal()
  const purpose = '\u001b[2J\u001b]0;x\u0007\u202e確認\nhttps://bank.example.jp'
  const answer = desk.consent({ ...wish, purpose }, signal)
  type('n\r')
  await answer
  expect(shown()).not.toMatch(/[\u001b\u0007\u202e]/)
  expect(shown()).toContain('目的：[2J]0;x確認https://bank.example.jp')
})

test('a PIN is not shown, corrected by the erase key, and called off by Ctrl-C', async () => {
  const { desk, type, shown } = openTerminal()
  const answer = desk.pin(question, signal)
  type('569\u007f78\r')
  const typed = await answer
  expect(typed.kind === 'pin' && Buffer.from(typed.pin).toString()).toBe('5678')
  expect(shown()).toContain('PIN: *****')
  expect(shown()).not.toMatch(/[5-9]{2}/)
  const again = desk.pin(question, signal)
  type('56\u0003')
  expect(await again).toEqual({ kind: 'cancelled' })
})
