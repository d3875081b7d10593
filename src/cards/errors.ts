import type { Text } from '../form/form.ts'

/** The closed list: drivers, profiles, agent and page know no other code. */
export type CardErrorCode =
  | 'SERVICE_DOWN'
  | 'NO_READER'
  | 'READER_REMOVED'
  | 'READER_BUSY'
  | 'READER_STUCK'
  | 'NO_CARD'
  | 'CARD_REMOVED'
  | 'CARD_RESET'
  | 'CARD_MUTE'
  | 'CARD_UNSUPPORTED'
  | 'PROTOCOL_ERROR'
  | 'APDU_STATUS'
  | 'FILE_NOT_FOUND'
  | 'NOT_PERMITTED'
  | 'PIN_REQUIRED'
  | 'PIN_WRONG'
  | 'PIN_BLOCKED'
  | 'PIN_CANCELLED'
  | 'PIN_TIMEOUT'
  | 'PIN_FORMAT'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'CAPABILITY_MISSING'
  | 'CONFIG_INVALID'
  | 'FILE_PARTIAL'
  | 'FILE_REJECTED'
  | 'FILE_CONFLICT'
  | 'API_VERSION'
  | 'PLUGIN_CRASHED'
  | 'DENIED_BY_POLICY'
  | 'INTERNAL'

/** Numbers that tell more of an error; never what was read from a card. */
export type CardErrorDetail = { readonly sw?: number; readonly triesLeft?: number }

/** Something outside failed: reader, card, person. The message is the code; the words are in `cardErrors`. */
export class CardError extends Error {
  override readonly name = 'CardError'
  readonly code: CardErrorCode
  readonly detail: CardErrorDetail

  constructor(
    code: CardErrorCode,
    detail: CardErrorDetail = {},
    options: { cause?: unknown } = {},
  ) {
    super(code, options)
    this.code = code
    this.detail = detail
  }
}

/** Whatever was thrown, as one of the list; what a plugin threw otherwise is its own mistake. */
export function asCardError(thrown: unknown): CardError {
  if (thrown instanceof CardError) return thrown
  return new CardError('INTERNAL', {}, { cause: thrown })
}

export function isCardErrorCode(code: unknown): code is CardErrorCode {
  return typeof code === 'string' && Object.hasOwn(cardErrors, code)
}

type Entry = {
  /** Whether the same wish may succeed when it is tried again as it is. */
  readonly retryable: boolean
  readonly what: Text
  readonly userAction: Text
}

