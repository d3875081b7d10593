import type { Locale } from '../../src/form/form.ts'

const ja = {
  soon: 'まもなくログアウトされます',
  soonNote: (minutes: number) =>
    `しばらく操作がないため、あと${minutes}分ほどでログアウトされます。続けるときは「続ける」を押してください。`,
  goOn: '続ける',
  last: '一度ログインし直してください',
  lastNote: (minutes: number) =>
    `ログインしてから長い時間がたったため、あと${minutes}分ほどでログアウトされます。入力中のときは、ログアウトされてからボタンを押しても、ログインの後に同じ内容から続けられます。`,
  over: 'ログアウトされました',
  overNote:
    '画面の内容はそのままです。入力中のときは、ボタンを押すとログインの画面が出て、ログインの後に同じ内容から続けられます。',
  close: '閉じる',
}
const en: typeof ja = {
  soon: 'You will be logged out soon',
  soonNote: (minutes) =>
    `Nothing has happened for a while, so you will be logged out in about ${minutes} minutes. Press “Go on” to stay.`,
  goOn: 'Go on',
  last: 'Please log in once more',
  lastNote: (minutes) =>
    `It is long since you logged in, so you will be logged out in about ${minutes} minutes. If you are typing, you can press the button afterwards, too: you log in and go on with the same content.`,
  over: 'You have been logged out',
  overNote:
    'This page stays as it is. If you are typing, press its button: you log in and go on with the same content.',
  close: 'Close',
}

/** What is said before somebody is logged out, and then. */
export function sessionTexts(locale: Locale): typeof ja {
  return locale === 'en' ? en : ja
}
