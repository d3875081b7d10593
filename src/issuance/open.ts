import { assert, Fault } from '../fault.ts'
import type { JsonObject } from '../form/form.ts'
import type { Pdf, Sheet } from '../plugins/contract.ts'
import { appendAudit } from '../store/audit.ts'
import {
  destroyOverdue,
  destroySealed,
  findIssuedAccounts,
  type IssuedAccount,
  putSealed,
  shortenKeeping,
} from '../store/issued-accounts.ts'
import {
  accountsShownBy,
  findIssuedDocument,
  type IssuedDocument,
  markOpened,
} from '../store/issued-documents.ts'
import type { Tx } from '../store/open.ts'
import { actorText, loadSubmission } from '../store/submissions.ts'
import { later } from '../workflow/time.ts'
import type { Actor } from '../workflow/submission.ts'
import { type IssuanceDeps, sealNew } from './accounts.ts'
import { type DocumentDeps, draw, nested, sheetOf } from './documents.ts'
import { openPassword } from './seal.ts'

export type Reader = {
  readonly portal: string
  /** As `ownerOf` gives it. */
  readonly owner: string
  readonly actor: Actor
}

/** A document of the reader's own; somebody else's is as good as missing (S14). */
export async function ownDocument(
  { store }: Pick<DocumentDeps, 'store'>,
  { portal, owner }: Pick<Reader, 'portal' | 'owner'>,
  id: string,
): Promise<IssuedDocument | undefined> {
  const document = await findIssuedDocument(store.db, id)
  return document?.portal === portal && document.owner === owner ? document : undefined
}

/**
 * Notes that the owner opens a document, before anything of it is shown: an opening nobody knows of cannot happen. The
 * first one starts the clock of the passwords on it.
 */
export async function noteOpening(
  { store, clock }: Pick<DocumentDeps, 'store' | 'clock'>,
  document: IssuedDocument,
  actor: Actor,
  as: 'pdf' | 'page',
): Promise<void> {
  await store.write(async (tx) => {
    const at = clock().toISOString()
    const isFirst = await markOpened(tx, document.id, at)
    if (isFirst)
      for (const { id, sealed } of await accountsOf(tx, document.id))
        if (sealed) await shortenKeeping(tx, [id], later(at, sealed.shownMs))
    await appendAudit(tx, {
      at,
      actor: actorText(actor),
      kind: 'document.opened',
      subject: document.id,
      data: { document: document.document, submission: document.submissionId, as },
    })
  })
}

/** The document as it is printed now: with its passwords as long as they are kept, with empty cells afterwards (D-61). */
export async function currentSheet(deps: DocumentDeps, document: IssuedDocument): Promise<Sheet> {
  const { store } = deps
  const submission = await loadSubmission(store.db, document.submissionId)
  assert(submission, 'A document belongs to a submission')
  const set = await deps.definitionsOf(document.definition)
  const definition = set.documents[document.document]
  assert(definition, `There is no document '${document.document}'`)
  const passwords = definition.isSealed ? await passwordsOf(deps, document.id) : new Map()
  const values = withPasswords(nested(document.values), passwords)
  return sheetOf({ set, document: definition, submission, values, at: document.createdAt })
}

