import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { isMailAddress } from '../../src/mail/address.ts'
import { escapeHtml, fillHtml, fillText } from '../../src/mail/fill.ts'
import { renderMail } from '../../src/mail/render.ts'
import {
  activation,
  hostileAddresses,
  hostileTexts,
  link,
  mailDefinitions,
  request,
} from './samples.ts'

let definitions: Pick<Definitions, 'mails' | 'portals'>

beforeAll(async () => {
  definitions = await mailDefinitions()
})

describe('filling', () => {
  test('values are never read as templates or patterns', () => {
    expect(fillText('{{a}}/{{ b }}/{{none}}.', { a: '{{b}} $& $1', b: 'x' })).toBe(
      '{{b}} $& $1/x/.',
    )
    expect(fillText('{{toString}}{{__proto__}}', {})).toBe('')
  })

  test('prints the words behind a bar where there is no value', () => {
    const values = { a: '', b: 'x' }
    expect(fillText('{{a|なし}}/{{ c | ー }}/{{b|なし}}', values)).toBe('なし/ー/x')
    expect(fillHtml('{{a|A & B}}', values)).toBe('A &amp; B')
  })

  test('line ends, control characters and turned writing become a space', () => {
    expect(fillText('{{a}}', { a: 'a\r\nb\u0000c\u2028d\u202ee\u0085f' })).toBe('a b c d e f')
    expect(fillText('{{a}}', { a: 'a\ud800' })).toBe('a\ufffd')
  })

  test('whatever the value, no mark-up and no end of a quoted attribute comes of it', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'<>"\'&;/=! -{}'.split('')) }),
    )
    fc.assert(
      fc.property(anyText, (value) => {
        const filled = fillHtml('<a href="{{v}}">{{v}}</a>', { v: value })
        const inner = /^<a href="([^<>"']*)">([^<>"']*)<\/a>$/.exec(filled)
        expect(inner).not.toBeNull()
        expect(unescapeHtml(inner?.[2] ?? '')).toBe(fillText('{{v}}', { v: value }))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('rendering', () => {
  test('the same job gives the same message', () => {
    expect(activation(definitions)).toEqual(activation(definitions))
    expect(activation(definitions)).toMatchObject({
      from: { name: '総合ポータルサイト', address: 'from@mail.example.jp' },
      to: 'mihon@clinic.example.jp',
      messageId: '<job-1@mail.example.jp>',
      date: '2026-04-01T00:00:00.000Z',
    })
  })

  test('hostile names change the mail in their own place only', () => {
    const tags = (html: string) => html.match(/<[^>]*>/g)
    const calm = tags(activation(definitions).html)
    for (const text of hostileTexts) {
      const { html, subject } = activation(definitions, {
        values: { lastName: text, firstName: text, number: text },
      })
      expect(tags(html), text).toEqual(calm)
      expect(html).toContain(escapeHtml(text.replace(/[\u0000-\u001f\u0085\u2028]+/g, ' ')))
      expect(subject).toBe('【総合ポータルサイト】メールアドレス登録確認メール')
    }
  })

  test('an answer cannot pose as the link, the portal or the operator', () => {
    const evil = 'https://evil.example'
    const values = { link: evil, 'portal.url': evil, 'operator.phone': evil, to: evil }
    for (const template of ['activation', 'registration-complete']) {
      const { text, html } = renderMail(request(definitions, { template, values }))
      expect(text + html).not.toContain('evil')
    }
  })

  test('a mail that needs its link is not made without it, nor with a foreign one', () => {
    for (const wrong of [undefined, 'https://evil.example/x', 'https://portal.example.jp.evil/x'])
      expect(() => activation(definitions, { link: wrong })).toThrow(/link/)
    expect(activation(definitions, { link }).text).toContain(`\n${link}\n`)
  })

  test('English is taken where the definition has it', () => {
    const mail = definitions.mails.activation!
    const mails = { ...definitions.mails, activation: { ...mail, subject: { ja: '件', en: 'Hi' } } }
    const both = { ...definitions, mails }
    expect(activation(both, { locale: 'en' }).subject).toBe('Hi')
    expect(activation(both, { locale: 'ja' }).subject).toBe('件')
  })
})

describe('addresses', () => {
  test.each([
    'mihon@example.jp',
    'a.b-c_d@mail.clinic.example.jp',
    'mihon+portal@example.co.jp',
    "o'neil@example.com",
    '1@xn--eckwd4c7c.xn--zckzah',
    `${'a'.repeat(64)}@example.jp`,
  ])('%s is one', (address) => {
    expect(isMailAddress(address)).toBe(true)
    expect(activation(definitions, { to: address }).to).toBe(address)
  })

  test(`${hostileAddresses.length} other texts are not`, () => {
    expect(hostileAddresses.length).toBeGreaterThanOrEqual(500)
    for (const to of hostileAddresses) {
      expect(isMailAddress(to), JSON.stringify(to)).toBe(false)
      expect(() => activation(definitions, { to }), JSON.stringify(to)).toThrow(
        expect.objectContaining({ code: 'mail.address', retryAfterMs: undefined }),
      )
    }
  })
})

function unescapeHtml(html: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '')
}
