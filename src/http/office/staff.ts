import { inviteStaff } from '../../accounts/first-admin.ts'
import { resetFactor } from '../../accounts/second-factor.ts'
import { STAFF_ROLES } from '../../workflow/workflow.ts'
import { appendAudit } from '../../store/audit.ts'
import { deleteSessionsOf } from '../../store/sessions.ts'
import { disableStaff, findStaff, staffPage, type StaffEntry } from '../../store/staff.ts'
import { actorText } from '../../store/submissions.ts'
import { pageAnswer, textIn, troubleAnswer } from '../form/answers.ts'
import { own } from '../guard.ts'
import { staffActor } from '../review/opened.ts'
import { needs } from '../staff/rights.ts'
import type { Route, Visit } from '../route.ts'
import { timeText } from '../staff/pages.ts'
import { staffForm, staffFormPage } from '../staff/forms.ts'
import { deedRoutes } from './deed.ts'
import type { OfficeList } from './list.ts'

/** Who belongs to the office. */
export const staffList: OfficeList<StaffEntry> = {
  name: 'staff',
  right: 'staff',
  title: { ja: '職員', en: 'Staff' },
  fields: async ({ locale }) => [
    { name: 'text', label: locale === 'ja' ? 'ログイン名または氏名' : 'Login name or name' },
  ],
  read: ({ deps }, asked, cut) => staffPage(deps.store.db, asked.value('text'), cut),
  columns: [
    { ja: 'ログイン名', en: 'Login name' },
    { ja: '氏名', en: 'Name' },
    { ja: '役割', en: 'Role' },
    { ja: '2段階認証', en: 'Second factor' },
    { ja: '状態', en: 'State' },
    { ja: '操作', en: 'Deeds' },
  ],
  cells(visit, row) {
    const isJapanese = visit.locale === 'ja'
    const isActive = row.state === 'active'
    const isOther = row.id !== visit.staff?.id
    return [
      row.login,
      row.name,
      roleText(visit, row.role),
      row.enrolledAt === undefined
        ? isJapanese
          ? '未登録'
          : 'none yet'
        : timeText(row.enrolledAt, visit.locale),
      isActive ? (isJapanese ? '利用中' : 'active') : isJapanese ? '停止' : 'ended',
      {
        lines:
          isActive && isOther
            ? [
                ...(row.enrolledAt === undefined
                  ? []
                  : [
                      {
                        text: isJapanese ? '2段階認証をリセットする' : 'Reset the second factor',
                        href: `/admin/staff/${row.id}/reset-factor`,
                      },
                    ]),
                {
                  text: isJapanese ? '利用を止める' : 'End access',
                  href: `/admin/staff/${row.id}/disable`,
                },
              ]
            : [],
      },
    ]
  },
  links: ({ locale }) => [
    { text: locale === 'ja' ? '職員を招く' : 'Invite somebody', href: '/admin/staff/invite' },
  ],
  said: {
    reset: {
      ja: '2段階認証をリセットしました。本人が次にログインするときに、登録し直します。',
      en: 'The second factor is reset; its owner sets up another at the next login.',
    },
    disabled: {
      ja: '利用を止めました。開いていた画面も使えなくなります。',
      en: 'Access is ended, open pages included.',
    },
  },
}

/** Somebody else, still active: nobody helps themselves. */
async function other(visit: Visit) {
  const person = await findStaff(visit.deps.store.db, visit.params.id ?? '')
  return person && person.id !== visit.staff?.id ? person : undefined
}

const common = { right: 'staff', to: '/admin/staff' } as const

