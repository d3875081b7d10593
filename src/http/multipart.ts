import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import type { Incoming } from '../files/attachments.ts'
import { attachmentFields } from '../files/attachments.ts'
import type { Spool } from '../files/spool.ts'
import { attachmentOptions, FILES_MAX } from '../form/attachments.ts'
import type { Form, Raw } from '../form/form.ts'
import { FORM_BYTES_MAX, parsedFields, type BodyRefusal } from './body.ts'

/** Files of one request, by the field they were sent for. They are local files until somebody keeps them. */
export type SentFile = Incoming & { readonly field: string }
export type Multipart = { readonly fields: Raw; readonly files: readonly SentFile[] }

/** All files at their largest, and the rest of the form. */
const BODY_BYTES_MAX = FILES_MAX * 100 * 1024 * 1024 + FORM_BYTES_MAX

export function isMultipart(request: Request): boolean {
  return /^multipart\/form-data\s*;/i.test(request.headers.get('content-type') ?? '')
}

/**
 * Reads a form with files as it streams in: files go to the disk chunk by chunk, each counted against the limit of its field,
 * and what no field of the form takes is passed over, all of them where there is no form. When the request breaks, nothing of it stays behind.
 */
export async function readMultipart(
  request: Request,
  sent: () => Readable | undefined,
  form: Form | undefined,
  spool: Spool,
): Promise<Multipart | BodyRefusal> {
  if (Number(request.headers.get('content-length') ?? '0') > BODY_BYTES_MAX)
    return { refused: 'body.too-large' }
  const parser = request.headers.has('content-encoding') ? undefined : parserFor(request)
  const read = parser && sent()
  if (!parser || !read) return { refused: 'body.not-a-form' }
  const takers = new Map((form ? attachmentFields(form) : []).map((field) => [field.id, field]))
  const pairs: [string, string][] = []
  const streams: Readable[] = []
  const coming: Promise<SentFile>[] = []
  let refused: BodyRefusal['refused'] | undefined
  let bytes = 0
  parser.on('field', (name, value, isNameCut, isValueCut) => {
    bytes += name.length + Buffer.byteLength(value)
    if (isNameCut || isValueCut || bytes > FORM_BYTES_MAX) refused ??= 'body.too-large'
    pairs.push([name, value])
  })
  for (const event of ['partsLimit', 'fieldsLimit'] as const)
    parser.on(event, () => (refused ??= 'body.too-many-fields'))
  parser.on('file', (field, stream, name) => {
    const taker = takers.get(field)
    // A file input that was left empty comes as a file without a name.
    if (!taker || (name ?? '') === '') return void stream.resume()
    streams.push(stream)
    coming.push(received(spool, stream, attachmentOptions(taker).bytesMax, { field, name }))
  })
  const end = Promise.withResolvers<void>()
  parser.on('finish', () => end.resolve())
  for (const stream of [read, parser]) stream.on('error', (cause: Error) => end.reject(cause))
  read.pipe(parser)
  const isBroken = await end.promise.then(
    () => false,
    () => true,
  )
  // Cut off in the middle of a file: whoever waits for the rest of it hears so.
  if (isBroken) for (const stream of streams) stream.destroy(new Error('the request broke off'))
  const settled = await Promise.allSettled(coming)
  const files = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = settled.find((one) => one.status === 'rejected')
  if (!isBroken && !failed && refused === undefined) {
    const fields = parsedFields(pairs)
    if ('fields' in fields) return { ...fields, files }
    refused = fields.refused
  }
  await dropFiles(files, spool)
  // A full disk is ours to say; a request that breaks off is nobody's to answer.
  if (failed && !isBroken) throw failed.reason
  return { refused: refused ?? 'body.not-a-form' }
}

/** Removes the local files that nobody has kept. */
export async function dropFiles(files: readonly SentFile[], spool: Spool): Promise<void> {
  for (const { content } of files) if (content !== 'too-large') await spool.discard(content)
}

async function received(
  spool: Spool,
  stream: Readable,
  bytesMax: number,
  file: { readonly field: string; readonly name: string },
): Promise<SentFile> {
  try {
    const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
    const content = await spool.receive(chunks, (bytes) => {
      if (bytes > bytesMax) throw new TooLarge()
    })
    return { ...file, content }
  } catch (cause) {
    // The rest is read and dropped, so that the browser hears the answer instead of a broken line.
    stream.resume()
    if (!(cause instanceof TooLarge)) throw cause
    return { ...file, content: 'too-large' }
  }
}

class TooLarge extends Error {}

function parserFor(request: Request): InstanceType<typeof Busboy> | undefined {
  try {
    return new Busboy({
      headers: { 'content-type': request.headers.get('content-type') ?? '' },
      preservePath: true,
      limits: {
        fieldNameSize: 120,
        fieldSize: FORM_BYTES_MAX,
        fields: 1_000,
        files: 4 * FILES_MAX,
        headerPairs: 20,
        headerSize: 8_192,
      },
    })
  } catch {
    // A content type without a boundary: the request is no form.
    return undefined
  }
}
