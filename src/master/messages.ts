import type { CellProblem, MasterProblemCode } from './columns.ts'

/** One text in both languages. */
export type BothLanguages = { readonly ja: string; readonly en: string }

/** What to tell the person who imports: the item and the remedy, without the value (it may be personal). */
export function messageOf(
  problem: Omit<CellProblem, 'column'> & { column: string },
): BothLanguages {
  return texts[problem.code](problem.column, problem.detail)
}

type Text = (column: string, detail: string) => BothLanguages

const texts: { readonly [code in MasterProblemCode]: Text } = {
  'column-missing': (column) => ({
    ja: `1行目の見出しに「${column}」の列がありません。列を加えてください。`,
    en: `The header lacks the column ${column}: add it.`,
  }),
  'column-unknown': (column) => ({
    ja: `「${column}」という列は使われないため、読み飛ばしました。見出しの文字を確かめてください。`,
    en: `The column ${column} is not known and was left out: check its spelling.`,
  }),
  'column-repeated': (column) => ({
    ja: `見出しに「${column}」の列が2つ以上あります。1つにしてください。`,
    en: `The header has the column ${column} more than once: keep one.`,
  }),
  'row-length': (_, detail) => ({
    ja: `項目の数が見出しと違います（${detail}）。区切りのコンマを確かめてください。`,
    en: `The row has another number of items than the header (${detail}): check its commas.`,
  }),
  'row-unreadable': () => ({
    ja: '引用符（"）の閉じ方が合わないため読み取れません。引用符を確かめてください。',
    en: 'The row cannot be read: check its quotation marks (").',
  }),
  undecodable: (column) => ({
    ja: `「${column}」に読み取れない文字があります。ファイルの文字コード（UTF-8 または Shift_JIS）を確かめてください。`,
    en: `${column} has characters that cannot be read: check the file's encoding (UTF-8 or Shift_JIS).`,
  }),
  missing: (column) => ({
    ja: `「${column}」が空です。値を入れてください。`,
    en: `${column} is empty: fill it in.`,
  }),
  'identifier-missing': () => ({
    ja: '登録記号番号（registration_number）も、都道府県とコード7桁（prefecture、code7）もありません。どちらかを入れてください。',
    en: 'There is neither a registration_number nor prefecture and code7: fill in one of them.',
  }),
  id: (column) => ({
    ja: `「${column}」には半角の英数字と . : _ - だけが使えます。書き直してください。`,
    en: `${column} may contain only letters a-z, digits and . : _ -: write it so.`,
  }),
  prefecture: () => ({
    ja: '都道府県（prefecture）は01から47までの2桁の番号で入れてください。表計算ソフトで先頭の0が消えていないか確かめてください。',
    en: 'prefecture must be a number of two digits, 01 to 47: check that no leading zero was lost.',
  }),
  digits: (column, detail) => ({
    ja: `「${column}」は数字${detail}桁で入れてください。表計算ソフトで先頭の0が消えていないか確かめてください。`,
    en: `${column} must have ${detail} digits: check that no leading zero was lost.`,
  }),
  number: (column) => ({
    ja: `「${column}」は数字5～20桁（先頭に協・契などの1文字があっても可）で入れてください。`,
    en: `${column} must have 5 to 20 digits, with one character such as 協 or 契 before them if need be.`,
  }),
  date: (column) => ({
    ja: `「${column}」は暦にある日付を 1970-01-31 のように入れてください。`,
    en: `${column} must be a date of the calendar, written like 1970-01-31.`,
  }),
  'yes-or-no': (column) => ({
    ja: `「${column}」は yes か no で入れてください。`,
    en: `${column} must be yes or no.`,
  }),
  'too-long': (column, detail) => ({
    ja: `「${column}」は${detail}文字以内で入れてください。`,
    en: `${column} may have ${detail} characters at most.`,
  }),
  'control-character': (column) => ({
    ja: `「${column}」に改行やタブなどが含まれています。取り除いてください。`,
    en: `${column} contains a line break, a tab or the like: remove it.`,
  }),
  'name-missing': () => ({
    ja: '施設の名称（name）が空です。名称を入れてください。',
    en: 'name is empty: fill in the name of the facility.',
  }),
  'other-type': (_, detail) => ({
    ja: `この facility_id は種別「${detail}」の施設として登録済みです。種別を直すか、別の facility_id にしてください。`,
    en: `This facility_id is known as a facility of type ${detail}: correct the type or use another facility_id.`,
  }),
  contradiction: (_, detail) => ({
    ja: `同じ facility_id の前の行と内容が違います（${detail}）。どちらの行が正しいか確かめ、揃えてください。`,
    en: `An earlier row with the same facility_id says otherwise (${detail}): make the rows agree.`,
  }),
  'number-taken': (column, detail) => ({
    ja: `この番号（${column}）は別の施設（facility_id ${detail}）のものです。番号を確かめてください。`,
    en: `This ${column} belongs to another facility (facility_id ${detail}): check the number.`,
  }),
  'code-taken': (column, detail) => ({
    ja: `この都道府県とコード（${column}）は別の施設（facility_id ${detail}）のものです。コードを確かめてください。`,
    en: `This prefecture and ${column} belong to another facility (facility_id ${detail}): check the code.`,
  }),
}
