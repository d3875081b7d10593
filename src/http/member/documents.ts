import type { List } from '../../definitions/definitions.ts'
import { assert } from '../../fault.ts'
import type { Locale } from '../../form/form.ts'
import { ownerOf } from '../../issuance/owner.ts'
import {
  confirmReceipt,
  currentPdf,
  currentSheet,
  noteOpening,
  ownDocument,
  readableUntil,
} from '../../issuance/open.ts'
import { issuedAccountsOf } from '../../store/issued-accounts.ts'
import { documentsShowing, issuedDocumentsOf } from '../../store/issued-documents.ts'
import type { IssuedDocument } from '../../store/issued-documents.ts'
import { loadSubmission } from '../../store/submissions.ts'
import type { Cell, TableBody } from '../../../web/views/page.ts'
import { pageAnswer, redirectTo, textIn, troubleAnswer } from '../form/answers.ts'
import { actorOf } from '../form/forms.ts'
import type { Route, Visit } from '../route.ts'
import { filedTable } from './submissions.ts'
import { dayText, word } from '../words.ts'

const MEMBER = { kind: 'account' } as const
/** Longest a person waits for a document that is drawn anew. */
const DRAW_MS = 20_000

/** Issued documents and lists of what was issued; each only for whom it was issued. */
export function documentRoutes(): readonly Route[] {
  return [
    { method: 'GET', path: '/:portal/lists/:list', access: MEMBER, body: 'none', answer: list },
    { method: 'GET', path: '/:portal/documents/:id', access: MEMBER, body: 'none', answer: show },
    {
      method: 'GET',
      path: '/:portal/documents/:id/pdf',
      access: MEMBER,
      body: 'none',
      answer: download,
    },
    {
      method: 'POST',
      path: '/:portal/documents/:id/received',
      access: MEMBER,
      body: 'form',
      answer: received,
    },
  ]
}

/** What the document says, as a page: the same content as the PDF (A38). */
async function show(visit: Visit): Promise<Response> {
  const document = await ownOf(visit)
  if (!document) return missing(visit)
  const { deps, locale, path } = visit
  await noteOpening(deps.issuance, document, actorOf(visit), 'page')
  const sheet = await currentSheet(deps.issuance, document)
  const until = await readableUntil(deps.issuance, document.id)
  return pageAnswer(visit, {
    title: sheet.title,
    body: {
      kind: 'sheet',
      sheet,
      pdf: { label: word('openPdf', locale), href: `${path}/pdf` },
      notice: visit.query.has('received') ? word('passwordGone', locale) : undefined,
      ...(until !== undefined && {
        secret: {
          lead: readableLead(until, locale),
          question: word('received', locale),
          warning: word('receivedWarning', locale),
          action: { label: word('erasePassword', locale), href: `${path}/received` },
        },
      }),
    },
  })
}

