import type { Locale } from '../form/form.ts'
import { REFUSAL_TEXTS } from './refusal-texts.ts'

/** What a person reads when a request cannot be served: what happened, and what to do now. */
export type Trouble = { readonly what: string; readonly remedy: string }
type Both = { readonly ja: Trouble; readonly en: Trouble }
export type TroubleTexts = { readonly [code: string]: Both }

const TEXTS = {
  'http.not-found': {
    ja: {
      what: 'お探しのページが見つかりません。',
      remedy: 'アドレスをお確かめいただくか、トップページからお進みください。',
    },
    en: {
      what: 'There is no page at this address.',
      remedy: 'Check the address, or start again from the top page.',
    },
  },
  'http.method': {
    ja: {
      what: 'このアドレスは、この送り方に対応していません。',
      remedy: 'ページを開き直して、画面のボタンから操作してください。',
    },
    en: {
      what: 'This address does not take this kind of request.',
      remedy: 'Open the page again and use its buttons.',
    },
  },
  'http.foreign-origin': {
    ja: {
      what: 'ほかのサイトから送信されたため、受け付けませんでした。',
      remedy: 'このポータルサイトのページを開き直して、もう一度送信してください。',
    },
    en: {
      what: 'The request came from another site, so it was not accepted.',
      remedy: 'Open the page of this portal again and send it from there.',
    },
  },
  'http.login-required': {
    ja: { what: 'ログインが必要です。', remedy: 'ログインしてから、もう一度お進みください。' },
    en: { what: 'Please log in first.', remedy: 'Log in, then try again.' },
  },
  'http.not-allowed': {
    ja: {
      what: 'このページを使う権限がありません。',
      remedy: '権限をお持ちの方でログインし直してください。',
    },
    en: {
      what: 'You are not allowed to use this page.',
      remedy: 'Log in as somebody who is.',
    },
  },
  'http.code-needed': {
    ja: {
      what: 'この操作には、新しい確認コードが必要です。',
      remedy: '/admin/login/code で確認コードを入力してから、もう一度送信してください。',
    },
    en: {
      what: 'This deed needs a fresh code of your second factor.',
      remedy: 'Give a code at /admin/login/code, then send it again.',
    },
  },
  'http.address-not-text': {
    ja: {
      what: 'アドレスの文字を読み取れませんでした。',
      remedy: 'アドレスをお確かめいただくか、トップページからお進みください。',
    },
    en: {
      what: 'The address is not readable text (UTF-8).',
      remedy: 'Check the address, or start again from the top page.',
    },
  },
  'body.unsupported-type': {
    ja: {
      what: '送信された内容の種類に対応していません。',
      remedy: 'ページを開き直して、画面のボタンから送信してください。',
    },
    en: {
      what: 'This kind of content is not taken here.',
      remedy:
        'Send application/x-www-form-urlencoded to pages, application/json to the API, in UTF-8.',
    },
  },
  'refusal.draft-stale': {
    ja: {
      what: 'この下書きは、ほかの画面で新しく保存されています。',
      remedy: '保存されている下書きを開くか、この画面の内容で置き換えるかを選んでください。',
    },
    en: {
      what: 'This draft has been saved in another window since.',
      remedy: 'Open the saved draft, or replace it with what stands on this page.',
    },
  },
  'refusal.draft-full': {
    ja: {
      what: '下書きの数が上限（20件）になっています。',
      remedy: 'マイリストで使わない下書きを削除してから、もう一度保存してください。',
    },
    en: {
      what: 'You have as many drafts as there may be (20).',
      remedy: 'Delete drafts you do not need in your list, then save again.',
    },
  },
  'body.no-seen': {
    ja: {
      what: '「seen」に、確かめた申請の版の番号がありません。',
      remedy: '申請を取得し直し、その操作の seen の値を付けて送ってください。',
    },
    en: {
      what: 'There is no number in “seen” that says what of the submission you have seen.',
      remedy: 'Fetch the submission and send the value of seen that its action names.',
    },
  },
  'body.no-note': {
    ja: {
      what: '「note」に、メモの文章がありません。',
      remedy: '本文を「note」に文字列で入れて送ってください。',
    },
    en: {
      what: 'There is no text in “note”.',
      remedy: 'Send what is to be noted as text in “note”.',
    },
  },
  'body.draft-too-long': {
    ja: {
      what: '入力された内容が長いため、下書きとして保存できません。',
      remedy: '入力を短くして、もう一度保存してください。このまま送信することはできます。',
    },
    en: {
      what: 'What was typed is too long for a draft.',
      remedy: 'Shorten it and save again. You can still send it as it is.',
    },
  },
  'body.too-large': {
    ja: {
      what: '送信された内容が大きすぎます。',
      remedy: '入力を短くして、もう一度送信してください。',
    },
    en: { what: 'What was sent is too large.', remedy: 'Shorten the input and send it again.' },
  },
  'body.not-text': {
    ja: {
      what: '送信された内容の文字を読み取れませんでした。',
      remedy: '文字コードをUTF-8にして、もう一度送信してください。',
    },
    en: { what: 'What was sent is not readable text.', remedy: 'Send it again in UTF-8.' },
  },
  'body.not-a-form': {
    ja: {
      what: '送信された内容をフォームの入力として読み取れませんでした。',
      remedy: 'ページを開き直して、もう一度送信してください。',
    },
    en: {
      what: 'What was sent is not a filled-in form.',
      remedy: 'Open the page again and send it once more.',
    },
  },
  'body.not-json': {
    ja: {
      what: '送信された内容をJSONとして読み取れませんでした。',
      remedy: '/openapi.json の説明に合わせて送信してください。',
    },
    en: { what: 'What was sent is not JSON.', remedy: 'See /openapi.json for what is expected.' },
  },
  'body.no-answers': {
    ja: {
      what: '送信された内容に answers がありません。',
      remedy: '{"answers": {"項目のid": "値"}} の形で送信してください。',
    },
    en: {
      what: 'There are no answers in what was sent.',
      remedy: 'Send {"answers": {"field id": "value"}}.',
    },
  },
  'body.no-inputs': {
    ja: {
      what: '送信された内容に、調べるための inputs がありません。',
      remedy: '{"inputs": {"名前": "値"}} の形で、値は200文字までの文字列で送信してください。',
    },
    en: {
      what: 'There are no inputs to look up in what was sent.',
      remedy: 'Send {"inputs": {"name": "value"}}; values are text of up to 200 characters.',
    },
  },
  'body.no-file': {
    ja: {
      what: '送るファイルの説明（field・name・size・sitting）が足りません。',
      remedy: '/openapi.json の説明に合わせて送信してください。',
    },
    en: {
      what: 'The description of the file (field, name, size, sitting) is incomplete.',
      remedy: 'See /openapi.json for what is expected.',
    },
  },
  'http.file-locked': {
    ja: {
      what: 'ウイルスが見つかったため、このファイルは開けません。',
      remedy: 'このファイルを取り除き、安全なファイルを添付しなおしてください。',
    },
    en: {
      what: 'A virus was found in this file, so it cannot be opened.',
      remedy: 'Remove it and attach a safe one instead.',
    },
  },
  'http.file-pending': {
    ja: {
      what: 'このファイルは、まだウイルスの確認が終わっていません。',
      remedy: '数分待ってから、もう一度開いてください。',
    },
    en: {
      what: 'This file has not been checked for viruses yet.',
      remedy: 'Wait some minutes and open it again.',
    },
  },
  'http.not-printable': {
    ja: {
      what: '印刷に使う書体にない文字があるため、PDFにできません。',
      remedy: '申請の画面に戻り、ブラウザーの印刷機能で保存または印刷してください。',
    },
    en: {
      what: 'It holds letters that the typeface for printing does not have, so there is no PDF of it.',
      remedy: 'Go back to the page and print or save it with the browser.',
    },
  },
  'body.too-many-fields': {
    ja: {
      what: '送信された項目が多すぎます。',
      remedy: 'ページを開き直して、もう一度送信してください。',
    },
    en: {
      what: 'Too many fields were sent.',
      remedy: 'Open the page again and send it once more.',
    },
  },
  'body.forbidden-name': {
    ja: {
      what: '使えない名前の項目が含まれています。',
      remedy: 'ページを開き直して、もう一度送信してください。',
    },
    en: {
      what: 'A field has a name that cannot be used.',
      remedy: 'Open the page again and send it once more.',
    },
  },
  'http.unknown-button': {
    ja: {
      what: 'どのボタンが押されたかを読み取れませんでした。',
      remedy: 'ページを開き直して、画面のボタンから操作してください。',
    },
    en: {
      what: 'It is not clear which button was pressed.',
      remedy: 'Open the page again and use its buttons.',
    },
  },
  'http.card-stale': {
    ja: {
      what: 'この読み取りの受け付けは終わっています。',
      remedy: '受け付けは2分間、1回だけです。画面の「カードを読み取る」からやり直してください。',
    },
    en: {
      what: 'This reading is not waited for any more.',
      remedy: 'It is open for two minutes, once. Begin again with “Read the card” on the page.',
    },
  },
  'http.bad-key': {
    ja: {
      what: 'Idempotency-Key の値を使えません。',
      remedy: '英数字・記号1～200文字の値にしてください。',
    },
    en: {
      what: 'The Idempotency-Key cannot be used.',
      remedy: 'Send 1 to 200 printable ASCII characters.',
    },
  },
  'http.busy': {
    ja: {
      what: 'ただいま混み合っています。',
      remedy: '入力した内容は登録されていません。しばらく待ってから、もう一度お試しください。',
    },
    en: {
      what: 'We are very busy at the moment.',
      remedy: 'Nothing has been registered. Please wait a little and try again.',
    },
  },
  'http.failed': {
    ja: {
      what: '処理の途中で問題が起きました。',
      remedy:
        '時間をおいて、もう一度お試しください。解決しないときは、下の番号を添えてお問い合わせください。',
    },
    en: {
      what: 'Something went wrong on our side.',
      remedy: 'Please try again later. If it happens again, contact us with the number below.',
    },
  },
  ...REFUSAL_TEXTS,
} as const satisfies TroubleTexts

export type TroubleCode = keyof typeof TEXTS

export function troubleText(code: TroubleCode, locale: Locale): Trouble {
  return TEXTS[code][locale]
}

/** Every code with its texts, for the test that reads them all. */
export const TROUBLES: TroubleTexts = TEXTS
