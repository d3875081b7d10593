import { auditEntries, type AuditRecord } from '../../store/audit-search.ts'
import { staffNames } from '../../store/desk.ts'
import { idOfNumber } from '../../store/submissions.ts'
import type { JsonObject, Locale, Text } from '../../form/form.ts'
import { AUDIT_KINDS } from '../../store/audit-kinds.ts'
import { textIn } from '../form/answers.ts'
import { own } from '../guard.ts'
import { timeText } from '../staff/pages.ts'
import { dayFields, daysIn, type OfficeList } from './list.ts'

type Row = Omit<AuditRecord, 'actor'> & { readonly actor: string; readonly who: string }

/** Who did what to what, and when. */
export const auditList: OfficeList<Row> = {
  name: 'audit/entries',
  right: 'audit',
  title: { ja: '操作記録の検索', en: 'Audit log' },
  async fields({ deps, locale }) {
    const names = await staffNames(deps.store.db)
    const isJapanese = locale === 'ja'
    return [
      {
        name: 'who',
        label: isJapanese ? '操作した職員' : 'Member of the staff',
        choices: [
          { value: '', label: isJapanese ? 'すべて' : 'All' },
          ...[...names].map(([value, label]) => ({ value, label })),
        ],
      },
      {
        name: 'kind',
        label: isJapanese ? '操作の種類' : 'What was done',
        choices: [{ value: '', label: isJapanese ? 'すべて' : 'All' }, ...kindChoices(locale)],
      },
      {
        name: 'subject',
        label: isJapanese ? '受付番号、または対象のID' : 'Number of a submission, or an id',
      },
      ...dayFields(locale),
    ]
  },
  async read({ deps }, asked, cut) {
    const { db } = deps.store
    const [who, kind, subject] = [asked.value('who'), asked.value('kind'), asked.value('subject')]
    const [names, id] = await Promise.all([
      staffNames(db),
      subject ? idOfNumber(db, subject.toUpperCase()) : undefined,
    ])
    const filter = {
      ...(who && { actor: `staff:${who}:` }),
      ...(kind && { kind }),
      ...(subject && { subject: id ?? subject }),
      ...daysIn(asked),
    }
    const rows = await auditEntries(db, filter, cut)
    return rows.map((row) => ({ ...row, who: names.get(row.actor.split(':')[1] ?? '') ?? '' }))
  },
  columns: [
    { ja: '番号', en: 'Entry' },
    { ja: '日時', en: 'When' },
    { ja: 'だれが', en: 'Who' },
    { ja: '操作', en: 'What' },
    { ja: '対象', en: 'To what' },
    { ja: '内容', en: 'Details' },
  ],
  cells: ({ locale }, row) => [
    String(row.seq),
    timeText(row.at, locale),
    { lines: [row.who, row.actor].filter((line) => line !== '') },
    { lines: [kindText(row.kind, locale), row.kind] },
    row.kind.startsWith('submission.')
      ? { text: row.subject, href: `/review/${row.subject}` }
      : row.subject,
    details(row.data),
  ],
  links: ({ locale }) => [
    {
      text:
        locale === 'ja'
          ? '記録が書き換えられていないか検証する'
          : 'Check that nothing was rewritten',
      href: '/admin/audit',
    },
  ],
}

/** One line for what is called the same: a kind is asked for by how it begins, so `submission.act` finds both its names. */
function kindChoices(locale: Locale) {
  const known = new Map<string, string>()
  for (const [kind, label] of Object.entries(AUDIT_KINDS)) {
    const words = textIn(label, locale)
    const other = known.get(words)
    if (other === undefined || other.startsWith(kind)) known.set(words, kind)
  }
  return [...known].map(([label, value]) => ({ value, label }))
}

function kindText(kind: string, locale: Locale): string {
  const label = own<Text>(AUDIT_KINDS, kind)
  return label ? textIn(label, locale) : ''
}

function details(data: JsonObject): string {
  return Object.entries(data)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n')
}
