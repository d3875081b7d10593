import type { Locale } from '../form/form.ts'
import { dateWords } from '../form/formats.ts'

/** What our own pages say beside the texts of definitions. */
const WORDS = {
  portals: { ja: 'ポータル一覧', en: 'Portals' },
  settings: { ja: '表示の設定', en: 'How pages look' },
  home: { ja: 'ホーム', en: 'Home' },
  notices: { ja: 'お知らせ', en: 'Notices' },
  faq: { ja: 'よくある質問', en: 'Questions and answers' },
  catalogue: { ja: '各種申請', en: 'Applications' },
  linkLine: {
    ja: '手続きを進めるには、下のボタンを押してください。ボタンを押すまでは、何も変わりません。',
    en: 'Press the button to go on. Nothing changes before you press it.',
  },
  linkError: { ja: 'このURLは使えません', en: 'This link cannot be used' },
  done: { ja: '受け付けました', en: 'Accepted' },
  ended: {
    ja: 'この手続きは終了しています。',
    en: 'This matter is closed.',
  },
  accepted: {
    ja: '内容を受け付けました。',
    en: 'We have received it.',
  },
  myList: { ja: 'マイリスト', en: 'My list' },
  drafts: { ja: '下書き', en: 'Drafts' },
  goOn: { ja: '手続き（押すと再開します）', en: 'Matter (press to go on)' },
  savedAt: { ja: '保存日時', en: 'Saved' },
  keptUntil: { ja: '保存期限', en: 'Kept until' },
  deleteDraft: { ja: '削除', en: 'Delete' },
  deleteDraftTitle: { ja: '下書きの削除', en: 'Delete a draft' },
  deleteDraftLine: {
    ja: 'の下書きを削除します。削除すると、入力した内容と添付したファイルは元に戻せません。',
    en: '— this draft will be deleted. What was typed and attached cannot be brought back.',
  },
  keepDraft: { ja: '削除せずにマイリストへ戻る', en: 'Back to my list without deleting' },
  draftDeleted: { ja: '下書きを削除しました。', en: 'The draft was deleted.' },
  noDrafts: { ja: '下書きはありません。', en: 'There are no drafts.' },
  loginToGoOn: {
    ja: 'ログインの期限が切れました。入力した内容はお預かりしています。同じアカウントでログインすると、続きから入力できます（パスワードなどは、もう一度ご入力ください）。',
    en: 'Your session has ended. What you typed is kept: log in with the same account to go on (type passwords again).',
  },
  filed: { ja: '受け付けた手続き', en: 'What you have filed' },
  number: { ja: '受付番号', en: 'Number' },
  matter: { ja: '手続き', en: 'Matter' },
  state: { ja: '状態', en: 'State' },
  day: { ja: '受付日', en: 'Date' },
  nothingFiled: { ja: 'まだ手続きはありません。', en: 'You have not filed anything yet.' },
  openPdf: { ja: 'PDFを開く', en: 'Open the PDF' },
  received: { ja: '受け取りました', en: 'I have it' },
  receivedWarning: {
    ja: '印刷するか書き留めたら、パスワードをこのポータルから消してください。消した後は、同じ施設の方も含めて、だれにも表示されません。',
    en: 'Once you have printed or noted it, erase the password from this portal. Nobody, not even your colleagues, will see it afterwards.',
  },
  erasePassword: { ja: 'パスワードを消す', en: 'Erase the password' },
  issuedSoFar: { ja: '発行済み', en: 'Issued so far' },
  passwordGone: {
    ja: 'パスワードを消しました。IDは、これからもこの画面で確認できます。',
    en: 'The password is erased. You can still look up the ids here.',
  },
  passwordHandedOver: { ja: 'パスワード受取済み', en: 'Password handed over' },
  inUse: { ja: '発行済み', en: 'Issued' },
  inPreparation: { ja: '準備中', en: 'In preparation' },
  terminal: { ja: '端末番号', en: 'Terminal' },
  issueDay: { ja: '発行日', en: 'Issued on' },
  document: { ja: '文書', en: 'Document' },
  file: { ja: 'ファイル', en: 'File' },
  outbox: { ja: '送信箱', en: 'Outbox' },
  outboxEmpty: { ja: 'まだメールはありません。', en: 'There is no mail yet.' },
} as const satisfies { readonly [word: string]: { readonly ja: string; readonly en: string } }

export function word(name: keyof typeof WORDS, locale: Locale): string {
  return WORDS[name][locale]
}

/** Announced after a button of a submission's page did its work. */
export function doneNotice(label: string, locale: Locale): string {
  return locale === 'ja' ? `「${label}」を受け付けました。` : `“${label}”: done.`
}

/** A day as people in Japan count it. */
export function dayText(at: string, locale: Locale): string {
  return dateWords(new Date(at), locale, { dateStyle: 'long' })
}

/** A day without a time: `2026-04-01` as people in Japan write it. */
export function dateText(date: string, locale: Locale): string {
  return dayText(`${date}T00:00:00+09:00`, locale)
}

/** Of the page with what was found. */
export function searchTitle(query: string, locale: Locale): string {
  if (locale === 'ja') return query === '' ? 'サイト内検索' : `「${query}」の検索結果`
  return query === '' ? 'Search' : `Found for “${query}”`
}
