import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FORM_BYTES_MAX, JSON_BYTES_MAX } from '../../src/http/body.ts'
import { TROUBLES } from '../../src/http/texts.ts'
import { browse, createScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => void (scene = await createScene()))
afterAll(() => scene.close())

const FORM = 'application/x-www-form-urlencoded'
const bytes = (...values: number[]) => new Uint8Array(values)

async function send(path: string, type: string, body: BodyInit, more: RequestInit = {}) {
  const headers = { 'content-type': type, ...(more.headers as Record<string, string>) }
  const answer = await browse(scene).send(path, { method: 'POST', body, ...more, headers })
  return { status: answer.status, text: await answer.text() }
}

describe('a form that cannot be read gets a clear answer', () => {
  const cases: [string, string, BodyInit, number, string][] = [
    ['JSON', 'application/json', '{}', 415, '種類に対応していません'],
    ['no type', '', 'a=b', 415, '種類に対応していません'],
    ['multipart', 'multipart/form-data; boundary=x', '--x--', 415, '種類に対応していません'],
    ['another charset', `${FORM}; charset=shift_jis`, 'a=b', 415, '種類に対応していません'],
    ['raw Shift_JIS', FORM, bytes(0x61, 0x3d, 0x93, 0xfa), 400, '文字を読み取れませんでした'],
    ['encoded Shift_JIS', FORM, 'lastName=%93%FA', 400, '文字を読み取れませんでした'],
    ['half a character', FORM, 'lastName=%E6%97', 400, '文字を読み取れませんでした'],
    ['an overlong encoding', FORM, 'lastName=%C0%AF', 400, '文字を読み取れませんでした'],
    ['a lone surrogate', FORM, 'lastName=%ED%A0%80', 400, '文字を読み取れませんでした'],
    ['a broken escape', FORM, 'lastName=%zz', 400, '文字を読み取れませんでした'],
    ['NUL', FORM, 'lastName=a%00b', 400, '文字を読み取れませんでした'],
    ['plain words', FORM, 'hello', 400, 'フォームの入力として'],
    ['JSON called a form', FORM, '{"lastName":"x=y"}', 400, 'フォームの入力として'],
    ['a nameless value', FORM, '=x', 400, 'フォームの入力として'],
    ['a name without end', FORM, `${'n'.repeat(200)}=x`, 400, 'フォームの入力として'],
    ['__proto__', FORM, '__proto__=x', 400, '使えない名前'],
    ['constructor', FORM, 'constructor=x', 400, '使えない名前'],
    ['too many fields', FORM, many(501, (n) => `f${n}=x`), 400, '多すぎます'],
    ['too many values', FORM, many(1_001, () => 'f=x'), 400, '多すぎます'],
    ['too large', FORM, `a=${'x'.repeat(FORM_BYTES_MAX)}`, 413, '大きすぎます'],
  ]
  test.each(cases)('%s', async (_, type, body, status, words) => {
    const answer = await send('/treatment/register', type, body)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(words)
  })

  test('a compressed body', async () => {
    const headers = { 'content-encoding': 'gzip' }
    expect((await send('/treatment/register', FORM, 'a=b', { headers })).status).toBe(415)
  })

  test('a body without end is cut at the limit, whatever length it claims', async () => {
    for (const headers of [{}, { 'content-length': '3' }]) {
      const { body, taken } = endless()
      const answer = await send('/treatment/register', FORM, body, {
        headers,
        duplex: 'half',
      } as RequestInit)
      expect(answer.status).toBe(413)
      expect(taken()).toBeLessThan(FORM_BYTES_MAX * 3)
    }
  })
})

describe('JSON that cannot be read gets a clear answer', () => {
  const deep = `{"answers":${'['.repeat(30)}${']'.repeat(30)}}`
  const cases: [string, string, BodyInit, number, string][] = [
    ['a form', FORM, 'a=b', 415, 'body.unsupported-type'],
    ['half of it', 'application/json', '{"answers":', 400, 'body.not-json'],
    ['nothing', 'application/json', '', 400, 'body.not-json'],
    ['not UTF-8', 'application/json', bytes(0x22, 0xff, 0x22), 400, 'body.not-text'],
    ['half a pair', 'application/json', '{"answers":{"a":"\\ud800"}}', 400, 'body.not-text'],
    ['NUL', 'application/json', '{"answers":{"a":"\\u0000"}}', 400, 'body.not-text'],
    ['a prototype', 'application/json', '{"answers":{"__proto__":{}}}', 400, 'body.forbidden-name'],
    ['a deep one', 'application/json', deep, 400, 'body.too-many-fields'],
    ['a list', 'application/json', '[]', 400, 'body.no-answers'],
    ['a text', 'application/json', '"x"', 400, 'body.no-answers'],
    ['no answers', 'application/json', '{"answers":"x"}', 400, 'body.no-answers'],
    ['too large', 'application/json', `"${'x'.repeat(JSON_BYTES_MAX)}"`, 413, 'body.too-large'],
  ]
  test.each(cases)('%s', async (_, type, body, status, code) => {
    const answer = await send('/api/v1/treatment/registration', type, body)
    expect(answer.status).toBe(status)
    const { error } = JSON.parse(answer.text) as { error: Record<string, string> }
    expect(error.code).toBe(code)
    expect(error.message).toBe(TROUBLES[code]?.ja.what)
  })
})

test('every trouble is said in both languages, with a remedy and without blame', () => {
  for (const { ja, en } of Object.values(TROUBLES)) {
    for (const text of [ja.what, ja.remedy, en.what, en.remedy])
      expect(text.length).toBeGreaterThan(8)
    expect(`${ja.what}${ja.remedy}`).not.toMatch(/不正|無効|異常|エラー/)
    expect(`${en.what}${en.remedy}`).not.toMatch(/invalid|illegal|error/i)
  }
})

function many(count: number, pair: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => pair(n)).join('&')
}

/** A stream that never ends, and how much of it was asked for. */
function endless() {
  let taken = 0
  const chunk = new TextEncoder().encode('a'.repeat(8_192))
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken += chunk.length
      controller.enqueue(chunk)
    },
  })
  return { body, taken: () => taken }
}