export const staffDeeds: readonly Route[] = [
  {
    method: 'GET',
    path: '/admin/staff/invite',
    access: needs('staff'),
    body: 'none',
    answer: askWhom,
  },
  {
    method: 'POST',
    path: '/admin/staff/invite',
    access: needs('staff'),
    body: 'form',
    answer: invite,
  },
  ...deedRoutes({
    ...common,
    path: '/admin/staff/:id/reset-factor',
    title: { ja: '2段階認証のリセット', en: 'Reset the second factor' },
    lead: {
      ja: '本人であることを確かめてから行ってください。登録した認証アプリとリカバリーコードは使えなくなり、ログインし直しが必要になります。',
      en: 'Make sure of who is asking first. App and recovery codes stop working, and every session ends.',
    },
    submit: { ja: 'リセットする', en: 'Reset' },
    said: 'reset',
    about: async (visit) => (await other(visit))?.name,
    do: ({ deps, params, ...visit }, reason) =>
      deps.store.write((tx) =>
        resetFactor(tx, {
          staffId: params.id ?? '',
          actor: actorText(staffActor(visit)),
          reason,
          at: deps.clock().toISOString(),
        }),
      ),
  }),
  ...deedRoutes({
    ...common,
    path: '/admin/staff/:id/disable',
    title: { ja: '利用の停止', en: 'End access' },
    lead: {
      ja: 'この人はログインできなくなります。担当している申請はそのまま残ります。',
      en: 'This person can log in no more. Their submissions stay as they are.',
    },
    submit: { ja: '利用を止める', en: 'End access' },
    said: 'disabled',
    about: async (visit) => (await other(visit))?.name,
    do: ({ deps, params, ...visit }, reason) =>
      deps.store.write(async (tx) => {
        const staffId = params.id ?? ''
        const at = deps.clock().toISOString()
        if (!(await disableStaff(tx, staffId, at))) return false
        await deleteSessionsOf(tx, { staffId })
        const actor = actorText(staffActor(visit))
        await appendAudit(tx, {
          at,
          actor,
          kind: 'staff.disabled',
          subject: staffId,
          data: { reason },
        })
        return true
      }),
  }),
]

function inviteForm(visit: Visit) {
  const { roles } = visit.deps.definitions().staff
  const choices = STAFF_ROLES.filter((name) => Object.hasOwn(roles, name)).map((value) => ({
    value,
    label: roles[value]?.label ?? { ja: value },
  }))
  return staffForm('invite', {
    title: { ja: '職員を招く', en: 'Invite somebody' },
    submit: { ja: '招待のURLを作る', en: 'Make the address' },
    fields: [
      {
        uid: 'role',
        id: 'role',
        type: 'select',
        label: { ja: '役割', en: 'Role' },
        required: true,
        options: { choices },
      },
    ],
  })
}

async function askWhom(visit: Visit): Promise<Response> {
  return pageAnswer(visit, staffFormPage(visit, { form: inviteForm(visit), action: visit.path }))
}

async function invite(visit: Visit): Promise<Response> {
  const { deps, fields, locale } = visit
  const role = STAFF_ROLES.find((name) => name === fields.role?.[0])
  if (!role || !Object.hasOwn(deps.definitions().staff.roles, role))
    return troubleAnswer(visit, { code: 'refusal.not-possible-now', status: 422 })
  const address = await inviteStaff(deps.store, deps.clock, deps.config.baseUrl, {
    role,
    actor: actorText(staffActor(visit)),
  })
  const isJapanese = locale === 'ja'
  const line = isJapanese
    ? 'このURLを本人に渡してください。24時間以内に1回だけ使えます。同じ役割で前に作ったURLは使えなくなりました。'
    : 'Hand this address to the person. It works once, within 24 hours; an earlier one for the same role works no more.'
  return pageAnswer(visit, {
    title: isJapanese ? '招待のURL' : 'Invitation',
    body: {
      kind: 'text',
      blocks: [
        {
          kind: 'paragraph',
          spans: [
            { kind: 'text', text: `${roleText(visit, role)}${isJapanese ? '：' : ': '}${line}` },
          ],
        },
        { kind: 'paragraph', spans: [{ kind: 'strong', text: address }] },
        {
          kind: 'paragraph',
          spans: [
            {
              kind: 'link',
              text: isJapanese ? '職員の一覧へ戻る' : 'Back to the staff',
              href: '/admin/staff',
            },
          ],
        },
      ],
    },
  })
}

function roleText({ deps, locale }: Visit, role: string): string {
  const known = own(deps.definitions().staff.roles, role)
  return known ? textIn(known.label, locale) : role
}
