import type { Locale } from './form.ts'

/**
 * Ways of writing days, times and numbers. Each is made once: making one costs as much as a query and holds 25 kB outside of
 * what the garbage collector counts, so a list of 100,000 rows that made its own would take gigabytes.
 */
const LANGUAGES = { ja: 'ja-JP', en: 'en-GB' } as const satisfies { readonly [l in Locale]: string }
const dates = new Map<string, Intl.DateTimeFormat>()
const numbers = new Map<string, Intl.NumberFormat>()

/** A moment in this style, which is one of a few constants; in Japan's time unless the style says otherwise. */
export function dateWords(at: Date, locale: Locale, style: Intl.DateTimeFormatOptions): string {
  const key = locale + JSON.stringify(style)
  const format =
    dates.get(key) ??
    new Intl.DateTimeFormat(LANGUAGES[locale], { timeZone: 'Asia/Tokyo', ...style })
  dates.set(key, format)
  return format.format(at)
}

/** A number in this style; without one in groups of three. */
export function numberWords(
  value: number,
  locale: Locale,
  style: Intl.NumberFormatOptions = {},
): string {
  const key = locale + JSON.stringify(style)
  const format = numbers.get(key) ?? new Intl.NumberFormat(LANGUAGES[locale], style)
  numbers.set(key, format)
  return format.format(value)
}
