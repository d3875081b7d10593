import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { sha256 } from '../hash.ts'
import type { File } from './files.ts'
import type { Report } from './problems.ts'

/** S23 of the trust statements, and enough for a hundred portals. */
export const LOAD_LIMITS = {
  fileBytes: 1024 * 1024,
  documentBytes: 20 * 1024 * 1024,
  files: 5000,
  depth: 6,
} as const

/** Below the folder of the definitions. */
export const FOLDERS = ['forms', 'workflows'] as const
/** Everything else below the folders (samples, notes) is none of our business. */
const ENDINGS = /\.(ya?ml|md|mjml|txt)$/
/** Documents that a portal hands out: `forms/<portal>/files/<name>`. */
const DOCUMENT = /^forms\/[^/]+\/files\/[a-z0-9][a-z0-9-]*\.(pdf|png|xlsx)$/

/** Reads `forms/` and `workflows/` of a folder, the only disk access of this part. Paths are relative, with `/`. */
export async function loadFiles(dir: string, report: Report): Promise<File[]> {
  const root = await realpath(dir)
  const paths: string[] = []
  for (const folder of FOLDERS) await collect(join(root, folder), 0, paths)
  const wanted = paths
    .map((path) => ({ path, name: relative(root, path).split(sep).join('/') }))
    .filter(({ name }) => (ENDINGS.test(name) || DOCUMENT.test(name)) && !isNote(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  if (wanted.length > LOAD_LIMITS.files) {
    report('file.too-many', startOf('forms'), { max: LOAD_LIMITS.files })
    return []
  }
  const files: File[] = []
  for (const { path, name } of wanted) {
    const bytes = await readBytes(path, name, root, report)
    if (!bytes) continue
    if (DOCUMENT.test(name)) {
      const content = { size: bytes.length, sha256: sha256(bytes) }
      files.push({ path: name, text: '', content })
      continue
    }
    const text = decode(bytes, name, report)
    if (text !== undefined) files.push({ path: name, text })
  }
  return files
}

/** Notes for people may lie anywhere. */
function isNote(name: string): boolean {
  return /(^|\/)(README\.md|\.[^/]*)$/.test(name)
}

async function collect(folder: string, depth: number, paths: string[]): Promise<void> {
  if (depth > LOAD_LIMITS.depth) return
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(isAbsent)) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await collect(path, depth + 1, paths)
    else paths.push(path)
  }
}

/** A missing folder is an empty one; that nothing is defined is told by the compiler. */
function isAbsent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}

async function readBytes(
  path: string,
  name: string,
  root: string,
  report: Report,
): Promise<Uint8Array | undefined> {
  const at = startOf(name)
  try {
    const real = await realpath(path)
    if (!real.startsWith(root + sep)) {
      report('file.link-outside', at)
      return undefined
    }
    const { size } = await stat(real)
    const max = DOCUMENT.test(name) ? LOAD_LIMITS.documentBytes : LOAD_LIMITS.fileBytes
    if (size > max) {
      report('file.too-large', at, { bytes: size, max })
      return undefined
    }
    return await readFile(real)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    report('file.unreadable', at, { detail: code })
    return undefined
  }
}

function decode(bytes: Uint8Array, name: string, report: Report): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    report('file.not-utf8', startOf(name))
    return undefined
  }
}

function startOf(file: string) {
  return { source: { file, text: '' }, offset: 0 }
}