/** `{sw}` and `{triesLeft}` stand for the detail. */
export const cardErrors: { readonly [code in CardErrorCode]: Entry } = Object.freeze({
  SERVICE_DOWN: entry(
    true,
    'カードの読み取りを受け持つプログラムと通じません。',
    'The program that reads cards cannot be reached.',
    'このパソコンで読み取りプログラムが動いているか確かめて、もう一度お試しください。',
    'See that the card program runs on this computer, then try again.',
  ),
  NO_READER: entry(
    true,
    'カードリーダーが見つかりません。',
    'No card reader was found.',
    'カードリーダーをパソコンにつないでから、もう一度お試しください。',
    'Connect the card reader to this computer, then try again.',
  ),
  READER_REMOVED: entry(
    true,
    'カードリーダーが途中で外れました。',
    'The card reader was unplugged on the way.',
    'カードリーダーをつなぎ直してから、もう一度お試しください。',
    'Connect the card reader again, then try again.',
  ),
  READER_BUSY: entry(
    true,
    'ほかのプログラムがカードリーダーを使っています。',
    'Another program is using the card reader.',
    'カードを使うほかの画面を閉じてから、もう一度お試しください。',
    'Close other windows that use the card, then try again.',
  ),
  READER_STUCK: entry(
    true,
    'カードリーダーが応答しません。',
    'The card reader does not answer.',
    'カードを外し、リーダーをつなぎ直してください。直らないときは、パソコンを再起動してください。',
    'Remove the card and connect the reader again. If that does not help, restart the computer.',
  ),
  NO_CARD: entry(
    true,
    'カードが置かれていません。',
    'There is no card on the reader.',
    'カードをリーダーに置いてから、もう一度お試しください。',
    'Put the card on the reader, then try again.',
  ),
  CARD_REMOVED: entry(
    true,
    '読み取りの途中でカードが離れました。',
    'The card was taken away while it was read.',
    'カードを置き直し、終わるまで動かさずにお待ちください。',
    'Put the card back and leave it there until reading has ended.',
  ),
  CARD_RESET: entry(
    true,
    'ほかのプログラムがカードを使ったため、読み取りが途切れました。',
    'Another program used the card, so reading was interrupted.',
    'カードを使うほかの画面を閉じてから、もう一度お試しください。',
    'Close other windows that use the card, then try again.',
  ),
  CARD_MUTE: entry(
    true,
    'カードが反応しません。',
    'The card does not react.',
    'カードの向きと置き場所を直してから、もう一度お試しください。',
    'Turn or move the card on the reader, then try again.',
  ),
  CARD_UNSUPPORTED: entry(
    false,
    'このカードは、ここでは使えません。',
    'This card cannot be used here.',
    '案内にある種類のカードかどうか、お確かめください。',
    'See that it is one of the kinds of card named on the page.',
  ),
  PROTOCOL_ERROR: entry(
    true,
    'カードとのやりとりが途中で崩れました。',
    'What came from the card could not be understood.',
    'カードを置き直してから、もう一度お試しください。',
    'Put the card down again, then try again.',
  ),
  APDU_STATUS: entry(
    false,
    'カードが処理を断りました（{sw}）。',
    'The card refused ({sw}).',
    'カードを置き直しても同じときは、画面に入力してください。',
    'If it happens again after putting the card down anew, type the items instead.',
  ),
  FILE_NOT_FOUND: entry(
    false,
    'カードに、必要な情報が入っていません。',
    'The card does not hold what is needed.',
    '別のカードを使うか、画面に入力してください。',
    'Use another card, or type the items instead.',
  ),
  NOT_PERMITTED: entry(
    false,
    'カードが、この情報の読み取りを許していません。',
    'The card does not permit reading this.',
    '画面に入力してください。',
    'Type the items instead.',
  ),
  PIN_REQUIRED: entry(
    false,
    'この読み取りには暗証番号が必要です。',
    'Reading this needs a PIN.',
    '読み取りプログラムの画面で暗証番号を入力してください。',
    'Enter the PIN in the window of the card program.',
  ),
  PIN_WRONG: entry(
    false,
    '暗証番号が違います。残りは{triesLeft}回です。',
    'The PIN is wrong. {triesLeft} tries are left.',
    '番号を確かめてから、もう一度読み取りを始めてください。続けて間違えるとカードが使えなくなります。',
    'Check the number, then start reading again. The card is locked after too many wrong tries.',
  ),
  PIN_BLOCKED: entry(
    false,
    '暗証番号がロックされています。',
    'The PIN is locked.',
    'お住まいの市区町村の窓口で、暗証番号の初期化を受けてください。画面への入力でも続けられます。',
    'Your municipal office can set a new PIN. You can also go on by typing the items.',
  ),
  PIN_CANCELLED: entry(
    false,
    '読み取りが取りやめられました。',
    'Reading was called off.',
    '続けるときは、もう一度読み取りを始めるか、画面に入力してください。',
    'Start reading again, or type the items instead.',
  ),
  PIN_TIMEOUT: entry(
    true,
    '時間内に暗証番号が入力されませんでした。',
    'No PIN was entered in time.',
    'もう一度読み取りを始めてください。',
    'Start reading again.',
  ),
  PIN_FORMAT: entry(
    false,
    '暗証番号の文字数か文字の種類が違います。カードには送っていません。',
    'The PIN has a wrong length or character. It was not sent to the card.',
    '番号を確かめてから、もう一度読み取りを始めてください。',
    'Check the number, then start reading again.',
  ),
  TIMEOUT: entry(
    true,
    '時間内に終わりませんでした。',
    'It did not end in time.',
    'カードを置き直してから、もう一度お試しください。',
    'Put the card down again, then try again.',
  ),
  ABORTED: entry(
    true,
    '読み取りを中止しました。',
    'Reading was stopped.',
    '続けるときは、もう一度読み取りを始めてください。',
    'Start reading again to go on.',
  ),
  CAPABILITY_MISSING: entry(
    false,
    'このカードリーダーには、必要な機能がありません。',
    'This reader lacks what is needed.',
    '別のカードリーダーを使うか、画面に入力してください。',
    'Use another reader, or type the items instead.',
  ),
  CONFIG_INVALID: entry(
    false,
    '読み取りの設定に誤りがあります。',
    'The settings for reading cards are wrong.',
    '管理者に、読み取りプログラムの設定の確認を頼んでください。',
    'Ask the administrator to check the settings of the card program.',
  ),
  FILE_PARTIAL: entry(
    true,
    'ファイルがまだ書き終わっていません。',
    'The file is not written to its end yet.',
    'しばらく待ってから、もう一度お試しください。',
    'Wait a moment, then try again.',
  ),
  FILE_REJECTED: entry(
    false,
    'ファイルの名前か中身が、決められた形ではありません。',
    'The name or content of the file is not of the form agreed.',
    'ファイルを出した機器の設定を確かめてください。',
    'Check the settings of the device that wrote it.',
  ),
  FILE_CONFLICT: entry(
    false,
    '同じ名前で中身の違うファイルが届きました。',
    'A file of the same name came with other content.',
    'どちらが正しいか、ファイルを出した機器で確かめてください。',
    'Find out at the device that wrote it which one is right.',
  ),
  API_VERSION: entry(
    false,
    '読み取りのプラグインと、このプログラムの版が合いません。',
    'The plugin and this program are of versions that do not fit.',
    '管理者に、プラグインかプログラムの更新を頼んでください。',
    'Ask the administrator to update the plugin or the program.',
  ),
  PLUGIN_CRASHED: entry(
    true,
    '読み取りの部品が止まったため、入れ直しています。',
    'A part of the card program stopped and is being started again.',
    'しばらく待ってから、もう一度お試しください。',
    'Wait a moment, then try again.',
  ),
  DENIED_BY_POLICY: entry(
    false,
    'この操作は許されていません。',
    'This is not allowed.',
    '画面に入力してください。必要な操作のときは、管理者にお知らせください。',
    'Type the items instead. If you need it, tell the administrator.',
  ),
  INTERNAL: entry(
    false,
    '読み取りのプログラムに不具合があります。',
    'There is a mistake in the card program.',
    '画面に入力してください。管理者には、この画面の内容をお知らせください。',
    'Type the items instead, and tell the administrator what this page says.',
  ),
})

