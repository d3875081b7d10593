import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import pdfPlugin from '../../plugins/pdf/index.ts'
import type { EffectResult, Pdf, Sheet, SheetBlock, Started } from '../../src/plugins/contract.ts'
import { bare, openReader } from './read-pdf.ts'

const reader = await openReader()
const AT = '2026-11-25T03:00:00.000Z'
let started: Started

beforeAll(async () => {
  started = await pdfPlugin.start({}, { log: () => undefined, now: () => new Date(AT) })
})
afterAll(() => started.stop?.())

function sheet(blocks: readonly SheetBlock[], own: Partial<Sheet> = {}): Sheet {
  return {
    title: 'お知らせ',
    language: 'ja',
    size: 'A4',
    date: AT,
    header: [],
    footer: [{ number: 'page' }, { text: ' / ' }, { number: 'pages' }],
    blocks,
    ...own,
  }
}

async function render(one: Sheet, signal = AbortSignal.timeout(60_000)): Promise<EffectResult> {
  const perform = started.effects?.['pdf.render']
  if (!perform) throw new Error('The plugin performs pdf.render')
  return perform(one, { idempotencyKey: 'job', signal })
}

async function drawn(one: Sheet): Promise<Pdf & { readonly bytes: Buffer }> {
  const outcome = await render(one)
  if (outcome.status !== 'done') throw new Error(JSON.stringify(outcome))
  const pdf = outcome.result as Pdf
  return { ...pdf, bytes: Buffer.from(pdf.pdf, 'base64') }
}

const paragraph = (text: string): SheetBlock => ({ kind: 'paragraph', text, align: 'left' })

const everything: readonly SheetBlock[] = [
  { kind: 'heading', level: 1, text: '利用者設定のお知らせ' },
  paragraph('（見本）整骨院　御中　ABC abc 123 〜①㈱、。「」ー'),
  { kind: 'heading', level: 2, text: '☆施設について' },
  {
    kind: 'rows',
    rows: [
      { label: '医療機関等コード', value: '1312345678', face: 'plain' },
      { label: 'ユーザID', value: 'W0000001', face: 'credential' },
      { label: 'パスワード', value: 'Xk7m-pR4t_9', face: 'credential' },
    ],
  },
  { kind: 'note', text: 'この用紙には大切な情報が書かれています。' },
  { kind: 'list', isOrdered: true, items: ['入れる', '始める'] },
  { kind: 'list', isOrdered: false, items: ['あれ'] },
  {
    kind: 'table',
    columns: [
      { label: '品目', align: 'left' },
      { label: '金額', align: 'right' },
    ],
    rows: [['端末', '12,300']],
  },
  { kind: 'qr', value: 'https://portal.example.jp/', caption: 'トップページ' },
  { kind: 'new-page' },
  paragraph('以上'),
]
const EVERYTHING_TEXT = bare(
  '利用者設定のお知らせ（見本）整骨院　御中　ABC abc 123 〜①㈱、。「」ー☆施設について医療機関等コード1312345678ユーザID W0000001' +
    'パスワードXk7m-pR4t_9この用紙には大切な情報が書かれています。1.入れる2.始める・あれ品目金額端末12,300トップページ以上',
)