/** The file: the one that was kept, or one drawn for this moment. Throws a Fault when it cannot be had now. */
export async function currentPdf(
  deps: DocumentDeps,
  document: IssuedDocument,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | Uint8Array> {
  if (document.fileId !== undefined) {
    const kept = await deps.files.get(document.fileId)
    if (kept) return kept
    throw new Fault('issuance.file-gone', `The file of document ${document.id} is not there`)
  }
  const sheet = await currentSheet(deps, document)
  const drawn = await draw(deps, sheet, { idempotencyKey: document.id, signal })
  if (drawn.status === 'done') return Buffer.from((drawn.result as Pdf).pdf, 'base64')
  const reason = `The document ${document.id} cannot be drawn: ${drawn.reason}`
  throw new Fault('issuance.not-drawn', reason, { retryAfterMs: DRAW_AGAIN_MS })
}
const DRAW_AGAIN_MS = 5_000

/** The owner has the passwords of a document and says so: they are destroyed now. */
export async function confirmReceipt(
  { store, clock }: Pick<DocumentDeps, 'store' | 'clock'>,
  document: IssuedDocument,
  actor: Actor,
): Promise<void> {
  await store.write(async (tx) => {
    const at = clock().toISOString()
    const kept = (await accountsOf(tx, document.id)).filter(({ sealed }) => sealed)
    const ids = kept.map(({ id }) => id)
    if (ids.length === 0) return
    await destroySealed(tx, ids)
    await appendAudit(tx, {
      at,
      actor: actorText(actor),
      kind: 'document.received',
      subject: document.id,
      data: { accounts: ids },
    })
  })
}

/** Until when the passwords on a document can still be read; undefined when there is none (any more). */
export async function readableUntil(
  { store, clock }: Pick<DocumentDeps, 'store' | 'clock'>,
  documentId: string,
): Promise<string | undefined> {
  const now = clock().toISOString()
  const ends = (await accountsOf(store.db, documentId)).flatMap(({ sealed }) =>
    sealed && sealed.keepUntil > now ? [sealed.keepUntil] : [],
  )
  return ends.sort()[0]
}

/**
 * A new initial password for an account, for an operator whose caller has none any more. The documents that show the
 * account show the new one; whoever runs the other system hears of it through the audit log's entry.
 */
export async function renewPassword(
  deps: IssuanceDeps,
  accountId: string,
  rule: { readonly length: number; readonly shownMs: number; readonly keepMs: number },
  actor: Actor,
): Promise<boolean> {
  return deps.store.write(async (tx) => {
    const [account] = await findIssuedAccounts(tx, [accountId])
    if (!account) return false
    const at = deps.clock().toISOString()
    await putSealed(tx, accountId, sealNew(deps, accountId, rule, at))
    await appendAudit(tx, {
      at,
      actor: actorText(actor),
      kind: 'account.password-renewed',
      subject: accountId,
      data: { submission: account.submissionId },
    })
    return true
  })
}

/** The hourly chore: passwords whose time is up. */
export async function destroyPasswords(
  { store }: Pick<DocumentDeps, 'store'>,
  now: Date,
): Promise<void> {
  await store.write(async (tx) => {
    const at = now.toISOString()
    const accounts = await destroyOverdue(tx, at)
    if (accounts.length === 0) return
    await appendAudit(tx, {
      at,
      actor: 'system',
      kind: 'accounts.passwords-destroyed',
      subject: 'issuance',
      data: { accounts: [...accounts] },
    })
  })
}

async function accountsOf(
  db: Tx | DocumentDeps['store']['db'],
  documentId: string,
): Promise<readonly IssuedAccount[]> {
  return findIssuedAccounts(db, await accountsShownBy(db, documentId))
}

async function passwordsOf(
  { store, keys, clock }: Pick<DocumentDeps, 'store' | 'keys' | 'clock'>,
  documentId: string,
): Promise<ReadonlyMap<string, string>> {
  const now = clock().toISOString()
  const readable = (await accountsOf(store.db, documentId)).flatMap(({ id, sealed }) => {
    const password = sealed && sealed.keepUntil > now ? openPassword(keys, id, sealed) : undefined
    return password === undefined ? [] : [[id, password] as const]
  })
  return new Map(readable)
}

/** Puts each password beside the `accountId` it belongs to. */
function withPasswords(values: JsonObject, passwords: ReadonlyMap<string, string>): JsonObject {
  const put = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(put)
    const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, put(one)]))
    const password = passwords.get(String(inner.accountId))
    return password === undefined ? inner : { ...inner, password }
  }
  return put(values) as JsonObject
}
