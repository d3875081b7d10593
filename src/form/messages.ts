import { fieldTypes } from './fields/index.ts'
import type { Field, Issue, Locale, Text } from './form.ts'

/**
 * What is said for each issue code of the field types and of `validate`; R-codes are those of registration.md §11.
 * `{label}` is the item; other names are params of the issue. Every text names the item and what to do.
 */
export const issueTexts: Readonly<Record<string, Text>> = Object.freeze({
  R01: {
    ja: '「{label}」を入力してください。',
    en: 'Enter “{label}”.',
  },
  'R01.choice': {
    ja: '「{label}」を選んでください。',
    en: 'Choose an option for “{label}”.',
  },
  R02: {
    ja: '「{label}」は半角数字{n}桁で入力してください。',
    en: 'Enter “{label}” as {n} digits.',
  },
  'R02.range': {
    ja: '「{label}」は半角数字{min}桁から{max}桁で入力してください。',
    en: 'Enter “{label}” as {min} to {max} digits.',
  },
  'code.check-digit': {
    ja: '「{label}」の最後の桁が、番号の決まりに合いません。お手元の書類に印刷された番号とお確かめください。',
    en: 'The last digit of “{label}” does not fit the others. Compare it with the number printed on your papers.',
  },
  R03: {
    ja: '「{label}」はハイフンを除いた半角数字で入力してください。',
    en: 'Enter “{label}” in digits only, without hyphens.',
  },
  'phone.start': {
    ja: '「{label}」は市外局番など、0から始まる番号を入力してください。',
    en: 'Enter “{label}” with its area code, beginning with 0.',
  },
  'phone.length': {
    ja: '「{label}」は市外局番から、10桁か11桁の数字で入力してください。',
    en: 'Enter “{label}” with its area code, 10 or 11 digits in all.',
  },
  'phone.hyphens': {
    ja: '「{label}」は 03-0000-0000 のように、ハイフン（-）で3つに区切って入力してください。',
    en: 'Enter “{label}” in three groups with hyphens (-), such as 03-0000-0000.',
  },
  R05: {
    ja: '「{label}」に使用できない文字が含まれています。使用できる文字：{set}',
    en: '“{label}” has a character that cannot be used. Use these: {set}',
  },
  R06: {
    ja: '{label}は{n}文字までです。短いものを入力してください。',
    en: '“{label}” can have at most {n} characters. Enter a shorter one.',
  },
  'email.characters': {
    ja: '「{label}」は半角の英数字と記号で入力してください。',
    en: 'Enter “{label}” in half-width letters, digits and symbols.',
  },
  'email.shape': {
    ja: '「{label}」は name@example.jp のような形で入力してください。',
    en: 'Enter “{label}” in the form name@example.jp.',
  },
  R08: {
    ja: '「{label}」は{rule}にしてください。',
    en: 'Make “{label}” {rule}.',
  },
  'password.characters': {
    ja: '「{label}」は半角の英字・数字・記号だけで入力してください。',
    en: 'Use only half-width letters, digits and symbols in “{label}”.',
  },
  'current-password.wrong': {
    ja: '「{label}」が登録されているものと一致しません。もう一度入力してください。',
    en: '“{label}” is not the one on record. Enter it again.',
  },
  R09: {
    ja: '「{label}」をもう一度入力してください。確認用の入力と一致しません。',
    en: 'Enter “{label}” again. It differs from the first entry.',
  },
  'consent.missing': {
    ja: '「{label}」の文書をご確認のうえ、同意してください。',
    en: 'Read the documents and agree to “{label}”.',
  },
  R17: {
    ja: '「{label}」は{n}文字以内で入力してください。',
    en: 'Enter “{label}” in at most {n} characters.',
  },
  'text.pattern': {
    ja: '「{label}」は「{example}」のような形で入力してください。',
    en: 'Enter “{label}” in the form of “{example}”.',
  },
  'choice.unknown': {
    ja: '「{label}」は一覧にあるものから選んでください。',
    en: 'Choose one of the listed options for “{label}”.',
  },
  'card.used': {
    ja: '「{label}」の読み取り結果は、もう使えません。もう一度読み取るか、画面に入力して進んでください。',
    en: 'The result of “{label}” cannot be used any more. Read the card again, or go on by typing.',
  },
  'kana.katakana': {
    ja: '「{label}」は全角カタカナで入力してください。',
    en: 'Enter “{label}” in katakana.',
  },
  'kana.hiragana': {
    ja: '「{label}」はひらがなで入力してください。',
    en: 'Enter “{label}” in hiragana.',
  },
  'number.digits': {
    ja: '「{label}」は数字で入力してください。',
    en: 'Enter “{label}” as a whole number.',
  },
  'number.min': {
    ja: '「{label}」は{min}以上の数を入力してください。',
    en: 'Enter {min} or more for “{label}”.',
  },
  'number.range': {
    ja: '「{label}」は{min}から{max}までの数を入力してください。',
    en: 'Enter a number from {min} to {max} for “{label}”.',
  },
  'date.shape': {
    ja: '「{label}」は年・月・日をすべて入力してください。例）2025年4月1日',
    en: 'Enter year, month and day of “{label}”, such as 2025-04-01.',
  },
  'date.day': {
    ja: '「{label}」の日はカレンダーにありません。年・月・日をお確かめください。',
    en: 'There is no such day in the calendar. Check year, month and day of “{label}”.',
  },
  'date.era': {
    ja: '「{label}」の日は、選んだ元号が始まる前です。元号か年をお確かめください。',
    en: 'The era of “{label}” begins after this day. Check the era or the year.',
  },
  'date.range': {
    ja: '「{label}」は{min}から{max}までの日を入力してください。',
    en: 'Enter a day from {min} to {max} for “{label}”.',
  },
  'date.min': {
    ja: '「{label}」は{min}以降の日を入力してください。',
    en: 'Enter {min} or a later day for “{label}”.',
  },
  'date.max': {
    ja: '「{label}」は{max}までの日を入力してください。',
    en: 'Enter {max} or an earlier day for “{label}”.',
  },
  'year-month.shape': {
    ja: '「{label}」は年（西暦4桁）と月の両方を入力してください。例）2025年4月',
    en: 'Enter both the year (4 digits) and the month of “{label}”, such as 2025-04.',
  },
  'year-month.day': {
    ja: '「{label}」の月は1から12までの数で入力してください。',
    en: 'Enter the month of “{label}” as a number from 1 to 12.',
  },
  'year-month.era': {
    ja: '「{label}」の年月は、選んだ元号が始まる前です。元号か年をお確かめください。',
    en: 'The era of “{label}” begins after this month. Check the era or the year.',
  },
  'year-month.range': {
    ja: '「{label}」は{min}から{max}までの年月を入力してください。',
    en: 'Enter a month from {min} to {max} for “{label}”.',
  },
  'year-month.min': {
    ja: '「{label}」は{min}以降の年月を入力してください。',
    en: 'Enter {min} or a later month for “{label}”.',
  },
  'year-month.max': {
    ja: '「{label}」は{max}までの年月を入力してください。',
    en: 'Enter {max} or an earlier month for “{label}”.',
  },
  'time-window.shape': {
    ja: '「{label}」は 9:00 のように、0:00から23:59までの時刻で入力してください。',
    en: 'Enter “{label}” as times from 0:00 to 23:59, such as 9:00.',
  },
  'time-window.pair': {
    ja: '「{label}」は始まりと終わりの両方の時刻を入力してください。',
    en: 'Enter both times of “{label}”.',
  },
  'time-window.order': {
    ja: '「{label}」の終わりは、始まりより後の時刻を入力してください。',
    en: 'Enter a time later than the first one as the end of “{label}”.',
  },
  'checkboxes.few': {
    ja: '「{label}」は{n}個以上選んでください。',
    en: 'Choose at least {n} for “{label}”.',
  },
  'checkboxes.many': {
    ja: '「{label}」で選べるのは{n}個までです。',
    en: 'Choose at most {n} for “{label}”.',
  },
  'postal-code.digits': {
    ja: '「{label}」は7桁の数字で入力してください。',
    en: 'Enter “{label}” as 7 digits.',
  },
  'rows.missing': {
    ja: '「{label}」を1行以上入力してください。',
    en: 'Fill in at least one row of “{label}”.',
  },
  'rows.total': {
    ja: '「{label}」の合計は{n}までです（今は{sum}）。数を減らしてください。',
    en: 'The total of “{label}” can be at most {n} (now {sum}). Reduce the numbers.',
  },
  'rows.distinct': {
    ja: '「{label}」で同じものが2つの行にあります。1つの行にまとめてください。',
    en: 'Two rows of “{label}” name the same. Put them into one row.',
  },
  'attachment.missing': {
    ja: '「{label}」を添付してください。',
    en: 'Attach “{label}”.',
  },
  'attachment.type': {
    ja: '「{file}」は受け付けられない形式です。{accepted}のファイルを選んでください。',
    en: '“{file}” is of a kind that is not taken. Choose a file of the kind {accepted}.',
  },
  'attachment.photo': {
    ja: '「{file}」は写真（JPEG・HEICなど）です。{accepted}にしてから添付してください。iPadでは写真の「共有」→「プリント」で画像を広げてPDFに、Windowsでは「印刷」→「Microsoft Print to PDF」でPDFにできます。',
    en: '“{file}” is a photo (JPEG, HEIC …). Turn it into {accepted} first: on an iPad, Share → Print and spread the picture to get a PDF; on Windows, Print → Microsoft Print to PDF.',
  },
  'attachment.empty': {
    ja: '「{file}」は中身が空です。元のファイルを開いて確かめ、保存しなおしてから選んでください。',
    en: '“{file}” is empty. Open the original, save it again, and choose it once more.',
  },
  'attachment.too-large': {
    ja: '「{file}」は大きすぎます。{max}以下にしてから添付してください（ページを分けるか、解像度を下げます）。',
    en: '“{file}” is too large. Make it {max} or smaller: split it, or lower its resolution.',
  },
  'attachment.too-many': {
    ja: '「{label}」に添付できるのは{n}個までです。不要なファイルを取り除いてください。',
    en: 'Up to {n} files can be attached to “{label}”. Remove those that are not needed.',
  },
  'attachment.differs': {
    ja: '「{file}」は、名前の終わり（拡張子）と中身の形式が違います。作ったソフトで開き、{accepted}で保存しなおしてください。',
    en: 'The content of “{file}” is not what its name says. Open it where it was made and save it again as {accepted}.',
  },
  'attachment.damaged': {
    ja: '「{file}」は途中で切れているか、壊れています。元のファイルを開けることを確かめ、保存しなおしてから選んでください。',
    en: '“{file}” is cut off or damaged. Check that the original opens, save it again, and choose it once more.',
  },
  'attachment.locked': {
    ja: '「{file}」にはパスワードなどの保護がかかっています。保護を外して保存しなおしてから添付してください。',
    en: '“{file}” is protected by a password. Save it without the protection and attach it again.',
  },
  'attachment.active': {
    ja: '「{file}」にはマクロ（自動で動くしくみ）が入っています。マクロのない形式（.xlsx）で保存しなおすか、PDFにしてください。',
    en: '“{file}” contains macros. Save it without them (.xlsx), or as a PDF.',
  },
  'attachment.inflated': {
    ja: '「{file}」は、開くと非常に大きくなるため受け付けられません。内容を減らすか、PDFにしてください。',
    en: '“{file}” grows too large when it is opened. Reduce what is in it, or make it a PDF.',
  },
  'attachment.infected': {
    ja: '「{file}」からウイルスが見つかったため、使えないようにしました。このファイルを取り除き、お使いの機器も確かめてください。',
    en: 'A virus was found in “{file}”, so it has been locked. Remove it, and check your computer as well.',
  },
  'attachment.unknown': {
    ja: '「{label}」に添付したファイルの一部が残っていません。お手数ですが、もう一度添付してください。',
    en: 'Some files of “{label}” are no longer there. Please attach them again.',
  },
  'attachment.quota': {
    ja: '1日に送れる量を超えるため、「{file}」は受け付けられませんでした。不要なファイルを取り除くか、明日もう一度お試しください。',
    en: '“{file}” was not taken, since the amount for one day is used up. Remove files that are not needed, or try again tomorrow.',
  },
  'derived.wrong': {
    ja: '「{label}」は自動で表示されます。もとになる項目をご確認ください。',
    en: '“{label}” is filled in by itself. Check the items it is made from.',
  },
  'lookup.missing': {
    ja: '「{label}」に当たるものが見つかりません。入力した内容をお確かめください。',
    en: 'Nothing was found for “{label}”. Check what you entered.',
  },
  'lookup.elsewhere': {
    ja: '「{label}」はこの画面では受け付けていません。案内にしたがってお進みください。',
    en: '“{label}” is not handled here. Follow the note.',
  },
  'lookup.refused': {
    ja: '「{label}」の内容では受け付けられません。案内にしたがってお進みください。',
    en: '“{label}” cannot be accepted as entered. Follow the note.',
  },
  'lookup.unavailable': {
    ja: '「{label}」をいま確認できません。{seconds}秒ほどおいて、もう一度お試しください。',
    en: '“{label}” cannot be checked now. Try again in about {seconds} seconds.',
  },
  'verification.missing': {
    ja: '「{label}」のボタンを押して、確認を済ませてください。',
    en: 'Press the button “{label}” to have it checked.',
  },
  'verification.wrong': {
    ja: '「{label}」ができませんでした。入力した内容をお確かめください。',
    en: '“{label}” found something else on record. Check what you entered.',
  },
  'verification.blocked': {
    ja: '「{label}」は、一致しないことが続いたため、いまは使えません。{hours}時間ほどたつと、もう一度使えます。',
    en: '“{label}” did not match too often and cannot be used now. Try again in about {hours} hours.',
  },
  'verify.wrong': {
    ja: '「{label}」が一致しません。お確かめのうえ、もう一度入力してください。',
    en: '“{label}” does not match. Check it and enter it again.',
  },
  unknown: {
    ja: '「{label}」の内容をご確認のうえ、入力しなおしてください。',
    en: 'Check “{label}” and enter it again.',
  },
})

