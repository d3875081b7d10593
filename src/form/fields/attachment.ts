import {
  attachedIn,
  attachmentOptions,
  ATTACHMENT_KINDS,
  fileText,
  readHandle,
} from '../attachments.ts'
import type { Json, JsonObject } from '../form.ts'
import type { FieldType, Wrong } from './field-type.ts'

/** Files: each is sent on its own and looked into by the server; the answer lists what has been taken. */
export const attachment: FieldType = {
  name: 'attachment',
  description: {
    ja: 'ファイルの添付。形式（PDF・PNG・Excel）は名前と中身の両方で確かめる。',
    en: 'Attached files; their format is checked by name and by content.',
  },
  options: {
    accept: {
      kind: 'plain',
      schema: {
        type: 'array',
        items: { enum: ATTACHMENT_KINDS },
        minItems: 1,
        uniqueItems: true,
        description: '受け付ける形式：pdf、png、excel。書かないときはすべて',
        'x-en': 'Formats: pdf, png, excel; all of them when left out',
      },
    },
    maxSize: {
      kind: 'plain',
      schema: {
        type: 'string',
        pattern: '^(?:[1-9]|[1-9][0-9]|100) MB$',
        description: '1つのファイルの大きさの上限。例：10 MB。書かないときは 100 MB',
        'x-en': 'Largest file, such as 10 MB; 100 MB when left out',
      },
    },
    maxFiles: {
      kind: 'plain',
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: 10,
        description: 'ファイルの数の上限。書かないときは 10',
        'x-en': 'Most files; 10 when left out',
      },
    },
  },
  control: 'attachment',
  isInput: true,
  missingCode: 'attachment.missing',
  read(raw) {
    const files = new Map<string, JsonObject>()
    for (const text of raw) {
      const found = readHandle(text)
      if (!found) continue
      const { state: _, ...file } = found
      files.set(file.id, file)
    }
    return files.size > 0 ? [...files.values()] : undefined
  },
  toRaw(value) {
    if (!Array.isArray(value)) return undefined
    const ids = (value as readonly Json[]).map(idIn)
    return ids.every((id) => id !== undefined) ? ids : undefined
  },
  schema: (field) => ({
    type: 'array',
    minItems: 1,
    maxItems: attachmentOptions(field).filesMax,
    items: {
      type: 'object',
      required: ['id', 'name', 'size', 'type', 'sha256'],
      properties: {
        id: { type: 'string', pattern: '^[0-9a-f]{32}$' },
        name: { type: 'string' },
        size: { type: 'integer', minimum: 0 },
        type: { type: 'string' },
        sha256: { type: 'string' },
      },
    },
  }),
  issue: (keyword, field): Wrong =>
    keyword === 'maxItems'
      ? { code: 'attachment.too-many', params: { n: attachmentOptions(field).filesMax } }
      : { code: 'attachment.unknown' },
  show: (value, _field, locale) =>
    attachedIn(value)
      .map((file) => fileText(file, locale))
      .join(locale === 'en' ? ', ' : '、'),
}

/** A program names a file by its id or by the object it was given. */
function idIn(value: Json): string | undefined {
  if (typeof value === 'string') return value
  const id = value !== null && typeof value === 'object' && 'id' in value ? value.id : undefined
  return typeof id === 'string' ? id : undefined
}
