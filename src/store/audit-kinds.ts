import type { Text } from '../form/form.ts'
import type { Command, Event } from '../workflow/submission.ts'

const text = (ja: string, en: string): Text => ({ ja, en })

/** What is done to a submission is named after its first event, or after the command when there is none. */
type OfSubmission = `submission.${Event['kind'] | Command['kind']}`

const OF_SUBMISSION = {
  'submission.submitted': text('申請を受け付けた', 'Application received'),
  'submission.entered': text('次の状態へ進んだ', 'Went on to the next state'),
  'submission.acted': text('操作した', 'Action taken'),
  'submission.proposed': text('操作を提案した', 'Action proposed'),
  'submission.declined': text('提案を取り下げた', 'Proposal put aside'),
  'submission.elapsed': text('期限が過ぎた', 'Time ran out'),
  'submission.reminded': text('催促した', 'Reminder due'),
  'submission.replaced': text('後の申請に置き換わった', 'Replaced by a later one'),
  'submission.effect-done': text('処理が終わった', 'Work done'),
  'submission.effect-failed': text('処理ができなかった', 'Work failed'),
  'submission.step-started': text('手順を始めた', 'Step begun'),
  'submission.step-done': text('手順が終わった', 'Step done'),
  'submission.step-retried': text('手順をやり直した', 'Step tried again'),
  'submission.step-skipped': text('手順を飛ばした', 'Step passed over'),
  'submission.noted': text('内部メモを書いた', 'Internal note written'),
  'submission.answers-erased': text('入力内容を消した', 'Answers erased'),
  'submission.migrated': text('新しい定義へ移した', 'Moved to newer definitions'),
  'submission.submit': text('申請を受け付けた', 'Application received'),
  'submission.act': text('操作した', 'Action taken'),
  'submission.confirm': text('提案を確かめた', 'Proposal settled'),
  'submission.note': text('内部メモを書いた', 'Internal note written'),
  'submission.elapse': text('期限が過ぎた', 'Time ran out'),
  'submission.remind': text('催促した', 'Reminder due'),
  'submission.replace': text('後の申請に置き換わった', 'Replaced by a later one'),
  'submission.retry-step': text('手順をやり直した', 'Step tried again'),
  'submission.skip-step': text('手順を飛ばした', 'Step passed over'),
  'submission.migrate': text('新しい定義へ移した', 'Moved to newer definitions'),
} as const satisfies { readonly [kind in OfSubmission]: Text }

/** Every kind of entry, in the words of the audit log. A kind that is not here cannot be written. */
export const AUDIT_KINDS = {
  ...OF_SUBMISSION,
  'submission.read': text('申請を開いた', 'Application opened'),
  'submission.assigned': text('担当を変えた', 'Handed over'),
  'account.password-renewal-asked': text(
    '初期パスワードの再発行を受け付けた',
    'New initial password asked for',
  ),
  'account.password-renewed': text('初期パスワードを再発行した', 'New initial password made'),
  'accounts.issued': text('アカウントを発行した', 'Accounts issued'),
  'accounts.passwords-destroyed': text('初期パスワードを破棄した', 'Initial passwords destroyed'),
  'documents.issued': text('文書を発行した', 'Documents issued'),
  'document.opened': text('文書を開いた', 'Document opened'),
  'document.received': text('文書の受け取りを記録した', 'Document received'),
  'file.opened': text('添付ファイルを開いた', 'Attachment opened'),
  'file.infected': text('添付ファイルにウイルスが見つかった', 'Virus found in an attachment'),
  'job.retried': text('処理をやり直した', 'Work tried again'),
  'list.exported': text('一覧を書き出した', 'List exported'),
  'mail.resent': text('メールを再送した', 'Mail sent again'),
  'definitions.reloaded': text('定義を読み込み直した', 'Definitions reloaded'),
  'definitions.refused': text(
    '定義に間違いがあり、読み込まなかった',
    'Definitions refused for their problems',
  ),
  'staff.invited': text('職員を招いた', 'Staff invited'),
  'staff.created': text('職員の登録が済んだ', 'Staff member registered'),
  'staff.disabled': text('職員の利用を止めた', 'Staff member shut out'),
  'staff.logged-in': text('ログインした', 'Logged in'),
  'staff.logged-out': text('ログアウトした', 'Logged out'),
  'staff.factor-enrolled': text('認証アプリを登録した', 'Authenticator app enrolled'),
  'staff.factor-refused': text('確認コードかカードが違った', 'Wrong code or card'),
  'staff.factor-reset': text('認証アプリの登録を消した', 'Authenticator app reset'),
  'staff.card-registered': text('カードを登録した', 'Card registered'),
  'staff.card-removed': text('カードの登録を消した', 'Card removed'),
  'staff.recovery-used': text('回復コードを使った', 'Recovery code used'),
} as const satisfies { readonly [kind: string]: Text }

export type AuditKind = keyof typeof AUDIT_KINDS
