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
export const DRAW_MS = 20_000

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
  return pdfAnswer(pdf, document.title)
}

/** A PDF to keep, called as its title says. */
export function pdfAnswer(pdf: AsyncIterable<Uint8Array> | Uint8Array, title: string): Response {
  const body = pdf instanceof Uint8Array ? new Uint8Array(pdf) : streamOf(pdf)
  return new Response(body, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="document.pdf"; filename*=UTF-8''${fileName(title)}`,
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

/** The document of the address, when it was issued to the facility of whoever asks. */
export function ownOf(visit: Visit): Promise<IssuedDocument | undefined> {
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

/** An issued account as its facility may know it: never its password. */
export type AccountEntry = {
  readonly ids: { readonly [name: string]: string }
  readonly terminal: number
  readonly submission: { readonly id: string; readonly number: string }
  readonly issuedAt: string
  readonly state: 'inPreparation' | 'readable' | 'passwordHandedOver' | 'inUse'
  /** Until when its password can be read. */
  readonly readableUntil?: string
  /** Id of the document that shows it. */
  readonly document?: string
}

/** What was issued by these steps, to the facility of whoever asks. */
export async function accountEntries(
  visit: Visit,
  shows: Extract<List['shows'], { kind: 'accounts' }>,
): Promise<readonly AccountEntry[]> {
  const { deps } = visit
  const { db } = deps.store
  const { portal, owner } = ownerIn(visit)
  const accounts = await issuedAccountsOf(db, { portal, owner, issue: shows.issue })
  const submissionIds = [...new Set(accounts.map(({ submissionId }) => submissionId))]
  const documents = await documentsShowing(db, submissionIds)
  const numbers = await numbersOf(visit, submissionIds)
  const now = deps.clock().toISOString()
  return accounts.map((account) => {
    const document = documents.get(account.id)
    const until = account.sealed?.keepUntil
    const isReadable = until !== undefined && until > now
    return {
      ids: Object.fromEntries(shows.ids.map(({ name }) => [name, account.ids[name] ?? ''])),
      terminal: account.number,
      submission: { id: account.submissionId, number: numbers.get(account.submissionId) ?? '' },
      issuedAt: account.createdAt,
      ...(document === undefined
        ? { state: 'inPreparation' }
        : isReadable
          ? { state: 'readable', readableUntil: until, document }
          : { state: account.hadPassword ? 'passwordHandedOver' : 'inUse', document }),
    }
  })
}

/** 資格確認アカウント管理 (applications.md §13). */
async function accountTable(
  visit: Visit,
  shows: Extract<List['shows'], { kind: 'accounts' }>,
): Promise<Table> {
  const { locale } = visit
  const { portal } = ownerIn(visit)
  const entries = await accountEntries(visit, shows)
  return {
    columns: [
      ...shows.ids.map(({ label }) => textIn(label, locale)),
      word('terminal', locale),
      word('number', locale),
      word('issueDay', locale),
      word('state', locale),
      word('document', locale),
    ],
    rows: entries.map((entry): Cell[] => {
      const { document, readableUntil } = entry
      const [id = '', ...others] = Object.values(entry.ids)
      return [
        // Opening an id shows its document (applications.md §13).
        document === undefined ? id : { text: id, href: `/${portal}/documents/${document}` },
        ...others,
        String(entry.terminal),
        entry.submission.number,
        dayText(entry.issuedAt, locale),
        entry.state === 'readable'
          ? readableState(readableUntil ?? '', locale)
          : word(entry.state, locale),
        document === undefined
          ? ''
          : { text: word('openPdf', locale), href: `/${portal}/documents/${document}/pdf` },
      ]
    }),
  }
}

export type DocumentEntry = {
  readonly id: string
  readonly title: string
  readonly submission: { readonly id: string; readonly number: string }
  readonly issuedAt: string
}

/** Documents of one kind that were issued to the facility of whoever asks. */
export async function documentEntries(
  visit: Visit,
  { document }: { readonly document: string },
): Promise<readonly DocumentEntry[]> {
  const { portal, owner } = ownerIn(visit)
  const issued = await issuedDocumentsOf(visit.deps.store.db, { portal, owner, document })
  const numbers = await numbersOf(visit, [...new Set(issued.map((one) => one.submissionId))])
  return issued.map(({ id, title, submissionId, createdAt }) => ({
    id,
    title,
    submission: { id: submissionId, number: numbers.get(submissionId) ?? '' },
    issuedAt: createdAt,
  }))
}

/** Decision notices (applications.md §12). */
async function documentTable(visit: Visit, shows: { readonly document: string }): Promise<Table> {
  const { locale } = visit
  const { portal } = ownerIn(visit)
  const rows = (await documentEntries(visit, shows)).map(
    ({ id, title, submission, issuedAt }): Cell[] => [
      { text: title, href: `/${portal}/documents/${id}` },
      submission.number,
      dayText(issuedAt, locale),
      { text: word('openPdf', locale), href: `/${portal}/documents/${id}/pdf` },
    ],
  )
  const columns = ['document', 'number', 'issueDay', 'file'] as const
  return { columns: columns.map((name) => word(name, locale)), rows }
}

async function numbersOf(
  { deps }: Visit,
  submissionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(submissionIds.map((id) => loadSubmission(deps.store.db, id)))
  return new Map(found.flatMap((one) => (one ? [[one.id, one.number]] : [])))
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
