import { stuckPage, type StuckEntry } from '../../store/submissions.ts'
import { textIn } from '../form/answers.ts'
import { own } from '../guard.ts'
import { scopeOf } from '../staff/rights.ts'
import { ageText, timeText } from '../staff/pages.ts'
import type { OfficeList } from './list.ts'

/** What stands still until somebody decides, and why; each page of a submission has the buttons. */
export const stuckList: OfficeList<StuckEntry> = {
  name: 'stuck',
  right: 'repair',
  title: { ja: '止まっている申請', en: 'What stands still' },
  lead: {
    ja: '手順がうまくいかず、担当者の判断を待っている申請です。開くと、やり直すか、理由を書いて飛ばすかを選べます。',
    en: 'A step could not be done. Open a submission to try it again, or to go on without it with a reason.',
  },
  fields: async () => [],
  read: (visit, _asked, cut) => stuckPage(visit.deps.store.db, scopeOf(visit), cut),
  columns: [
    { ja: '受付番号', en: 'Number' },
    { ja: '手続き', en: 'Matter' },
    { ja: '理由', en: 'Reason' },
    { ja: '止まった日時', en: 'Since' },
    { ja: '経過', en: 'For' },
  ],
  cells({ deps, locale }, row) {
    const form = own(deps.definitions().forms, row.form)
    return [
      { text: row.number, href: `/review/${row.id}#steps` },
      form ? textIn(form.title, locale) : row.form,
      row.reason,
      timeText(row.since, locale),
      ageText(deps.clock().getTime() - Date.parse(row.since), locale),
    ]
  },
}
