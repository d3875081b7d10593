import { describe, expect, test } from 'vitest'
import type { Document } from '../../src/definitions/definitions.ts'
import { compileDocument } from '../../src/definitions/document/document.ts'
import { parseYaml } from '../../src/definitions/yaml/yaml.ts'
import { fillDocument } from '../../src/documents/fill.ts'
import type { JsonObject } from '../../src/form/form.ts'
import { makeField } from '../form/fixture.ts'
import { SHEET_LIMITS, type Sheet } from '../../src/plugins/contract.ts'

function documentOf(text: string): Document {
  const source = { file: 'workflows/documents/sample.yaml', text }
  const root = parseYaml(source, (code) => expect.unreachable(code))
  if (root?.kind !== 'map') return expect.unreachable('a map')
  return compileDocument({ source, root, stem: 'sample', name: 'sample' }, (code) =>
    expect.unreachable(code),
  ).document
}

function fill(body: string, values: JsonObject, platform: JsonObject = {}): Sheet {
  const document = documentOf(`document: sample\ntitle: 見本 {{number}}\nbody:\n${body}`)
  return fillDocument({ document, values, platform, at: '2026-11-25T03:00:00.000Z' })
}

describe('a filled document', () => {
  test('prints values as people write them', () => {
    const { blocks, title } = fill(
      `  - paragraph: '{{code}} {{total}}円 {{isNew}} {{kinds}} {{facility.name}}'`,
      {
        code: '0012',
        total: 1234567,
        isNew: true,
        kinds: ['内科', '外科'],
        facility: { name: '見本' },
      },
      { number: 'R7K4-92QX' },
    )
    expect(title).toBe('見本 R7K4-92QX')
    expect(blocks).toEqual([
      { kind: 'paragraph', align: 'left', text: '0012 1,234,567円 はい 内科、外科 見本' },
    ])
  })

  test('prints what is said for an empty row, and leaves out what does not apply', () => {
    const { blocks } = fill(
      `  - rows:
      - { label: 備考, value: '{{remarks}} です', empty: なし }
      - { label: 金額, value: '{{total}} 円', empty: '' }
      - { label: 電話, value: '{{phone|なし}}（{{kind}}）' }
      - { label: 理由, value: '{{reason}}', when: { kind: refused } }
  - { note: 見えない, when: { kind: refused } }
  - rows:
      - { label: 何もない, value: x, when: { kind: refused } }`,
      { kind: 'accepted' },
    )
    expect(blocks).toEqual([
      {
        kind: 'rows',
        rows: [
          { label: '備考', value: 'なし', face: 'plain' },
          { label: '金額', value: '', face: 'plain' },
          { label: '電話', value: 'なし（accepted）', face: 'plain' },
        ],
      },
    ])
  })

  test('goes through lists: rows of a table, and pages', () => {
    const { blocks } = fill(
      `  - each: accounts
    as: entry
    newPage: true
    body:
      - heading: '{{entry.environment}} {{name}}'
        level: 1
      - table: entry.devices
        as: device
        columns: [{ label: 端末, value: '{{device.name}}（{{entry.environment}}）', empty: － }]
        empty: 端末なし`,
      {
        name: '見本',
        accounts: [
          { environment: '本番環境', devices: [{ name: '受付' }, {}] },
          { environment: '接続検証環境' },
        ],
      },
    )
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: '本番環境 見本' },
      {
        kind: 'table',
        columns: [{ label: '端末', align: 'left' }],
        rows: [['受付（本番環境）'], ['（本番環境）']],
      },
      { kind: 'new-page' },
      { kind: 'heading', level: 1, text: '接続検証環境 見本' },
      { kind: 'paragraph', align: 'left', text: '端末なし' },
    ])
  })

  test('has page numbers unless its footer says otherwise', () => {
    const numbers = [{ number: 'page' }, { text: ' / ' }, { number: 'pages' }]
    expect(fill('  - heading: x', {}).footer).toEqual(numbers)
    const document = documentOf(
      `document: sample\ntitle: x\npage: { footer: '{{name}} {{page}}' }\nbody:\n  - heading: x`,
    )
    const request = { document, values: { name: '{{pages}}' }, platform: {}, at: '' }
    expect(fillDocument(request).footer).toEqual([
      { text: '{{pages}}' },
      { text: ' ' },
      { number: 'page' },
    ])
  })

  test('keeps a value what it is: no braces filled twice, no steering characters', () => {
    const { blocks } = fill(`  - paragraph: '{{name}}'`, {
      name: '{{code}}\u0000\u202e\u200b\u0007逆\r\n次\ud800',
      code: '秘密',
    })
    expect(blocks).toEqual([{ kind: 'paragraph', align: 'left', text: '{{code}}逆\n次\ufffd' }])
  })

  test('lets the platform win over an answer of the same name', () => {
    const { title } = fill('  - newPage: true', { number: 'もらった番号' }, { number: 'R7K4-92QX' })
    expect(title).toBe('見本 R7K4-92QX')
  })

  test('is refused when it would be too long to draw', () => {
    const text = 'あ'.repeat(SHEET_LIMITS.textLength + 1)
    expect(() => fill(`  - paragraph: '{{text}}'`, { text })).toThrow('too long')
  })

  test('names every value it takes from outside', () => {
    const { refs } = documentOf(
      `document: sample
title: '{{number}}'
body:
  - { each: rows, as: line, body: [{ paragraph: '{{line.name}} {{facility.name}}', when: { line.kind: a } }] }
  - { heading: x, when: { total: { min: 3 } } }`,
    )
    expect(refs).toEqual(['facility.name', 'number', 'rows', 'total'])
  })
})

describe('answers', () => {
  test('are printed as the confirmation shows them, numbers in groups, also in rows', () => {
    const choices = [{ value: 'a', label: { ja: '甲' } }]
    const kind = makeField('select', { id: 'kind', options: { choices } })
    const day = makeField('date', { id: 'day' })
    const items = makeField('rows', {
      id: 'items',
      options: { fields: [kind, day], row: { ja: '行{n}' }, max: 3 } as never,
    })
    const document = documentOf(
      `document: sample\ntitle: 見本\nbody:\n  - paragraph: '{{kind}} {{day}} {{count}} {{decide.day}}'\n  - table: items\n    as: item\n    columns:\n      - { label: 種類, value: '{{item.kind}}' }\n      - { label: 日, value: '{{item.day}}' }`,
    )
    const { blocks } = fillDocument({
      document,
      values: {
        ...{ kind: 'a', day: '2026-04-01', count: 12000 },
        decide: { day: '2026-05-01' },
        items: [{ kind: 'a', day: '2026-06-01' }],
      },
      platform: {},
      fields: { kind, day, items, 'decide.day': day },
      at: '2026-11-25T03:00:00.000Z',
    })
    expect(blocks).toMatchObject([
      { text: '甲 2026年4月1日（令和8年4月1日） 12,000 2026年5月1日（令和8年5月1日）' },
      { rows: [['甲', '2026年6月1日（令和8年6月1日）']] },
    ])
  })
})