const CHOSEN: ReadonlySet<string> = new Set(['radio', 'select', 'combobox', 'checkboxes'])
const WHOLE_FORM: Text = { ja: '入力内容', en: 'your entries' }

/** The words for an issue: its own text, else the field's (`say`), else the catalogue. Never fails, whatever the code. */
export function messageOf(issue: Issue, field: Field | undefined, locale: Locale): string {
  const text =
    issue.text ??
    textAt(field?.say, issue.code) ??
    textAt(issueTexts, keyOf(issue, field)) ??
    (issueTexts.unknown as Text)
  const values: Record<string, string> = {
    label: inLocale(field?.label ?? WHOLE_FORM, locale),
    ...(field?.example && { example: inLocale(field.example, locale) }),
    ...wordsOf(issue, locale),
  }
  return inLocale(text, locale).replace(/\{([a-z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  )
}

/** `a-z0-9._-` in words, for those who cannot read it: 英小文字、数字、ピリオド（.）… */
export function charactersInWords(characters: string, locale: Locale): string {
  const words: string[] = []
  let rest = characters
  for (const [range, text] of RANGES) {
    if (!rest.includes(range)) continue
    words.push(text[locale])
    rest = rest.replace(range, '')
  }
  for (const symbol of rest) {
    const name = SYMBOLS[symbol]?.[locale]
    if (name === undefined) words.push(symbol)
    else words.push(locale === 'ja' ? `${name}（${symbol}）` : `${name} (${symbol})`)
  }
  return words.join(locale === 'ja' ? '、' : ', ')
}

const RANGES: readonly (readonly [string, { readonly ja: string; readonly en: string }])[] = [
  ['A-Z', { ja: '英大文字', en: 'upper-case letters' }],
  ['a-z', { ja: '英小文字', en: 'lower-case letters' }],
  ['0-9', { ja: '数字', en: 'digits' }],
]
const SYMBOLS: Readonly<Record<string, { readonly ja: string; readonly en: string }>> = {
  '.': { ja: 'ピリオド', en: 'full stop' },
  '-': { ja: 'ハイフン', en: 'hyphen' },
  _: { ja: 'アンダーバー', en: 'underscore' },
  '+': { ja: 'プラス', en: 'plus' },
}
const CLASSES: Readonly<Record<string, { readonly ja: string; readonly en: string }>> = {
  upper: { ja: '英大文字', en: 'an upper-case letter' },
  lower: { ja: '英小文字', en: 'a lower-case letter' },
  digit: { ja: '数字', en: 'a digit' },
}

function wordsOf(issue: Issue, locale: Locale): Record<string, string> {
  const params = issue.params ?? {}
  const words = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, dayInWords(String(value), locale)]),
  )
  if (words.set !== undefined) words.set = charactersInWords(words.set, locale)
  if (issue.code === 'R08') words.rule = ruleInWords(words, locale)
  return words
}