describe('a document', () => {
  test('is the same, byte for byte, each time', async () => {
    const one = sheet(everything)
    const [first, second] = [await drawn(one), await drawn(one)]
    expect(first.pages).toBe(2)
    expect(second.bytes.equals(first.bytes)).toBe(true)
  })

  test.runIf(reader)('says what was put in, in order, and is sound (A38)', async () => {
    const { bytes } = await drawn(sheet(everything, { header: [{ text: '見本ポータル' }] }))
    await reader?.check(bytes)
    const text = await reader?.text(bytes)
    const withoutEdges = text?.replaceAll('見本ポータル', '').replaceAll(/[12]\/2/g, '')
    expect(withoutEdges).toBe(EVERYTHING_TEXT)
    expect(text).toContain('1/2')
    expect(text).toContain('2/2')
    const info = await reader?.info(bytes)
    expect(info).toMatch(/^Title: +お知らせ$/m)
    expect(info).toMatch(/^Tagged: +yes$/m)
    const objects = await reader?.objects(bytes)
    expect(objects).toContain('/Lang (ja-JP)')
    expect(objects).toContain('/DisplayDocTitle true')
  })

  test.runIf(reader)(
    'tells a screen reader what each piece is, and leaves decoration out',
    async () => {
      const { bytes } = await drawn(sheet(everything, { header: [{ text: '見本ポータル' }] }))
      const structure = (await reader?.structure(bytes)) ?? ''
      const told = [...structure.matchAll(/"(.*)"/g)].map(([, text]) => text).join('')
      expect(bare(told)).toBe(EVERYTHING_TEXT)
      const tags = [...structure.matchAll(/^ *([A-Z]\w*)/gm)].map(([, tag]) => tag)
      for (const tag of [
        'H1',
        'H2',
        'P',
        'Table',
        'TR',
        'TH',
        'TD',
        'L',
        'LI',
        'Lbl',
        'LBody',
        'Figure',
      ])
        expect(tags).toContain(tag)
    },
  )

  test.runIf(reader)(
    'repeats the head of a long table on each page, and tells it once',
    async () => {
      const rows = Array.from({ length: 90 }, (_, index) => [`品目${index}`, String(index)])
      const columns = [
        { label: '名称', align: 'left' },
        { label: '数', align: 'right' },
      ] as const
      const { bytes, pages } = await drawn(sheet([{ kind: 'table', columns, rows }]))
      expect(pages).toBeGreaterThan(2)
      expect((await reader?.text(bytes))?.split('名称')).toHaveLength(pages + 1)
      expect((await reader?.structure(bytes))?.split('名称')).toHaveLength(2)
    },
  )

  test.runIf(reader)('embeds the letters it uses and no more', async () => {
    const { bytes } = await drawn(sheet(everything))
    expect(bytes.length).toBeLessThanOrEqual(60_000)
    const objects = (await reader?.objects(bytes)) ?? ''
    expect(objects.match(/\/FontFile2 /g)).toHaveLength(3)
    expect(objects).not.toMatch(/\/BaseFont \/(?![A-Z]{6}\+)/)
  })
})

describe('characters', () => {
  const names = namesToDraw()

  test.runIf(reader)('of two hundred names come out as they went in', async () => {
    expect(names.length).toBe(200)
    const items = names.map((name) => ({ label: '氏名', value: name, face: 'plain' as const }))
    const { bytes, notes } = await drawn(sheet([{ kind: 'rows', rows: items }]))
    expect(notes).toEqual([])
    const structure = (await reader?.structure(bytes)) ?? ''
    const told = [...structure.matchAll(/"(.*)"/g)].map(([, text]) => text)
    expect(told.filter((text) => text !== '氏名')).toEqual(names)
  })

  test('no font has are named with their place, and nothing is drawn', async () => {
    const rows = [{ label: '施設名', value: '𠮷田😀医院', face: 'plain' as const }]
    const outcome = await render(
      sheet([{ kind: 'rows', rows }, paragraph('ようこそ\u{2a7dd}さん')]),
    )
    expect(outcome).toMatchObject({ status: 'rejected' })
    const { reason } = outcome as { reason: string }
    expect(reason).toContain('「😀」（U+1F600）… 施設名')
    expect(reason).toContain('（U+2A7DD）… 「ようこそ')
    expect(reason).not.toContain('𠮷')
  })

  test('in a form the font lacks are drawn in their usual form and told', async () => {
    const { notes } = await drawn(sheet([paragraph('葛\u{e0100}城市、葛\u{e01ef}飾区')]))
    expect(notes).toHaveLength(1)
    expect(notes[0]).toContain('U+845B U+E01EF')
  })
})