async function download(visit: Visit): Promise<Response> {
  const document = await ownOf(visit)
  if (!document) return missing(visit)
  const { deps, request } = visit
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(DRAW_MS)])
  await noteOpening(deps.issuance, document, actorOf(visit), 'pdf')
  const pdf = await currentPdf(deps.issuance, document, signal)
  const body = pdf instanceof Uint8Array ? new Uint8Array(pdf) : streamOf(pdf)
  return new Response(body, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="document.pdf"; filename*=UTF-8''${fileName(document.title)}`,
      'Cache-Control': 'no-store',
    },
  })
}

/** Read as fast as the visitor takes it; nothing stays open when they go away. */
function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next()
      if (next.done) controller.close()
      else controller.enqueue(new Uint8Array(next.value))
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}

/** Of the title only letters and digits: a name is data, and no program may read a path into it. */
function fileName(title: string): string {
  const safe = title.replace(/[^\p{L}\p{N}]+/gu, '_').slice(0, 80) || 'document'
  return `${encodeURIComponent(safe)}.pdf`
}

async function received(visit: Visit): Promise<Response> {
  const document = await ownOf(visit)
  if (!document) return missing(visit)
  await confirmReceipt(visit.deps.issuance, document, actorOf(visit))
  return redirectTo(`/${document.portal}/documents/${document.id}?received=1`)
}

function ownOf(visit: Visit): Promise<IssuedDocument | undefined> {
  return ownDocument(visit.deps.issuance, ownerIn(visit), visit.params.id ?? '')
}

/** Somebody else's document answers exactly like one that does not exist (S14). */
function missing(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
}

function ownerIn({ portal, account }: Visit): { readonly portal: string; readonly owner: string } {
  assert(portal && account, 'the guard lets members of the portal in only')
  return { portal: portal.id, owner: ownerOf(account) }
}

async function list(visit: Visit): Promise<Response> {
  const { portal, params, locale } = visit
  const found = portal?.lists.find(({ id }) => id === params.list)
  if (!found) return missing(visit)
  const table = await tableOf(visit, found.shows)
  return pageAnswer(visit, {
    title: textIn(found.title, locale),
    body: {
      kind: 'table',
      ...(found.lead && { lead: textIn(found.lead, locale) }),
      tables: [
        { ...table, caption: word('issuedSoFar', locale), empty: textIn(found.empty, locale) },
      ],
    },
  })
}

type Table = Pick<TableBody['tables'][number], 'columns' | 'rows'>

function tableOf(visit: Visit, shows: List['shows']): Promise<Table> {
  switch (shows.kind) {
    case 'accounts':
      return accountTable(visit, shows)
    case 'documents':
      return documentTable(visit, shows)
    case 'submissions':
      return filedTable(visit, shows.workflows)
  }
}

/** 資格確認アカウント管理 (applications.md §13). */
async function accountTable(
  visit: Visit,
  shows: Extract<List['shows'], { kind: 'accounts' }>,
): Promise<Table> {
  const { deps, locale } = visit
  const { db } = deps.store
  const { portal, owner } = ownerIn(visit)
  const accounts = await issuedAccountsOf(db, { portal, owner, issue: shows.issue })
  const submissionIds = [...new Set(accounts.map(({ submissionId }) => submissionId))]
  const documents = await documentsShowing(db, submissionIds)
  const numbers = new Map<string, string>()
  for (const id of submissionIds) numbers.set(id, (await loadSubmission(db, id))?.number ?? '')
  const now = deps.clock().toISOString()
  return {
    columns: [
      ...shows.ids.map(({ label }) => textIn(label, locale)),
      word('terminal', locale),
      word('number', locale),
      word('issueDay', locale),
      word('state', locale),
      word('document', locale),
    ],
    rows: accounts.map((account): Cell[] => {
      const document = documents.get(account.id)
      const isReadable = account.sealed !== undefined && account.sealed.keepUntil > now
      const [id = '', ...others] = shows.ids.map(({ name }) => account.ids[name] ?? '')
      return [
        // Opening an id shows its document (applications.md §13).
        document === undefined ? id : { text: id, href: `/${portal}/documents/${document}` },
        ...others,
        String(account.number),
        numbers.get(account.submissionId) ?? '',
        dayText(account.createdAt, locale),
        document === undefined
          ? word('inPreparation', locale)
          : isReadable
            ? readableState(account.sealed.keepUntil, locale)
            : word(account.hadPassword ? 'passwordHandedOver' : 'inUse', locale),
        document === undefined
          ? ''
          : { text: word('openPdf', locale), href: `/${portal}/documents/${document}/pdf` },
      ]
    }),
  }
}

/** Decision notices (applications.md §12). */
async function documentTable(
  visit: Visit,
  { document }: { readonly document: string },
): Promise<Table> {
  const { deps, locale } = visit
  const { portal, owner } = ownerIn(visit)
  const issued = await issuedDocumentsOf(deps.store.db, { portal, owner, document })
  const rows = await Promise.all(
    issued.map(async ({ id, title, submissionId, createdAt }): Promise<Cell[]> => [
      { text: title, href: `/${portal}/documents/${id}` },
      (await loadSubmission(deps.store.db, submissionId))?.number ?? '',
      dayText(createdAt, locale),
      { text: word('openPdf', locale), href: `/${portal}/documents/${id}/pdf` },
    ]),
  )
  const columns = ['document', 'number', 'issueDay', 'file'] as const
  return { columns: columns.map((name) => word(name, locale)), rows }
}

function readableLead(until: string, locale: Locale): string {
  const day = dayText(until, locale)
  return locale === 'ja'
    ? `パスワードは${day}まで表示されます。お早めに印刷するか、書き留めてください。`
    : `The password is shown until ${day}. Print it or note it down before then.`
}

function readableState(until: string, locale: Locale): string {
  const day = dayText(until, locale)
  return locale === 'ja' ? `パスワードの表示は${day}まで` : `Password shown until ${day}`
}