/** A day or a month among the params as people write it: 2024年4月1日. */
function dayInWords(value: string, locale: Locale): string {
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?$/.exec(value) ?? []
  if (year === undefined || locale === 'en') return value
  const words = `${Number(year)}年${Number(month)}月`
  return day === undefined ? words : `${words}${Number(day)}日`
}

function ruleInWords(params: Record<string, string>, locale: Locale): string {
  const classes = (params.classes ?? '').split(' ').flatMap((name) => CLASSES[name]?.[locale] ?? [])
  if (locale === 'en') {
    const length = `${params.min} to ${params.max} characters long`
    return classes.length > 0 ? `${length}, with ${classes.join(', ')}` : length
  }
  const length = `${params.min}～${params.max}文字`
  return classes.length > 0 ? `${classes.join('・')}を含む${length}` : length
}

/** A choice is made, not typed. */
function keyOf(issue: Issue, field: Field | undefined): string {
  const control = field && fieldTypes[field.type]?.control
  return issue.code === 'R01' && control !== undefined && CHOSEN.has(control)
    ? 'R01.choice'
    : issue.code
}

function textAt(
  texts: { readonly [code: string]: Text } | undefined,
  code: string,
): Text | undefined {
  return texts && Object.hasOwn(texts, code) ? texts[code] : undefined
}

function inLocale(text: Text, locale: Locale): string {
  return text[locale] ?? text.ja
}
