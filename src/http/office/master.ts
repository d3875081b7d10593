import { foldKana } from '../../form/kana.ts'
import { prefecturesOf } from '../../store/desk.ts'
import { foldNumber } from '../../store/facilities.ts'
import { facilityPage, type FoundFacility } from '../../store/facility-search.ts'
import { textIn } from '../form/answers.ts'
import { own } from '../guard.ts'
import { masterText } from '../review/master-words.ts'
import { scopeOf } from '../staff/rights.ts'
import { timeText } from '../staff/pages.ts'
import type { OfficeList } from './list.ts'

/** The facility master, without what is there to be compared with only: accounts of banks, birth dates. */
export const masterList: OfficeList<FoundFacility> = {
  name: 'facilities',
  right: 'master',
  title: { ja: '施設マスターの検索', en: 'Facility master' },
  lead: {
    ja: '口座番号や生年月日など、照合だけに使う内容は表示しません。',
    en: 'What is only there to be compared with (bank accounts, birth dates) is never shown.',
  },
  async fields(visit) {
    const { deps, locale } = visit
    const isJapanese = locale === 'ja'
    const all = { value: '', label: isJapanese ? 'すべて' : 'All' }
    const portals = Object.values(deps.definitions().portals)
    const types = portals.flatMap(({ facilityTypes }) => facilityTypes)
    const prefectures = await prefecturesOf(deps.store.db)
    return [
      {
        name: 'number',
        label: isJapanese ? 'コードまたは登録記号番号' : 'Code or registration number',
      },
      { name: 'name', label: isJapanese ? '施設名（かなでも探せます）' : 'Name, or its kana' },
      {
        name: 'type',
        label: isJapanese ? '施設の種類' : 'Type',
        choices: [
          all,
          ...types.map(({ id, label }) => ({ value: id, label: textIn(label, locale) })),
        ],
      },
      {
        name: 'prefecture',
        label: isJapanese ? '都道府県' : 'Prefecture',
        choices: [
          all,
          ...prefectures.map((value) => ({ value, label: masterText(visit, 'prefecture', value) })),
        ],
      },
    ]
  },
  read(visit, asked, cut) {
    const [type, prefecture, name] = [
      asked.value('type'),
      asked.value('prefecture'),
      asked.value('name'),
    ]
    const number = foldNumber(asked.value('number'))
    const { portals } = scopeOf(visit)
    const names = [name, foldKana(name, 'katakana'), foldKana(name, 'hiragana')]
    return facilityPage(
      visit.deps.store.db,
      {
        ...(type && { type }),
        ...(prefecture && { prefecture }),
        ...(number && { number }),
        ...(name && { names: [...new Set(names)] }),
        ...(portals && { portals }),
      },
      cut,
    )
  },
  columns: [
    { ja: 'コード', en: 'Code' },
    { ja: '施設名', en: 'Name' },
    { ja: '施設の種類', en: 'Type' },
    { ja: '都道府県', en: 'Prefecture' },
    { ja: 'ポータル', en: 'Portal' },
    { ja: '状態', en: 'State' },
    { ja: '登録', en: 'Registered' },
    { ja: '申請', en: 'Submissions' },
    { ja: '更新', en: 'Updated' },
  ],
  cells(visit, row) {
    const { deps, locale } = visit
    const portal = own(deps.definitions().portals, row.portal)
    const type = portal?.facilityTypes.find(({ id }) => id === row.type)
    return [
      row.code || row.id,
      row.name,
      type ? textIn(type.label, locale) : row.type,
      masterText(visit, 'prefecture', row.prefecture),
      portal ? textIn(portal.title, locale) : row.portal,
      row.status,
      locale === 'ja' ? `${row.accounts}名` : String(row.accounts),
      String(row.submissions),
      timeText(row.updatedAt, locale),
    ]
  },
}
