import type { Locale } from '../../src/form/form.ts'

/** Built-in words of all pages beside the form itself; they stay on the server. */
export type PageTexts = {
  readonly product: string
  /** The button that fills a form in, in development. */
  readonly sample: (choice: string) => string
  readonly skip: string
  readonly menu: string
  readonly crumbs: string
  readonly login: string
  readonly profile: string
  readonly logout: string
  readonly userMenu: string
  readonly contact: string
  readonly links: string
  readonly portals: string
  readonly linkErrorLead: string
  readonly linkError: readonly { readonly cause: string; readonly remedy: string }[]
  readonly toTop: string
  readonly errorId: (id: string) => string
  readonly notice: string
  /** On the confirmation page. */
  readonly edit: string
  readonly change: string
  readonly masked: string
  /** On the first page of a form whose later page was asked for. */
  readonly lost: string
  /** On a form that has changed since the page was opened. */
  readonly renewed: string
  readonly homeless: string
}

const ja: PageTexts = {
  product: '窓口',
  sample: (choice) => `見本を入力${choice && `：${choice}`}`,
  skip: '本文へ移動',
  menu: 'メニュー',
  crumbs: '現在の位置',
  login: 'ログイン',
  profile: 'プロフィール',
  logout: 'ログアウト',
  userMenu: 'さんのメニュー',
  contact: 'お問い合わせ先',
  links: '各種リンク',
  portals: 'ご利用になるポータルサイトをお選びください。',
  linkErrorLead: '次のどれかに当てはまるときは、それぞれの方法でお進みください。',
  linkError: [
    {
      cause: 'URLが途中で切れている（メールの改行などで、一部だけが開かれた）',
      remedy:
        'メールのURLを最初から最後までコピーし、ブラウザーのアドレス欄に貼り付けて開いてください。',
    },
    {
      cause: '手続きがすでに終わっている（URLは一度だけ使えます）',
      remedy: 'ポータルサイトをいつもの方法で開き、ログインしてください。',
    },
    {
      cause: 'メールが送られてから24時間が過ぎている',
      remedy: 'お手数ですが、最初の画面からもう一度お手続きください。',
    },
  ],
  toTop: 'トップページへ',
  errorId: (id) => `お問い合わせのときは、この番号をお伝えください：${id}`,
  notice: 'お知らせ',
  edit: '入力画面に戻る',
  change: '変更',
  masked: '●●●●●●（入力済み）',
  renewed:
    'ページを開いたあとに、このフォームが新しくなりました。ご入力いただいた内容は、そのまま残っています。新しくなった項目がないか、もう一度ご確認のうえ、お進みください。',
  homeless:
    '次のご入力は、新しいフォームには入れるところがありません。必要なときは、控えてからお進みください。',
  lost: '前に入力した内容は、時間がたったか、ほかのブラウザーで入力したため、ここには残っていません。お手数ですが、はじめからご入力ください。',
}

const en: PageTexts = {
  product: 'Madoguchi',
  sample: (choice) => `Fill with sample data${choice && `: ${choice}`}`,
  skip: 'Skip to the content',
  menu: 'Menu',
  crumbs: 'You are here',
  login: 'Log in',
  profile: 'Profile',
  logout: 'Log out',
  userMenu: ': menu',
  contact: 'Contact',
  links: 'Links',
  portals: 'Choose the portal you want to use.',
  linkErrorLead: 'If one of these applies, go on as described with it.',
  linkError: [
    {
      cause: 'The address was cut off, for example by a line break in the mail',
      remedy:
        'Copy the whole address from the mail and paste it into the address field of the browser.',
    },
    {
      cause: 'The procedure is already finished (an address works once)',
      remedy: 'Open the portal as usual and log in.',
    },
    {
      cause: 'More than 24 hours have passed since the mail was sent',
      remedy: 'Please start again from the first page.',
    },
  ],
  toTop: 'To the top page',
  errorId: (id) => `Please give this number when you contact us: ${id}`,
  notice: 'Notice',
  edit: 'Back to the form',
  change: 'Change',
  masked: '●●●●●● (entered)',
  renewed:
    'This form was renewed after you opened the page. What you typed is still here. Please check once more whether items have changed, then go on.',
  homeless:
    'The new form has no place for the following. If you need it, write it down before you go on.',
  lost: 'What you typed before is no longer kept here: it was too long ago, or typed in another browser. Please start again.',
}

export function pageTexts(locale: Locale): PageTexts {
  return locale === 'en' ? en : ja
}
