import type { Text } from './form.ts'

/** The Japanese eras (domain README §7.7) and what days and months are called in them. Pure and total. */

export type Era = {
  readonly name: Text
  /** What it is called in short, besides its name. */
  readonly short: readonly string[]
  /** The first day, ISO; of 明治 the first day of its first year. */
  readonly from: string
}

/** Newest first. Days before 1873 are counted by the calendar of today. */
export const ERAS: readonly Era[] = Object.freeze([
  { name: { ja: '令和', en: 'Reiwa' }, short: ['令', 'R'], from: '2019-05-01' },
  { name: { ja: '平成', en: 'Heisei' }, short: ['平', 'H'], from: '1989-01-08' },
  { name: { ja: '昭和', en: 'Showa' }, short: ['昭', 'S'], from: '1926-12-25' },
  { name: { ja: '大正', en: 'Taisho' }, short: ['大', 'T'], from: '1912-07-30' },
  { name: { ja: '明治', en: 'Meiji' }, short: ['明', 'M'], from: '1868-01-25' },
])

/** Era, year in it, month and day of an ISO day or month; western (`era` undefined) before 明治. */
export function inEra(iso: string): {
  readonly era: Era | undefined
  readonly year: number
  readonly month: number
  readonly day: number | undefined
} {
  const [year = 0, month = 0, day] = iso.split('-').map(Number)
  // A month in which an era begins belongs to it from that day on; without a day it is named after its last day.
  const era = ERAS.find(({ from }) => from <= (day === undefined ? `${iso}-99` : iso))
  return { era, year: era ? year - Number(era.from.slice(0, 4)) + 1 : year, month, day }
}

/** `2025年4月1日（令和7年4月1日）`; in English `2025-04-01 (Reiwa 7)`. */
export function showInBoth(iso: string, locale: 'ja' | 'en'): string {
  const { era, year, month, day } = inEra(iso)
  if (locale === 'en') return era ? `${iso} (${era.name.en ?? era.name.ja} ${year})` : iso
  const rest = `${month}月${day === undefined ? '' : `${day}日`}`
  const western = `${Number(iso.slice(0, 4))}年${rest}`
  const japanese = eraText(iso)
  return japanese === undefined ? western : `${western}（${japanese}）`
}

/** 令和6年4月1日, 令和元年5月; undefined before 明治. */
export function eraText(iso: string): string | undefined {
  const { era, year, month, day } = inEra(iso)
  return (
    era && `${era.name.ja}${japaneseYear(year)}年${month}月${day === undefined ? '' : `${day}日`}`
  )
}

/** The first year of an era is written 元年. */
export function japaneseYear(year: number): string {
  return year === 1 ? '元' : String(year)
}