/** The same of all times it happened: without what only one of them had. */
export function cardErrorSummary(code: CardErrorCode, locale: 'ja' | 'en') {
  const { what, userAction } = cardErrors[code]
  const short = (text: Text) =>
    (text[locale] ?? text.ja)
      .replace(/(?<=[。.])[^。.]*\{\w+\}[^。.]*[。.]/g, '')
      .replace(/\s*[（(][^（(]*\{\w+\}[）)]/g, '')
  return { what: short(what), userAction: short(userAction) }
}

/** What happened and what to do, in the reader's language. */
export function cardErrorText(
  code: CardErrorCode,
  detail: CardErrorDetail,
  locale: 'ja' | 'en',
): { readonly what: string; readonly userAction: string } {
  const { what, userAction } = cardErrors[code]
  const params: Record<string, string> = {
    sw: (detail.sw ?? 0).toString(16).toUpperCase().padStart(4, '0'),
    triesLeft: String(detail.triesLeft ?? 0),
  }
  const filled = (text: Text) =>
    (text[locale] ?? text.ja).replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
  return { what: filled(what), userAction: filled(userAction) }
}

function entry(
  retryable: boolean,
  ja: string,
  en: string,
  actionJa: string,
  actionEn: string,
): Entry {
  return { retryable, what: { ja, en }, userAction: { ja: actionJa, en: actionEn } }
}
