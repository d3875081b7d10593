import {
  FILES_MAX,
  cleanName,
  fileParams,
  fileWrong,
  handleOf,
  readHandle,
  attachmentOptions,
  type Attached,
  type AttachedState,
} from '../form/attachments.ts'
import type { Field, Form, Issue, Raw } from '../form/form.ts'
import {
  deleteFile,
  filesOfDraft,
  findFile,
  findFiles,
  insertFile,
  usersOf,
  type FileRecord,
} from '../store/files.ts'
import { insertJobs } from '../store/jobs.ts'
import type { Store, Tx } from '../store/open.ts'
import { countAgainst } from '../store/throttle.ts'
import { inspect } from './content/index.ts'
import type { Files } from './files.ts'
import type { Spooled } from './spool.ts'

/** Whose files these are: one sitting at a form, of a member or of a visitor who alone knows its id. */
export type FileOwner = {
  readonly portal: string
  readonly draftId: string
  readonly accountId?: string
}

/** Who names files in answers, and those that the submission uses which is corrected, whoever attached them. */
export type FileNamer = FileOwner & { readonly filed?: readonly string[] }

/** A file as it came in. */
export type Incoming = {
  readonly name: string
  /** `too-large`: it was longer than its field takes, and has been dropped. */
  readonly content: Spooled | 'too-large'
}

export type AttachmentDeps = {
  readonly store: Store
  readonly files: Files
  readonly clock: () => Date
  readonly newId: () => string
  /** Whether a scanner looks at files: then they are pending until it has. */
  readonly isScanned: boolean
}

export type Taken =
  { readonly file: Attached; readonly state: AttachedState } | { readonly issue: Issue }

/** S37: what one member, and one address whose members share it, may send in a day. */
const ACCOUNT_DAY = { times: 100, perMs: 86_400_000 } as const
const ADDRESS_DAY = { times: 500, perMs: 86_400_000 } as const

/** The effect that a scanner performs; its job has no submission. */
export const SCAN = 'file.scan'

/**
 * Takes a file that has arrived: looks into it, keeps it, and writes down whose it is. The local file is gone afterwards.
 * `claim` runs in the same transaction; when it says no, somebody else has taken this very file (`gone`).
 */
export async function takeFile(
  deps: AttachmentDeps,
  place: { readonly owner: FileOwner; readonly field: Field; readonly address: string },
  incoming: Incoming,
  claim: (tx: Tx, taken: Extract<Taken, { file: Attached }>) => Promise<boolean> = async () => true,
): Promise<Taken | 'gone'> {
  const { field, owner } = place
  const name = cleanName(incoming.name)
  const issueOf = (code: string): Taken => ({
    issue: { field: field.id, code, params: fileParams(name, field) },
  })
  const { content } = incoming
  if (content === 'too-large') return issueOf('attachment.too-large')
  try {
    const wrong = fileWrong({ name, size: content.size }, field)
    if (wrong) return issueOf(wrong.code)
    const found = await inspect(content.path, name, attachmentOptions(field).accept)
    if ('fault' in found) return issueOf(`attachment.${found.fault}`)
    const stored = await deps.files.keep(content)
    const file: Attached = { ...stored, name, type: found.type }
    const state = deps.isScanned ? 'pending' : 'not-scanned'
    const at = deps.clock().toISOString()
    const refused = await deps.store.write(async (tx) => {
      if (!(await claim(tx, { file, state }))) return 'gone'
      const limit = await limitReached(tx, deps, place)
      if (limit) return limit
      await insertFile(tx, {
        ...file,
        ...owner,
        kind: 'attachment',
        field: field.id,
        state,
        createdAt: at,
      })
      if (deps.isScanned)
        await insertJobs(
          tx,
          null,
          [{ id: deps.newId(), kind: SCAN, payload: { file: file.id }, runAt: at }],
          at,
        )
      return undefined
    })
    if (refused === undefined) return { file, state }
    await deps.files.remove(stored.id)
    return refused === 'gone' ? refused : issueOf(refused)
  } finally {
    await deps.files.spool.discard(content)
  }
}

