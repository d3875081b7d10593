/**
 * Folds what people type (operations.md D-03, trust-and-ux.md A14): width, hyphens, spaces, pasted line breaks.
 * The same code runs in browser and server. Everything here is linear in the length of the text and never throws.
 */

/** Everything that people type or paste for a hyphen, long vowel marks and dashes included. Kanji 一 is not: it may mean 1. */
export const HYPHENS =
  '-\u02d7\u058a\u05be\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b\u2212\u23af\u23e4\u2500\u2501\u2796\u2e3a\u2e3b\u30a0\u30fc\u31d0\ufe31\ufe32\ufe58\ufe63\uff0d\uff70'
/** Waves stand for hyphens in codes and telephone numbers, but are characters of their own in mail addresses. */
export const WAVES = '~\u223c\u301c\u3030\uff5e'
/** Blank, wide or narrow, but visible as a gap. */
export const SPACES =
  ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2800\u3000\u3164\uffa0\u115f\u1160'
export const LINE_BREAKS = '\t\n\v\f\r\u0085\u2028\u2029'
/** Without any width: joiners, byte order mark, soft hyphen, marks of writing direction (which could also disguise a text). */
export const INVISIBLE =
  '\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff'
/** Joiners shape emoji and some scripts: kept inside a text, dropped elsewhere. */
export const JOINERS = '\u200c\u200d'

const CONTROLS = '\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f'
const GAPS = classOf(SPACES + LINE_BREAKS + INVISIBLE + JOINERS)

/** No code and no choice is that long. */
const COMPATIBLE_LENGTH_MAX = 1_000

const PLAIN = /^[!-~]*$/
const DIGITS = /^[0-9]*$/
const FULL_WIDTH = /[\uff01-\uff5e]/g
const DROPPED_IN_CODES = new RegExp(`[${classOf(HYPHENS + WAVES)}${GAPS}${CONTROLS}]+`, 'g')
const DROPPED_IN_ADDRESSES = new RegExp(`[${GAPS}${CONTROLS}]+`, 'g')
const HYPHEN_RUN = new RegExp(`[${classOf(HYPHENS + WAVES)}]+`, 'g')
const HYPHEN_IN_ADDRESSES = new RegExp(`[${classOf(HYPHENS)}]`, 'g')
const DROPPED_IN_TEXTS = new RegExp(`[${classOf(INVISIBLE)}${CONTROLS}]+`, 'g')
const NEEDS_CARE_IN_TEXTS = new RegExp(
  `[${classOf(INVISIBLE + LINE_BREAKS)}${CONTROLS}\\ud800-\\udfff]`,
)
const GAP_RUN = new RegExp(`[${classOf(SPACES + LINE_BREAKS)}]+`, 'g')
const LINE_BREAK = new RegExp(`[${classOf(LINE_BREAKS)}]`)
const BLANK: ReadonlySet<number> = new Set(
  [...(SPACES + LINE_BREAKS + JOINERS)].map((character) => character.charCodeAt(0)),
)

/** A number code: half width, without hyphens and gaps; leading zeros stay. Other characters stay too, to be judged. */
export function foldCode(typed: string): string {
  if (DIGITS.test(typed)) return typed
  // Twice: NFKC changes some hyphens and gaps into others, and leaves some out.
  return compatible(typed.replace(DROPPED_IN_CODES, '')).replace(DROPPED_IN_CODES, '')
}

/** A number in groups: as a code, but hyphens of any kind stay as `-`, one between two groups and none around. */
export function foldHyphens(typed: string): string {
  const halves = compatible(typed.replace(DROPPED_IN_ADDRESSES, ''))
    .replace(DROPPED_IN_ADDRESSES, '')
    .replace(HYPHEN_RUN, '-')
  return halves.replace(/^-|-$/g, '')
}

/** A mail address: half width, without gaps; hyphen look-alikes become `-`, the ideographic full stop becomes `.`. */
export function foldAddress(typed: string): string {
  if (PLAIN.test(typed)) return typed
  return toHalfWidth(typed)
    .replace(DROPPED_IN_ADDRESSES, '')
    .replace(HYPHEN_IN_ADDRESSES, '-')
    .replace(/[\u3002\uff61]/g, '.')
}

/**
 * Free text and names: trimmed, a line break with the gaps around it becomes one space, unseen characters are dropped.
 * Nothing else changes: 髙, 﨑, 𠮷 and variation sequences (IVS) are somebody's name.
 */
export function foldText(typed: string): string {
  if (!NEEDS_CARE_IN_TEXTS.test(typed)) return trim(typed)
  return trim(
    typed
      .toWellFormed()
      .replace(DROPPED_IN_TEXTS, '')
      .replace(GAP_RUN, (run) => (LINE_BREAK.test(run) ? ' ' : run)),
  )
}

/** Text of several lines: each folded as text, line breaks of any kind as `\n`, no empty lines around. */
export function foldLines(typed: string): string {
  return trim(
    typed
      .replace(/\r\n|[\v\f\r\u0085\u2028\u2029]/g, '\n')
      .split('\n')
      .map(foldText)
      .join('\n'),
  )
}

/** For comparing only: width, kana width, case and gaps make no difference. */
export function foldForComparison(typed: string): string {
  return compatible(typed.replace(DROPPED_IN_ADDRESSES, '')).toLowerCase()
}

/** The ASCII range and the ideographic space. */
export function toHalfWidth(text: string): string {
  return text
    .replace(FULL_WIDTH, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ')
}

/** NFKC, for what may be a code or a choice: putting marks in order takes quadratic time on a long run of them. */
function compatible(text: string): string {
  return text.length > COMPATIBLE_LENGTH_MAX ? text : text.normalize('NFKC')
}

/** As `String.trim`, for every kind of gap. No pattern: `\s+$` would take quadratic time. */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && BLANK.has(text.charCodeAt(start))) start++
  while (end > start && BLANK.has(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/** The inside of a character class. All of them are in the basic plane: one code unit each. */
export function classOf(characters: string): string {
  return [...characters]
    .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
