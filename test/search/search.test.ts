import { describe, expect, test } from 'vitest'
import { foldForSearch } from '../../src/search/fold.ts'
import { buildIndex, QUERY_MAX, search, wordsOf, type Entry } from '../../src/search/index.ts'

const entry = (title: string, text = '', change: Partial<Entry> = {}): Entry => ({
  kind: 'page',
  title,
  text,
  href: `/p/pages/${title}`,
  for: 'everyone',
  ...change,
})
const reader = { isMember: false, today: '2026-04-15' }
const titles = (entries: readonly Entry[], query: string, who = reader) =>
  search(buildIndex(entries), query, who).map(({ entry: found }) => found.title)

describe('folding', () => {
  test.each([
    ['ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ', 'まいなんばーかーど'],
    ['マイナンバーカード', 'まいなんばーかーど'],
    ['ＰＤＦ　１２３', 'pdf123'],
    ['か\u3099', 'が'],
    ['㈱①', '(株)1'],
    ['𠮷野', '𠮷野'],
  ])('%s', (written, folded) => {
    expect(foldForSearch(written).text).toBe(folded)
  })

  test('knows where each character came from', () => {
    expect(foldForSearch('ｶﾞ 𠮷①')).toEqual({
      text: 'が𠮷1',
      starts: [0, 3, 3, 5],
      ends: [2, 5, 5, 6],
    })
  })
})

describe('search', () => {
  const entries = [
    entry('申請の流れ', '利用開始申請をしてから1週間ほどでメールが届きます。'),
    entry('パスワードを忘れました', 'パスワードの再設定から新しいパスワードを決めてください。'),
    entry('テストの手順', 'ﾊﾟｿｺﾝで確かめます。'),
    entry('会員の頁', '会員だけの申請です。', { for: 'account' }),
    entry('昨日まで', '申請', { until: '2026-04-14' }),
    entry('明日から', '申請', { from: '2026-04-16' }),
  ]

  test('finds words of two characters, also of one', () => {
    expect(titles(entries, '申請')).toEqual(['申請の流れ'])
    expect(titles(entries, '週間')).toEqual(['申請の流れ'])
    expect(titles(entries, '忘')).toEqual(['パスワードを忘れました'])
  })

  test('takes width and kana for the same', () => {
    for (const query of ['ぱそこん', 'パソコン', 'ﾊﾟｿｺﾝ'])
      expect(titles(entries, query)).toEqual(['テストの手順'])
  })

  test('wants every word; pairs that stand apart are no word', () => {
    expect(titles(entries, '申請　メール')).toEqual(['申請の流れ'])
    expect(titles(entries, '申請 パスワード')).toEqual([])
    // 「開始」and 「始め」 both occur in a text with 開始 and 始め, but not 開始め.
    expect(titles([entry('一', '開始します。始めます。')], '開始め')).toEqual([])
  })

  test('shows members what is for members, and nobody what is over or not yet there', () => {
    expect(titles(entries, '申請', { ...reader, isMember: true })).toEqual([
      '申請の流れ',
      '会員の頁',
    ])
  })

  test('puts titles before texts', () => {
    const two = [entry('説明', '申請 申請 申請'), entry('申請', '')]
    expect(titles(two, '申請')).toEqual(['申請', '説明'])
  })

  test('marks what was looked for in the words as they are written', () => {
    const [found] = search(buildIndex(entries), 'ぱそこん 手順', reader)
    expect(found?.title).toEqual(['テストの', '手順', ''])
    expect(found?.excerpt).toEqual(['', 'ﾊﾟｿｺﾝ', 'で確かめます。'])
    const [gap] = search(buildIndex([entry('題', '申請　次')]), '申請', reader)
    expect(gap?.excerpt).toEqual(['', '申請', '　次'])
  })

  test('cuts long texts around the first word, never through a character', () => {
    const text = `${'𠮷'.repeat(200)}申請${'野'.repeat(200)}`
    const [found] = search(buildIndex([entry('題', text)]), '申請', reader)
    const [head = '', word, tail = ''] = found?.excerpt ?? []
    expect(word).toBe('申請')
    expect(head).toMatch(/^…𠮷+$/u)
    expect(tail).toMatch(/^野+…$/u)
    expect([head.isWellFormed(), tail.isWellFormed()]).toEqual([true, true])
  })

  test('looks for no more than so much, whatever is asked', () => {
    expect(wordsOf('あ'.repeat(1_000))[0]).toHaveLength(QUERY_MAX)
    expect(wordsOf(Array.from({ length: 60 }, (_, n) => n).join(' '))).toHaveLength(8)
    for (const query of ['', '　 ', '\u0000', '\ud800', '%', '.*', '<b>'])
      expect(() => titles(entries, query)).not.toThrow()
    expect(titles(entries, '.*')).toEqual([])
  })
})