/** Whether this field may take one more file now; before the bytes come and again when they have. */
export async function limitReached(
  tx: Tx,
  { clock }: Pick<AttachmentDeps, 'clock'>,
  {
    owner,
    field,
    address,
  }: { readonly owner: FileOwner; readonly field: Field; readonly address: string },
): Promise<'attachment.too-many' | 'attachment.quota' | undefined> {
  const present = await filesOfDraft(tx, owner.draftId)
  const here = present.filter((file) => file.field === field.id)
  if (here.length >= attachmentOptions(field).filesMax || present.length >= FILES_MAX)
    return 'attachment.too-many'
  const now = clock()
  const byAddress = await countAgainst(tx, `files:${address}`, ADDRESS_DAY, now)
  const byAccount = owner.accountId
    ? await countAgainst(tx, `files:${owner.accountId}`, ACCOUNT_DAY, now)
    : byAddress
  return byAddress.allowed && byAccount.allowed ? undefined : 'attachment.quota'
}

/**
 * The files that a page or program names in its answers, as the server knows them: of what was posted only ids count, and
 * only those that belong to this member or owner and were attached to this field (S32).
 */
export async function resolveAttachments(
  store: Pick<Store, 'db' | 'dialect'>,
  form: Form,
  raw: Raw,
  owner: FileNamer,
): Promise<{ readonly raw: Raw; readonly issues: readonly Issue[] }> {
  const fields = attachmentFields(form).filter((field) => (raw[field.id]?.length ?? 0) > 0)
  if (fields.length === 0) return { raw, issues: [] }
  const wanted = new Map(fields.map((field) => [field, namedIn(raw[field.id] ?? [])]))
  const rows = await findFiles(store, [...wanted.values()].flat().slice(0, NAMED_MAX))
  const issues: Issue[] = []
  const resolved: Record<string, readonly string[]> = {}
  for (const [field, ids] of wanted) {
    const found = ids.flatMap((id) =>
      rows.filter((row) => row.id === id && row.field === field.id && mayName(row, owner)),
    )
    resolved[field.id] = found.map((row) => handleOf(attachedOf(row), row.state))
    if (found.length < ids.length) issues.push({ field: field.id, code: 'attachment.unknown' })
    for (const row of found.filter(({ state }) => state === 'infected'))
      issues.push({
        field: field.id,
        code: 'attachment.infected',
        params: fileParams(row.name, field),
      })
  }
  return { raw: { ...raw, ...resolved }, issues }
}

/** More than any form takes: what else a request names is not looked up. */
const NAMED_MAX = 100

/** Takes a file back out of its owner: gone at once, unless a submission uses it. */
export async function removeFile(
  { store, files }: Pick<AttachmentDeps, 'store' | 'files'>,
  id: string,
  owner: FileOwner,
): Promise<void> {
  const row = await findFile(store.db, id)
  if (!row || !belongs(row, owner)) return
  const isUnused = await store.write(async (tx) => {
    if ((await usersOf(tx, id)).length > 0) return false
    await deleteFile(tx, id)
    return true
  })
  if (isUnused) await files.remove(id)
}

/** Fields of a form that take files; each variant's, one for each id. */
export function attachmentFields(form: Form): readonly Field[] {
  const fields = Object.values(form.fields).filter((field) => field.type === 'attachment')
  return [...new Map(fields.map((field) => [field.id, field])).values()]
}

export function attachedOf({ id, name, size, type, sha256 }: FileRecord): Attached {
  return { id, name, size, type, sha256 }
}

function mayName(file: FileRecord, owner: FileNamer): boolean {
  return belongs(file, owner) || (owner.filed?.includes(file.id) ?? false)
}

/** A member's file is theirs wherever they sit; a visitor's belongs to whoever knows the owner. */
export function belongs(file: FileRecord, { portal, draftId, accountId }: FileOwner): boolean {
  if (file.kind !== 'attachment' || file.portal !== portal) return false
  return file.accountId === undefined ? file.draftId === draftId : file.accountId === accountId
}

function namedIn(values: readonly string[]): readonly string[] {
  return [...new Set(values.map((value) => readHandle(value)?.id ?? value))].filter(
    (id) => id !== '',
  )
}
