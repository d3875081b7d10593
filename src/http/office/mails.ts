import type { Locale } from '../../form/form.ts'
import { appendAudit } from '../../store/audit.ts'
import {
  MAIL_STATES,
  mailPage,
  mailRecord,
  resendMail,
  type MailRecord,
  type MailState,
} from '../../store/mail-log.ts'
import { actorText } from '../../store/submissions.ts'
import { fillText } from '../../mail/fill.ts'
import { textIn } from '../form/answers.ts'
import { own } from '../guard.ts'
import { staffActor } from '../review/opened.ts'
import { may, scopeOf } from '../staff/rights.ts'
import type { Visit } from '../route.ts'
import { timeText } from '../staff/pages.ts'
import { deedRoutes } from './deed.ts'
import { dayFields, daysIn, type OfficeList } from './list.ts'

/** Which mails went where: never their bodies, their links or whole addresses. */
export const mailList: OfficeList<MailRecord> = {
  name: 'mails',
  right: 'mails',
  title: { ja: 'メールの記録', en: 'Mails' },
  lead: {
    ja: '宛先は一部を伏せています。本文とURLは表示しません。宛先で探すときは、メールアドレス全体を入力してください。',
    en: 'Addresses are shown in part, bodies and links never. Search with a whole address.',
  },
  async fields({ deps, locale }) {
    const t = WORDS[locale]
    const choices = (values: readonly { value: string; label: string }[]) => [
      { value: '', label: t.all },
      ...values,
    ]
    return [
      { name: 'recipient', label: t.recipient },
      { name: 'number', label: t.number },
      {
        name: 'template',
        label: t.template,
        choices: choices(
          Object.values(deps.definitions().mails).map(({ id, subject }) => ({
            value: id,
            label: fillText(textIn(subject, locale), { 'sender.name': '' }).replace('【】', ''),
          })),
        ),
      },
      {
        name: 'state',
        label: t.state,
        choices: choices(MAIL_STATES.map((value) => ({ value, label: t.states[value] }))),
      },
      ...dayFields(locale),
    ]
  },
  read(visit, asked, cut) {
    const state = MAIL_STATES.find((one) => one === asked.value('state'))
    const [template, to] = [asked.value('template'), asked.value('recipient')]
    const number = asked.value('number').toUpperCase()
    const { portals } = scopeOf(visit)
    return mailPage(
      visit.deps.store.db,
      {
        ...(state && { state }),
        ...(template && { template }),
        ...(to && { to }),
        ...(number && { number }),
        ...(portals && { portals }),
        ...daysIn(asked),
      },
      cut,
    )
  },
  columns: [
    { ja: '日時', en: 'When' },
    { ja: 'メール', en: 'Mail' },
    { ja: '宛先', en: 'To' },
    { ja: '受付番号', en: 'Submission' },
    { ja: '状態', en: 'State' },
    { ja: '試行回数', en: 'Attempts' },
    { ja: '理由', en: 'Reason' },
    { ja: '再送', en: 'Once more' },
  ],
  cells(visit, mail) {
    const { locale, deps } = visit
    const t = WORDS[locale]
    const { mails, portals } = deps.definitions()
    const subject = own(mails, mail.template)?.subject
    const sender = own(portals, mail.portal)?.operator.sender.name ?? ''
    return [
      timeText(mail.doneAt ?? mail.createdAt, locale),
      // Only what is the same for everybody: the rest of a subject may name people.
      subject ? fillText(textIn(subject, locale), { 'sender.name': sender }) : mail.template,
      mail.recipient || t.gone,
      mail.submission
        ? may(visit, 'queue')
          ? { text: mail.submission.number, href: `/review/${mail.submission.id}` }
          : mail.submission.number
        : '',
      { text: t.states[mail.state], tone: mail.state === 'failed' ? 'escalate' : 'quiet' },
      String(mail.attempts),
      mail.reason,
      may(visit, 'resend') && canResend(mail)
        ? { text: t.resend, href: `/admin/mails/${mail.id}/resend` }
        : '',
    ]
  },
  said: {
    resent: {
      ja: 'メールをもう一度送ります。結果は、しばらくしてからこの画面でお確かめください。',
      en: 'The mail is sent again. Look at this page again in a while to see the outcome.',
    },
  },
}

function canResend({ state, isKept }: MailRecord): boolean {
  return isKept && (state === 'done' || state === 'failed')
}

export const mailDeeds = deedRoutes({
  path: '/admin/mails/:id/resend',
  right: 'resend',
  title: { ja: 'メールの再送', en: 'Send a mail again' },
  lead: {
    ja: '同じ宛先に、同じ内容でもう一度送ります。URLの期限が過ぎているメールは送られません。',
    en: 'It goes to the same address with the same content. A mail whose link has run out is not sent.',
  },
  submit: { ja: '再送する', en: 'Send again' },
  to: '/admin/mails',
  said: 'resent',
  async about(visit) {
    const mail = await found(visit)
    return mail && canResend(mail) ? mail.recipient : undefined
  },
  do: ({ deps, params, ...visit }, reason) =>
    deps.store.write(async (tx) => {
      const id = params.id ?? ''
      const at = deps.clock().toISOString()
      const sent = await resendMail(tx, id, { newId: deps.newId(), at })
      if (sent === undefined) return false
      await appendAudit(tx, {
        at,
        actor: actorText(staffActor(visit)),
        kind: 'mail.resent',
        subject: sent,
        data: { reason, of: id },
      })
      return true
    }),
})

async function found(visit: Visit): Promise<MailRecord | undefined> {
  const { portals } = scopeOf(visit)
  return mailRecord(visit.deps.store.db, visit.params.id ?? '', portals && { portals })
}

type Words = {
  readonly all: string
  readonly recipient: string
  readonly number: string
  readonly template: string
  readonly state: string
  readonly gone: string
  readonly resend: string
  readonly states: { readonly [S in MailState]: string }
}
const WORDS: { readonly [L in Locale]: Words } = {
  ja: {
    all: 'すべて',
    recipient: '宛先のメールアドレス',
    number: '受付番号',
    template: 'メールの種類',
    state: '状態',
    gone: '保存期間を過ぎました',
    resend: '再送する',
    states: {
      waiting: '送信待ち',
      running: '送信中',
      done: '送信済み',
      failed: '失敗',
      cancelled: '取りやめ',
    },
  },
  en: {
    all: 'All',
    recipient: 'Address of the recipient',
    number: 'Number of the submission',
    template: 'Kind of mail',
    state: 'State',
    gone: 'no longer kept',
    resend: 'Send again',
    states: {
      waiting: 'waiting',
      running: 'being sent',
      done: 'sent',
      failed: 'failed',
      cancelled: 'not sent',
    },
  },
}
