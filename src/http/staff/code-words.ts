import { RECOVERY_CODES } from '../../accounts/second-factor.ts'
import type { Locale } from '../../form/form.ts'
import type { CodeBody } from '../../../web/views/code.ts'

const JA = {
  code: '確認コード',
  codeNote: '認証アプリに表示されている6桁の数字。30秒ごとに変わります。',
  login: '確認コードの入力',
  loginLead: 'パスワードを確認しました。続けて、認証アプリの確認コードを入力してください。',
  submit: 'ログイン',
  toRecovery: 'スマートフォンが手元にないときは、リカバリーコードでログインする',
  toCode: '確認コードでログインする',
  recovery: 'リカバリーコードの入力',
  recoveryLead:
    '登録したときに控えたリカバリーコードを1つ入力してください。1つのコードは1回だけ使えます。',
  recoveryField: 'リカバリーコード',
  recoveryNote: '半角の英字と数字、12文字。大文字・小文字や区切りの違いは気にせず入力できます。',
  recoveryLost:
    'リカバリーコードもないときは、ほかの管理者に2段階認証のリセットを頼んでください。管理者がほかにいないときは、ポータルを動かしているコンピューターで「npx madoguchi admin reset-factor ログイン名」を実行します。',
  again: '確認コードの再入力',
  againLead:
    '重要な操作のため、確認コードをもう一度入力してください。入力した内容は、そのまま引き継がれます。',
  goOn: '続ける',
  enrol: '2段階認証の登録',
  enrolLead: [
    'パスワードに加えて、スマートフォンの認証アプリに出る確認コードでログインします。はじめに1回だけ登録します。',
    '認証アプリ（TOTPに対応したもの）を開き、次の図を読み取ってください。読み取れないときは、下のキーを手で入力してください。',
  ],
  qr: '認証アプリに登録するためのQRコード。読み取れない場合は、下の「登録用のキー」を使ってください。',
  secret: '登録用のキー',
  then: '登録すると、アプリに6桁の数字が出ます。その数字を入力してください。',
  confirm: '登録する',
  changed:
    '登録の画面を開いてから時間がたったため、新しい図に変わりました。もう一度読み取ってください。',
  codes: 'リカバリーコード',
  codesLead: [
    '2段階認証を登録しました。',
    `スマートフォンをなくしたり、機種を変えたりしたときは、次のコードでログインできます。${RECOVERY_CODES}個あり、それぞれ1回だけ使えます。`,
    'このコードが表示されるのは、いまだけです。印刷するか書き写して、安全な場所に保管してください。',
  ],
  kept: '控えたので続ける',
  recoveryUsed: (left: number) =>
    `リカバリーコードを1つ使いました。残りは${left}個です。スマートフォンをなくしたときは、2段階認証を登録し直してください。`,
  later: 'いまは登録し直さない',
  office: '職員用の画面',
  byCard: 'カードで確認する',
  instead: '登録したカードで確認することもできます。読み取りが終わると、そのまま進みます。',
}

const EN: typeof JA = {
  code: 'Code',
  codeNote: 'The six digits your authenticator app shows. They change every 30 seconds.',
  login: 'Code of your app',
  loginLead: 'Your password is right. Now type the code that your authenticator app shows.',
  submit: 'Log in',
  toRecovery: 'Without your phone: log in with a recovery code',
  toCode: 'Log in with the code of the app',
  recovery: 'Recovery code',
  recoveryLead:
    'Type one of the recovery codes you wrote down when you set up the app. Each works once.',
  recoveryField: 'Recovery code',
  recoveryNote: '12 letters and digits. Capitals, spaces and hyphens make no difference.',
  recoveryLost:
    'Without any recovery code, ask another administrator to reset your second factor. When there is none, run “npx madoguchi admin reset-factor LOGIN” on the computer of the portal.',
  again: 'The code once more',
  againLead: 'This is a weighty deed, so please type a code again. What you have typed is kept.',
  goOn: 'Continue',
  enrol: 'Set up the second factor',
  enrolLead: [
    'Besides your password, you log in with a code from an authenticator app on your phone. It is set up once.',
    'Open an authenticator app that knows TOTP and scan this picture. When that does not work, type the key below into it.',
  ],
  qr: 'QR code for setting up an authenticator app. When you cannot scan it, use the key below.',
  secret: 'Key',
  then: 'The app then shows six digits. Type them here.',
  confirm: 'Set up',
  changed: 'The page was open for too long, so there is a new picture. Please scan it again.',
  codes: 'Recovery codes',
  codesLead: [
    'The second factor is set up.',
    `When your phone is lost or replaced, log in with one of these codes. There are ${RECOVERY_CODES}, and each works once.`,
    'They are shown now and never again. Print them or write them down, and keep them in a safe place.',
  ],
  kept: 'I have kept them: continue',
  recoveryUsed: (left) =>
    `You used one recovery code; ${left} are left. If your phone is lost, set up the second factor anew.`,
  later: 'Not now',
  office: 'The staff pages',
  byCard: 'With your card',
  instead: 'You can also use a card you have registered. Once it is read, you go on at once.',
}

/** What pages say that ask for a code. */
export const CODE_WORDS: { readonly [L in Locale]: typeof JA } = { ja: JA, en: EN }

/** The field for the code of an app. */
export function codeField(locale: Locale): NonNullable<CodeBody['field']> {
  const t = CODE_WORDS[locale]
  return { name: 'code', label: t.code, note: t.codeNote, isNumeric: true }
}
