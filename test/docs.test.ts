import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cardErrors } from '../src/cards/errors.ts'
import { problemTexts } from '../src/definitions/problem-texts/index.ts'
import { issueTexts } from '../src/form/messages.ts'
import { TROUBLES } from '../src/http/texts.ts'

/** docs/errors.md lists every code there is, and no other, each with what it means and what to do in both languages. */
const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const sources = ['src', 'plugins', 'web']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`,
    ),
  )
  .filter((path) => path.endsWith('.ts'))
  .map(read)
  .join('\n')

/** The page of a bug and of a fault have words like refusals, but belong to their kinds. */
const BUG = 'http.failed'
const FAULT = 'http.busy'

const written = found(/\bcode: '([^']+)'/g)
const troubles = Object.keys(TROUBLES)
const isRequest = (code: string) => /^(?:http|body|refusal)\./.test(code)

const kinds: Record<string, readonly string[]> = {
  'Problem: 定義 Definitions': Object.keys(problemTexts),
  'Problem: 施設台帳の取り込み Import of the facility master': union(
    'src/master/columns.ts',
    'MasterProblemCode',
  ),
  'Issue: 入力 Input': [
    ...Object.keys(issueTexts),
    ...written.filter((code) => /^R\d\d|\./.test(code) && !isRequest(code)),
    ...found(/\bissue\(\s*'[^']*',\s*'([^']+)'/g),
    ...found(/\bsaid\([^,]+,\s*'([^']+)'/g),
  ],
  'Refusal: 要求 Requests': [
    ...troubles,
    ...written.filter(isRequest),
    ...found(/\brefuse\('([^']+)'/g),
    ...union('src/workflow/workflow.ts', 'Refusal').map((code) => `refusal.${code}`),
  ].filter((code) => code !== BUG && code !== FAULT),
  'Fault: 外の世界 The outside world': [
    FAULT,
    ...found(/\bnew (?:Store)?Fault\(\s*'([^']+)'/g),
    ...union('src/store/drivers/faults.ts', 'StoreFaultCode'),
  ],
  'Fault: カードの読み取り Card readers': Object.keys(cardErrors),
  'Bug: 不具合 Mistakes of ours': [BUG],
}

describe('docs/errors.md', () => {
  const document = read('docs/errors.md')
  const sections = new Map(
    document
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const [title = '', ...lines] = section.split('\n')
        const rows = lines.filter((line) => line.startsWith('| `'))
        return [title, rows.map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))]
      }),
  )

  test('has a section for each kind', () => {
    expect([...sections.keys()]).toEqual(Object.keys(kinds))
  })

  test.each(Object.entries(kinds))('%s: exactly the codes of the source', (title, codes) => {
    const listed = (sections.get(title) ?? []).map(([, code = '']) => code.replaceAll('`', ''))
    expect(new Set(listed).size).toBe(listed.length)
    expect(codes.length).toBeGreaterThan(0)
    const known = [...new Set(codes)].sort()
    const missing = known.filter((code) => !listed.includes(code))
    const gone = listed.filter((code) => !known.includes(code))
    expect({ missing, gone }).toEqual({ missing: [], gone: [] })
  })

  test('says what each means and what to do, in Japanese and English, without blame', () => {
    for (const rows of sections.values())
      for (const [, code, ...cells] of rows)
        for (const cell of cells.slice(0, 2)) {
          const [ja = '', en = ''] = cell.split('<br>')
          expect([code, ja]).toEqual([code, expect.stringMatching(/[ぁ-ん一-龠]/)])
          expect([code, en]).toEqual([code, expect.stringMatching(/[a-z]/i)])
        }
    expect(document).not.toMatch(/不正|無効|異常/)
  })
})

function found(pattern: RegExp): string[] {
  return [...sources.matchAll(pattern)].map(([, code = '']) => code)
}

/** The quoted members of a union type. */
function union(path: string, type: string): string[] {
  const declared = new RegExp(`export type ${type} =([\\s\\S]*?)\\n(?:\\n|\\})`).exec(read(path))
  return [...(declared?.[1] ?? '').matchAll(/\|\s*'([\w.-]+)'/g)].map(([, code = '']) => code)
}
