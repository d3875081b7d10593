import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CardError,
  type FileSourceContext,
  type FileSourcePlugin,
} from '../../src/cards/contract.ts'
import type { JsonObject } from '../../src/form/form.ts'
import { readXml, textAt } from './xml.ts'

/** The terminal's own names: an answer to a question, or what came of a card on its reader, with its time. */
const NAME = /^OQSsiquc01res_(?:face_[A-Za-z0-9]{1,40}_(\d{8})\d{6}|[A-Za-z0-9_]{1,60})\.xml$/
const FILE_BYTES_MAX = 512 * 1024
const ENTRIES_MAX = 2_000
/** Names remembered, so that none is taken twice; the oldest are forgotten first. */
const SEEN_MAX = 5_000

/**
 * Reads the result files that the terminal of the eligibility check writes, and of each only what says that the terminal
 * works: patients' data stay where they are. It only reads: nobody else's file is moved, changed or deleted.
 */
const plugin: FileSourcePlugin = {
  create(context) {
    const folder = String(context.config.folder)
    const sizes = new Map<string, string>()
    const seen = new Map<string, string>()
    return {
      start: async () => undefined,
      stop: async () => undefined,
      async poll() {
        const names = await readdir(folder).catch(() => {
          throw new CardError('CONFIG_INVALID')
        })
        for (const name of names.slice(0, ENTRIES_MAX))
          await look(context, folder, name, sizes, seen)
        for (const name of sizes.keys()) if (!names.includes(name)) sizes.delete(name)
      },
    }
  },
}
export default plugin

async function look(
  context: FileSourceContext,
  folder: string,
  name: string,
  sizes: Map<string, string>,
  seen: Map<string, string>,
): Promise<void> {
  const match = NAME.exec(name)
  if (!match) return
  const path = join(folder, name)
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isFile()) return
  const today = dayInJapan(context.clock.now())
  if ((match[1] ?? dayInJapan(found.mtimeMs)) !== today) return
  // A share tells nothing when a file is finished: it is when it has stayed the same from one look to the next.
  const size = `${found.size} ${found.mtimeMs}`
  const before = sizes.get(name)
  sizes.set(name, size)
  if (before !== size) return
  const bytes = found.size > FILE_BYTES_MAX ? undefined : await readOnce(path)
  const hash = bytes ? createHash('sha256').update(bytes).digest('hex') : size
  const earlier = seen.get(name)
  if (earlier === hash) return
  seen.set(name, hash)
  for (const oldest of seen.keys()) {
    if (seen.size <= SEEN_MAX) break
    seen.delete(oldest)
  }
  if (earlier !== undefined) return context.emit({ kind: 'file-refused', code: 'FILE_CONFLICT' })
  if (!bytes) return context.emit({ kind: 'file-refused', code: 'FILE_REJECTED' })
  try {
    context.emit({ kind: 'file-accepted', data: resultIn(bytes) })
  } catch (thrown) {
    const isPartial = thrown instanceof CardError && thrown.code === 'FILE_PARTIAL'
    context.emit({ kind: 'file-refused', code: isPartial ? 'FILE_PARTIAL' : 'FILE_REJECTED' })
  }
}

/** Whole, or nothing when somebody has moved it meanwhile; never through a link. */
async function readOnce(path: string): Promise<Buffer | undefined> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(
    () => undefined,
  )
  try {
    return await handle?.readFile()
  } finally {
    await handle?.close()
  }
}

/** What may leave the file: which institution, when, and whether the terminal's question was worked off. */
function resultIn(bytes: Buffer): JsonObject {
  const root = readXml(decode(bytes))
  if (root.name !== 'XmlMsg') throw new CardError('FILE_REJECTED')
  const institution = textAt(root, ['MessageHeader', 'MedicalInstitutionCode']) ?? ''
  const time = textAt(root, ['MessageHeader', 'ProcessExecutionTime']) ?? ''
  const status = textAt(root, ['MessageBody', 'ProcessingResultStatus']) ?? ''
  if (!/^\d{10}$/.test(institution) || !/^\d{8,17}$/.test(time) || !/^\d{0,2}$/.test(status))
    throw new CardError('FILE_REJECTED')
  return { medicalInstitutionCode: institution, processedAt: time, status }
}

/** Both encodings occur; a byte that is none of its own is no reason to guess. */
function decode(bytes: Buffer): string {
  const head = bytes.toString('latin1', 0, 200)
  const named = /^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=["']([\w-]{1,20})["']/
    .exec(head)?.[1]
    ?.toLowerCase()
  const encoding = ['shift_jis', 'shift-jis', 'sjis', 'windows-31j', 'cp932'].includes(named ?? '')
    ? 'shift_jis'
    : 'utf-8'
  if (named !== undefined && encoding === 'utf-8' && named !== 'utf-8')
    throw new CardError('FILE_REJECTED')
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new CardError('FILE_REJECTED')
  }
}

const JAPAN_MS = 9 * 3_600_000

function dayInJapan(ms: number): string {
  return new Date(ms + JAPAN_MS).toISOString().slice(0, 10).replaceAll('-', '')
}
