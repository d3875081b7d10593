import { Fault } from '../../fault.ts'
import { sizeText } from '../../form/attachments.ts'
import type { Locale } from '../../form/form.ts'
import { draw } from '../../issuance/documents.ts'
import type { Pdf, Sheet, SheetBlock, SheetRow } from '../../plugins/contract.ts'
import type { FileRecord } from '../../store/files.ts'
import { filesOfSubmission } from '../../store/files.ts'
import type { DeskFact } from '../../../web/views/desk.ts'
import { textIn, troubleAnswer } from '../form/answers.ts'
import { own } from '../guard.ts'
import type { Route, Visit } from '../route.ts'
import { timeText } from '../staff/pages.ts'
import { answerGroups, labelOf } from './answered.ts'
import { DRAW_MS, pdfAnswer } from './documents.ts'
import { factLines, RECEIPT, situation, type Filed } from './submission-page.ts'
import { SUBMISSION_WORDS } from './submission-words.ts'
import { openFiled } from './submissions.ts'

const AGAIN_MS = 5_000

/** What a member has filed, to keep or to print (A27): drawn when it is asked for, and kept nowhere. */
export function receiptRoutes(): readonly Route[] {
  return [
    {
      method: 'GET',
      path: `/:portal/submissions/:id/${RECEIPT}`,
      access: { kind: 'account' },
      body: 'none',
      answer: receipt,
    },
  ]
}

async function receipt(visit: Visit): Promise<Response> {
  const { deps, request } = visit
  const filed = await openFiled(visit)
  if (!filed || filed.submission.accountId === undefined)
    return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  const files = await filesOfSubmission(deps.store.db, filed.submission.id)
  const sheet = receiptSheet(filed, { files, at: deps.clock().toISOString(), locale: visit.locale })
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(DRAW_MS)])
  const drawn = await draw(deps.issuance, sheet, { idempotencyKey: visit.id, signal })
  if (drawn.status === 'done')
    return pdfAnswer(Buffer.from((drawn.result as Pdf).pdf, 'base64'), sheet.title)
  if (drawn.status === 'rejected')
    return troubleAnswer(visit, { code: 'http.not-printable', status: 409 })
  const reason = `The receipt of ${filed.submission.id} cannot be drawn: ${drawn.reason}`
  throw new Fault('issuance.not-drawn', reason, { retryAfterMs: AGAIN_MS })
}

/** The number, how it stands, what was answered and attached, and whom to ask. Pure. */
export function receiptSheet(
  filed: Filed,
  known: { readonly files: readonly FileRecord[]; readonly at: string; readonly locale: Locale },
): Sheet {
  const { files, at, locale } = known
  const { submission, definitions, form, workflow } = filed
  const t = SUBMISSION_WORDS[locale]
  const matter = form ?? workflow
  const title = t.receiptOf(matter ? textIn(matter.title, locale) : submission.form)
  const portal = own(definitions.portals, submission.portal)
  const attached = files.filter(({ kind }) => kind === 'attachment')
  const blocks: readonly SheetBlock[] = [
    { kind: 'heading', level: 1, text: title },
    {
      kind: 'rows',
      rows: rowsOf([...factLines(filed, locale), { label: t.madeAt, value: timeText(at, locale) }]),
    },
    heading(t.now),
    ...situation(filed, locale).map(paragraph),
    ...answerGroups(filed, locale).flatMap((group): readonly SheetBlock[] =>
      group.kind === 'facts'
        ? [heading(group.title ?? t.answers), { kind: 'rows', rows: rowsOf(group.facts) }]
        : [],
    ),
    ...(attached.length > 0
      ? [
          heading(t.files),
          {
            kind: 'table' as const,
            columns: [t.file, t.item, t.size].map((label) => ({ label, align: 'left' as const })),
            rows: attached.map(({ name, field, size }) => [
              name,
              labelOf(form, field, locale),
              sizeText(size),
            ]),
          },
        ]
      : []),
    ...(portal
      ? [
          heading(t.contact),
          paragraph(
            t.contactLines(
              textIn(portal.operator.name, locale),
              portal.operator.phone,
              textIn(portal.contactHours, locale),
            ),
          ),
        ]
      : []),
  ]
  return {
    title: `${title} ${submission.number}`,
    language: locale,
    size: 'A4',
    date: at,
    header: portal ? [{ text: textIn(portal.title, locale) }] : [],
    footer: [{ number: 'page' }, { text: ' / ' }, { number: 'pages' }],
    blocks,
  }
}

function heading(text: string): SheetBlock {
  return { kind: 'heading', level: 2, text }
}

function paragraph(text: string): SheetBlock {
  return { kind: 'paragraph', align: 'left', text }
}

function rowsOf(facts: readonly DeskFact[]): readonly SheetRow[] {
  return facts.flatMap(({ label, value }) =>
    typeof value === 'string' ? [{ label, value, face: 'plain' as const }] : [],
  )
}
