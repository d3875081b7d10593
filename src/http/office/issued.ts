import { renewPassword } from '../../issuance/open.ts'
import { appendAudit } from '../../store/audit.ts'
import { findIssuedAccounts, issuedPage, type IssuedEntry } from '../../store/issued-accounts.ts'
import { actorText, loadSubmission } from '../../store/submissions.ts'
import type { Submission } from '../../workflow/submission.ts'
import type { PasswordRule } from '../../workflow/workflow.ts'
import { own } from '../guard.ts'
import { staffActor } from '../review/opened.ts'
import { isInScope, scopeOf } from '../staff/rights.ts'
import type { Visit } from '../route.ts'
import { timeText } from '../staff/pages.ts'
import { deedRoutes } from './deed.ts'
import type { OfficeList } from './list.ts'

/** Accounts issued for other systems; what is secret about them never leaves the database here (S11). */
export const issuedList: OfficeList<IssuedEntry> = {
  name: 'issued',
  right: 'secret-numbers',
  title: { ja: '発行したアカウント', en: 'Issued accounts' },
  lead: {
    ja: '秘密の番号や初期パスワードを忘れた施設のために、作り直すことができます。新しいものは、施設がポータルで開く通知書にだけ表示され、この画面には出ません。',
    en: 'Secret numbers and initial passwords can be made anew for facilities that have lost them. The new one is shown on their document in the portal and never here.',
  },
  fields: async ({ locale }) => [
    { name: 'number', label: locale === 'ja' ? '発行したID' : 'Issued id' },
    { name: 'submission', label: locale === 'ja' ? '受付番号' : 'Number of the submission' },
  ],
  read(visit, asked, cut) {
    const [id, number] = [asked.value('number'), asked.value('submission').toUpperCase()]
    const { portals } = scopeOf(visit)
    return issuedPage(
      visit.deps.store.db,
      { ...(id && { id }), ...(number && { number }), ...(portals && { portals }) },
      cut,
    )
  },
  columns: [
    { ja: '発行したID', en: 'Issued ids' },
    { ja: '種類', en: 'Kind' },
    { ja: '受付番号', en: 'Submission' },
    { ja: '発行日時', en: 'Issued' },
    { ja: '初期パスワード', en: 'Initial password' },
    { ja: '操作', en: 'Deeds' },
  ],
  cells({ locale }, row) {
    const isJapanese = locale === 'ja'
    return [
      { lines: Object.values(row.ids) },
      [row.issue, row.environment].filter((part) => part !== '').join(' '),
      row.number,
      timeText(row.createdAt, locale),
      row.keepUntil === undefined
        ? isJapanese
          ? '消去済み'
          : 'destroyed'
        : isJapanese
          ? `${timeText(row.keepUntil, locale)}まで表示できます`
          : `can be shown until ${timeText(row.keepUntil, locale)}`,
      row.hadPassword
        ? { text: isJapanese ? '作り直す' : 'Make anew', href: `/admin/issued/${row.id}/renew` }
        : '',
    ]
  },
  said: {
    renewed: {
      ja: '新しく作りました。施設の方に、ポータルにログインして通知書を開いていただくよう伝えてください。',
      en: 'Made anew. Tell the facility to log in to the portal and open its document.',
    },
  },
}

export const issuedDeeds = deedRoutes({
  path: '/admin/issued/:id/renew',
  right: 'secret-numbers',
  title: { ja: '秘密の番号・初期パスワードの再作成', en: 'Make a secret number or password anew' },
  lead: {
    ja: '施設の担当者であることを確かめてから行ってください。いままでのものは使えなくなります。',
    en: 'Make sure of who is calling first. The one before works no more.',
  },
  submit: { ja: '作り直す', en: 'Make anew' },
  to: '/admin/issued',
  said: 'renewed',
  about: async (visit) => (await renewable(visit))?.about,
  async do(visit, reason) {
    const { deps } = visit
    const found = await renewable(visit)
    if (!found) return false
    const actor = staffActor(visit)
    if (!(await renewPassword(deps.issuance, found.id, found.rule, actor))) return false
    await deps.store.write((tx) =>
      appendAudit(tx, {
        at: deps.clock().toISOString(),
        actor: actorText(actor),
        kind: 'account.password-renewal-asked',
        subject: found.id,
        data: { reason },
      }),
    )
    return true
  },
})

/** An account whose workflow says how its password is made. */
async function renewable(
  visit: Visit,
): Promise<
  { readonly id: string; readonly about: string; readonly rule: PasswordRule } | undefined
> {
  const { deps, params } = visit
  const [account] = await findIssuedAccounts(deps.store.db, [params.id ?? ''])
  const submission = account && (await loadSubmission(deps.store.db, account.submissionId))
  if (!account || !submission || !isInScope(scopeOf(visit), submission)) return undefined
  const rule = await ruleOf(visit, submission, account.issue)
  return rule && { id: account.id, about: Object.values(account.ids).join(' '), rule }
}

async function ruleOf(
  { deps }: Visit,
  { definition, workflow }: Submission,
  issue: string,
): Promise<PasswordRule | undefined> {
  const definitions = await deps.advance.definitionsOf(definition)
  const states = Object.values(own(definitions.workflows, workflow)?.states ?? {})
  const steps = states.flatMap(({ work }) => work?.stages.flat().map(({ step }) => step) ?? [])
  const step = steps.find((one) => one.kind === 'issue' && one.issue === issue)
  return step?.kind === 'issue' ? step.password : undefined
}
