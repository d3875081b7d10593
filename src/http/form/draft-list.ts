import { draftsOf } from '../../store/sittings.ts'
import type { TableBody } from '../../../web/views/page.ts'
import { textIn } from './answers.ts'
import { own } from '../guard.ts'
import type { Visit } from '../route.ts'
import { memberHolder, SITTING } from './sittings.ts'
import { timeText } from '../staff/pages.ts'
import { word } from '../words.ts'

/** The drafts of the member in this portal, with the ways on; nothing when no form of the portal keeps any. */
export async function draftTable(visit: Visit): Promise<TableBody['tables']> {
  const { deps, account, portal, locale } = visit
  const { forms } = deps.definitions()
  const isKept = Object.values(forms).some((form) => form.portal === portal?.id && form.drafts)
  if (!account || !isKept) return []
  const all = await draftsOf(deps.store.db, memberHolder(account.id))
  const rows = all.flatMap((draft) => {
    const form = own(forms, draft.form)
    if (!form?.drafts || form.portal !== portal?.id) return []
    return [
      [
        {
          text: textIn(form.title, locale),
          href: `/${form.portal}/${form.path}?${SITTING}=${draft.key}`,
        },
        timeText(draft.saved_at, locale),
        timeText(draft.keep_until, locale),
        { text: word('deleteDraft', locale), href: `/${form.portal}/drafts/${draft.key}/delete` },
      ],
    ]
  })
  const columns = (['goOn', 'savedAt', 'keptUntil', 'deleteDraft'] as const).map((name) =>
    word(name, locale),
  )
  return [{ caption: word('drafts', locale), columns, rows, empty: word('noDrafts', locale) }]
}