describe('a text of a user', () => {
  test.runIf(reader)('is drawn and nothing else: 200 payloads add no object (S28)', async () => {
    const payloads = payloadsToDraw()
    expect(new Set(payloads).size).toBe(200)
    const sheetOf = (texts: readonly string[]) =>
      sheet(
        [
          { kind: 'heading', level: 1, text: texts[0] ?? '' },
          { kind: 'note', text: texts[1] ?? '' },
          { kind: 'list', isOrdered: true, items: [texts[2] ?? ''] },
          paragraph(texts[3] ?? ''),
          {
            kind: 'table',
            columns: [{ label: texts[4] ?? '', align: 'left' }],
            rows: texts.map((text) => [text]),
          },
        ],
        { title: texts[5] ?? '', header: [{ text: texts[6] ?? '' }] },
      )
    const hostile = await drawn(sheetOf(payloads))
    const harmless = await drawn(
      sheetOf(payloads.map((text) => 'a'.repeat(Math.min(text.length, 8)))),
    )
    await reader?.check(hostile.bytes)
    const objects = (await reader?.objects(hostile.bytes)) ?? ''
    expect(objects).not.toMatch(
      /^ *\/(?:URI|JS|JavaScript|Launch|OpenAction|AA|Annots|EmbeddedFiles|GoToR|SubmitForm|AcroForm)\b/m,
    )
    expect(hostile.pages).toBe(harmless.pages)
    expect(countObjects(hostile.bytes)).toBe(countObjects(harmless.bytes))
    const text = (await reader?.text(hostile.bytes)) ?? ''
    for (const payload of payloads) expect(text).toContain(bare(payload))
  })

  test('begins a new page for a heading that would stand alone at its foot', async () => {
    const heading = { kind: 'heading', level: 2, text: '見出し' } as const
    const footer: Sheet['footer'] = [{ text: '脚' }]
    const counts = Array.from({ length: 6 }, (_, index) => 22 + index)
    for (const count of counts) {
      const lines = Array.from({ length: count }, () => paragraph('行'))
      const { bytes, pages } = await drawn(
        sheet([...lines, heading, paragraph('本文')], { footer }),
      )
      const text = (await reader?.text(bytes)) ?? ''
      if (reader && pages > 1) expect(text).not.toContain('見出し脚')
    }
  })

  test('cannot hold up the drawing of others', async () => {
    const slow = sheet(Array.from({ length: 900 }, () => paragraph('長い文。'.repeat(2000))))
    const begun = render(slow, AbortSignal.timeout(1_000))
    await expect(begun).rejects.toThrow('too long')
    expect((await drawn(sheet([paragraph('次の人')]))).pages).toBe(1)
  })

  test('waits its turn when many are drawn', async () => {
    const all = await Promise.all(
      Array.from({ length: 25 }, () => render(sheet([paragraph('順番')]))),
    )
    expect(all.filter(({ status }) => status === 'done')).toHaveLength(20)
    expect(all.filter(({ status }) => status === 'waiting')).toHaveLength(5)
  })
})

function countObjects(pdf: Buffer): number {
  return pdf.toString('latin1').match(/^\d+ 0 obj$/gm)?.length ?? 0
}

function namesToDraw(): string[] {
  const family = [
    ...['髙橋', '山﨑', '𠮷田', '濵田', '德永', '神谷', '邉見', '邊見', '齋藤', '齊藤'],
    ...[
      '渡邉',
      '渡邊',
      '栁田',
      '桒原',
      '𩸽',
      '𡈽屋',
      '葛\u{e0100}城',
      '辻\u{e0100}',
      '寳田',
      '𣘺本',
    ],
  ]
  const given = ['花子', '太郎', '凜', '遙', '𠮟咤', '瑠璃', '淸', '惠', '一郎〜', 'マリアー']
  return family.flatMap((one) => given.map((other) => `${one} ${other}`))
}

function payloadsToDraw(): string[] {
  const base = [
    ...[') Tj ET Q', '(a) Tj', '<</S/JavaScript/JS(app.alert(1))>>', '/URI (http://evil.example)'],
    ...['endstream endobj', '%PDF-1.7 %%EOF', '1 0 obj << >> endobj', 'http://evil.example/x'],
    ...['javascript:alert(1)', 'file:///etc/passwd', '{{operator.phone}}', '${7*7}', '<%= 7*7 %>'],
    ...[
      '<a href="http://x">x</a>',
      '<img src=x onerror=alert(1)>',
      '{"link":"http://x"}',
      '../../etc',
    ],
    ...['data:text/html,x', '\\(\\)\\101', '=HYPERLINK("x")', '/Launch /F (cmd)', 'startxref 0'],
    ...['BT /F1 12 Tf', 'EMC BDC', '[[x](http://y)]'],
  ]
  const dress = [
    (text: string) => text,
    (text: string) => `(${text}`,
    (text: string) => `${text})`,
    (text: string) => `> ${text}`,
    (text: string) => `A${text}`,
    (text: string) => `\\${text}`,
    (text: string) => `施設${text}`,
    (text: string) => `${text}%`,
  ]
  return base.flatMap((text) => dress.map((put) => put(text)))
}
