import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { FileRecord } from '../../store/files.ts'
import { filesOfSubmission, findFile } from '../../store/files.ts'
import { appendAudit } from '../../store/audit.ts'
import { loadSubmission } from '../../store/submissions.ts'
import { troubleAnswer } from '../form/answers.ts'
import { ownSubmission } from './submissions.ts'
import { isInScope, needs, scopeOf } from '../staff/rights.ts'
import type { Route, Visit } from '../route.ts'

/** Files go to people as downloads; what a file is called is said in a header and nowhere else. */
export function downloadRoutes(): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/:portal/submissions/:id/files/:file',
      access: { kind: 'visitor' },
      body: 'none',
      answer: ofSubmission,
    },
    {
      method: 'GET',
      path: '/:portal/files/:file',
      access: { kind: 'account' },
      body: 'none',
      answer: ofAccount,
    },
  ]
}

/** For the desk: any file of a submission, written down in the audit log. Pictures may be looked at on the spot. */
export function staffDownloadRoutes(): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/review/submissions/:id/files/:file',
      access: needs('files'),
      body: 'none',
      answer: forStaff,
    },
  ]
}

/** Whoever may see the submission may fetch its files; everybody else hears that there is none (S14). */
async function ofSubmission(visit: Visit): Promise<Response> {
  const submission = await ownSubmission(visit)
  const file = submission && (await fileIn(visit, submission.id))
  // Issued documents have rules and an address of their own.
  return file?.kind === 'attachment' ? fileAnswer(visit, file) : notFound(visit)
}

/** A member's own file, attached to an application that is not sent yet. */
async function ofAccount(visit: Visit): Promise<Response> {
  const file = await findFile(visit.deps.store.db, visit.params.file ?? '')
  const isOwn =
    file?.accountId !== undefined &&
    file.accountId === visit.account?.id &&
    file.portal === visit.portal?.id
  return isOwn ? fileAnswer(visit, file) : notFound(visit)
}

async function forStaff(visit: Visit): Promise<Response> {
  const { deps, staff, query } = visit
  const submission = await loadSubmission(deps.store.db, visit.params.id ?? '')
  if (!submission || !isInScope(scopeOf(visit), submission)) return notFound(visit)
  const file = await fileIn(visit, submission.id)
  if (!file || !staff) return notFound(visit)
  if (file.state === 'infected')
    return troubleAnswer(visit, { code: 'http.file-locked', status: 423 })
  // With a scanner at work nobody opens what it has not seen (S36).
  if (file.state === 'pending')
    return troubleAnswer(visit, { code: 'http.file-pending', status: 409 })
  await deps.store.write((tx) =>
    appendAudit(tx, {
      at: deps.clock().toISOString(),
      actor: `staff:${staff.id}:${staff.role}`,
      kind: 'file.opened',
      subject: submission.id,
      data: { file: file.id, state: file.state },
    }),
  )
  const isPicture = file.type === 'image/png' && query.get('show') === 'here'
  return fileAnswer(visit, file, isPicture ? 'inline' : 'attachment')
}

async function fileIn({ deps, params }: Visit, submissionId: string) {
  const files = await filesOfSubmission(deps.store.db, submissionId)
  return files.find((file) => file.id === params.file)
}

function notFound(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
}

/**
 * The bytes of a file. A download by default; `inline` draws in a box without scripts, origin or network, and is for
 * pictures only (S34). Memory is bounded by a chunk.
 */
export async function fileAnswer(
  visit: Visit,
  file: FileRecord,
  disposition: 'attachment' | 'inline' = 'attachment',
): Promise<Response> {
  if (file.state === 'infected')
    return troubleAnswer(visit, { code: 'http.file-locked', status: 423 })
  const content = await visit.deps.files.get(file.id)
  if (!content) return notFound(visit)
  const stream = content instanceof Readable ? Readable.toWeb(content) : content
  return new Response(stream as WebStream as ReadableStream, {
    headers: {
      'Content-Type': file.type,
      'Content-Length': String(file.size),
      'Content-Disposition': `${disposition}; ${nameInHeader(file.name)}`,
      'Content-Security-Policy': FILE_POLICY,
      'Cache-Control': 'no-store',
    },
  })
}

/** A file is nothing that runs here: no script, no request, no origin, even if a browser draws it. */
export const FILE_POLICY = "default-src 'none'; img-src 'self'; frame-ancestors 'none'; sandbox"

/** RFC 6266: a plain name for old readers, the true one in UTF-8 for the others. Nothing in it can end the header. */
export function nameInHeader(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._ -]/g, '_')
  const whole = encodeURIComponent(name).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename="${plain}"; filename*=UTF-8''${whole}`
}
