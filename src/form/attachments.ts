import type { Answer, Field, Json, JsonObject, Locale } from './form.ts'

/**
 * What browser and server both know of attachments: which names and sizes a field takes, how a file that has been sent
 * stands in a form. What is in a file only the server looks at (`src/files/content`).
 */

/** Kinds of files a field may accept, by the word YAML uses. */
export const ATTACHMENT_KINDS = ['pdf', 'png', 'excel'] as const
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number]

const EXTENSIONS: { readonly [kind in AttachmentKind]: readonly string[] } = {
  pdf: ['pdf'],
  png: ['png'],
  excel: ['xlsx', 'xls'],
}
const KIND_NAMES: { readonly [kind in AttachmentKind]: string } = {
  pdf: 'PDF',
  png: 'PNG',
  excel: 'Excel',
}
const PHOTOS: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'heic', 'heif', 'jfif', 'webp', 'avif'])

const MB = 1024 * 1024
/** D-27. */
export const FILE_BYTES_MAX = 100 * MB
export const FILES_MAX = 10
const NAME_LENGTH_MAX = 120

/** One file in an answer. */
export type Attached = {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly type: string
  /** Hex. */
  readonly sha256: string
}
/** What a scanner has said of it. */
export type AttachedState = 'pending' | 'clean' | 'infected' | 'not-scanned'

export type AttachmentOptions = {
  readonly accept: readonly AttachmentKind[]
  readonly bytesMax: number
  readonly filesMax: number
}

export function attachmentOptions({ options }: Field): AttachmentOptions {
  const accept = Array.isArray(options.accept) ? (options.accept as AttachmentKind[]) : undefined
  const size = /^([0-9]+) MB$/.exec(String(options.maxSize ?? ''))?.[1]
  return {
    accept: accept ?? ATTACHMENT_KINDS,
    bytesMax: size === undefined ? FILE_BYTES_MAX : Number(size) * MB,
    filesMax: typeof options.maxFiles === 'number' ? options.maxFiles : FILES_MAX,
  }
}

/** What is wrong with a file as far as its name and size tell; the server looks inside as well. */
export function fileWrong(
  { name, size }: { readonly name: string; readonly size: number },
  field: Field,
): { readonly code: string; readonly params: JsonObject } | undefined {
  const { accept, bytesMax } = attachmentOptions(field)
  const file = cleanName(name)
  const extension = extensionOf(file)
  const code = PHOTOS.has(extension)
    ? 'attachment.photo'
    : !accept.some((kind) => EXTENSIONS[kind].includes(extension))
      ? 'attachment.type'
      : size === 0
        ? 'attachment.empty'
        : size > bytesMax
          ? 'attachment.too-large'
          : undefined
  return code === undefined ? undefined : { code, params: fileParams(file, field) }
}

/** For the words of an issue about one file. */
export function fileParams(
  name: string,
  field: Field,
): { readonly [name: string]: string | number } {
  const { accept, bytesMax, filesMax } = attachmentOptions(field)
  return {
    file: name,
    accepted: accept.map((kind) => KIND_NAMES[kind]).join('・'),
    max: `${Math.floor(bytesMax / MB)}MB`,
    n: filesMax,
  }
}

/** `accept` of the native input. */
export function acceptedTypes(field: Field): string {
  return attachmentOptions(field)
    .accept.flatMap((kind) => EXTENSIONS[kind].map((extension) => `.${extension}`))
    .join(',')
}

/**
 * The name of a file as data: the last part of a path, in composed characters, without what controls a terminal or turns
 * the direction of writing (an `exe` that looks like a `pdf`), of a length one can read. Never empty, never a path.
 */
export function cleanName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const plain = last
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
  if (/^\.*$/.test(plain)) return 'file'
  const characters = [...plain]
  if (characters.length <= NAME_LENGTH_MAX) return plain
  const [, ending = ''] = /(\.[A-Za-z0-9]{1,8})$/.exec(plain) ?? []
  return characters.slice(0, NAME_LENGTH_MAX - ending.length).join('') + ending
}

/** In small letters, without the dot; '' when there is none. */
export function extensionOf(name: string): string {
  return (/\.([A-Za-z0-9]+)$/.exec(name)?.[1] ?? '').toLowerCase()
}

/** A file that has been sent, as a page posts it back. The server believes its id only. */
export function handleOf(file: Attached, state: AttachedState): string {
  return JSON.stringify([file.id, file.name, file.size, file.type, file.sha256, state])
}

export function isFileHandleId(text: string): boolean {
  return FILE_ID.test(text)
}
const FILE_ID = /^[0-9a-f]{32}$/

/** The file behind a handle, or behind a bare id; undefined: it is neither. */
export function readHandle(text: string): (Attached & { state: AttachedState }) | undefined {
  if (FILE_ID.test(text))
    return { id: text, name: '', size: 0, type: '', sha256: '', state: 'pending' }
  if (!text.startsWith('["')) return undefined
  const parts = parsed(text)
  if (!Array.isArray(parts)) return undefined
  const [id, name, size, type, sha256, state] = parts as readonly Json[]
  return typeof id === 'string' &&
    FILE_ID.test(id) &&
    typeof name === 'string' &&
    typeof size === 'number' &&
    typeof type === 'string' &&
    typeof sha256 === 'string'
    ? { id, name, size, type, sha256, state: (state ?? 'pending') as AttachedState }
    : undefined
}

/** The files of an answer. */
export function attachedIn(answer: Answer | undefined): readonly Attached[] {
  return Array.isArray(answer) ? (answer as unknown as readonly Attached[]) : []
}

/** 1.4 MB, 380 KB: as file managers show it. */
export function sizeText(bytes: number): string {
  if (bytes >= MB) return `${(bytes / MB).toFixed(1)} MB`
  return `${Math.max(1, Math.round(bytes / 1024))} KB`
}

/** 書類.pdf（1.4 MB） */
export function fileText({ name, size }: Pick<Attached, 'name' | 'size'>, locale: Locale): string {
  return locale === 'ja' ? `${name}（${sizeText(size)}）` : `${name} (${sizeText(size)})`
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    // Not JSON is an ordinary answer to what a page may post.
    return undefined
  }
}
