import type { TroubleTexts } from './texts.ts'

/** What is said when the workflow refuses a command: a word for each `Refusal`. */
export const REFUSAL_TEXTS = {
  'refusal.not-allowed': {
    ja: {
      what: 'この操作は、いまの方にはできません。',
      remedy: '申請をした方のアカウントでログインし直してください。',
    },
    en: {
      what: 'You are not allowed to do this.',
      remedy: 'Log in with the account that filed the application.',
    },
  },
  'refusal.not-possible-now': {
    ja: {
      what: 'この操作は、いまの状態ではできません。',
      remedy: 'ページを開き直して、最新の状態をお確かめください。',
    },
    en: {
      what: 'This is not possible in the present state.',
      remedy: 'Open the page again to see how things stand.',
    },
  },
  'refusal.link-unusable': {
    ja: {
      what: 'このURLは使えません。',
      remedy: 'URLの全体が正しく開かれているかをお確かめのうえ、はじめからやり直してください。',
    },
    en: {
      what: 'This link cannot be used.',
      remedy: 'Check that the whole link was opened, or start again from the beginning.',
    },
  },
  'refusal.too-often': {
    ja: {
      what: '続けて操作できる回数を超えました。',
      remedy: 'しばらく待ってから、もう一度お試しください。',
    },
    en: { what: 'This was done too often.', remedy: 'Please wait a while and try again.' },
  },
  'refusal.conflict': {
    ja: {
      what: '同じ内容がすでに登録されています。',
      remedy: 'ログインするか、パスワードの再設定を行ってください。',
    },
    en: {
      what: 'The same thing has been registered already.',
      remedy: 'Log in, or set a new password.',
    },
  },
  'refusal.stale': {
    ja: {
      what: 'ほかの操作と重なったため、受け付けませんでした。',
      remedy: 'ページを開き直して、最新の状態をお確かめください。',
    },
    en: {
      what: 'Somebody else did something at the same moment, so this was not done.',
      remedy: 'Open the page again to see how things stand.',
    },
  },
  'refusal.unknown': {
    ja: {
      what: 'お探しの申請が見つかりません。',
      remedy: 'アドレスをお確かめいただくか、トップページからお進みください。',
    },
    en: {
      what: 'There is no such application.',
      remedy: 'Check the address, or start again from the top page.',
    },
  },
  'refusal.note-missing': {
    ja: {
      what: 'この操作には、メモが必要です。',
      remedy: '理由や経緯をメモに書いて、もう一度操作してください。',
    },
    en: {
      what: 'This needs a note.',
      remedy: 'Write the reason in the note and do it again.',
    },
  },
  'refusal.note-too-long': {
    ja: {
      what: 'メモが長すぎます。',
      remedy: '1,000文字以内に短くして、もう一度操作してください。',
    },
    en: {
      what: 'The note is too long.',
      remedy: 'Shorten it to 1,000 characters and do it again.',
    },
  },
  'refusal.nothing-marked': {
    ja: {
      what: '直してもらう項目が選ばれていません。',
      remedy: 'この申請の入力項目を1つ以上選んで、もう一度操作してください。',
    },
    en: {
      what: 'No item to correct has been marked.',
      remedy: 'Mark at least one item of this application and do it again.',
    },
  },
  'refusal.not-editable': {
    ja: {
      what: '直すように求められていない項目は変更できません。',
      remedy: 'ページを開き直し、印のある項目だけを直してください。',
    },
    en: {
      what: 'Items that are not marked for correction cannot be changed.',
      remedy: 'Open the page again and correct the marked items only.',
    },
  },
  'refusal.same-person': {
    ja: {
      what: '提案した方は、自分で確定できません。',
      remedy: 'ほかの担当者に確認を依頼してください。',
    },
    en: {
      what: 'Who proposed this cannot be the one who agrees.',
      remedy: 'Ask another member of the staff to check it.',
    },
  },
  'refusal.not-yet': {
    ja: {
      what: 'この申請は、まだできません。',
      remedy: '先に必要な申請を済ませてから、もう一度お進みください。',
    },
    en: {
      what: 'This application is not possible yet.',
      remedy: 'File what must come before it, then come back.',
    },
  },
  'refusal.key-reused': {
    ja: {
      what: '同じ Idempotency-Key で、別の内容がすでに受け付けられています。',
      remedy: '新しい内容を送るときは、別の値にしてください。',
    },
    en: {
      what: 'Another request was accepted under the same Idempotency-Key.',
      remedy: 'Use a new key for a new request.',
    },
  },
} as const satisfies TroubleTexts
