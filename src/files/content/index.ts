import { extensionOf, type AttachmentKind } from '../../form/attachments.ts'
import { withBytes, type Bytes, type ContentFault } from './bytes.ts'
import { pdfFault } from './pdf.ts'
import { PNG_SIGNATURE, pngFault } from './png.ts'
import { CFB_SIGNATURE, xlsFault } from './xls.ts'
import { xlsxFault } from './xlsx.ts'

/** What a file is: its media type, or what is wrong with it. */
export type Verdict =
  { readonly type: string } | { readonly fault: ContentFault | 'empty' | 'photo' | 'type' }

type Format = {
  readonly kind: AttachmentKind
  readonly type: string
  readonly fault: (bytes: Bytes) => Promise<ContentFault | undefined>
}

/** By extension: name and content must agree (S34). */
const FORMATS: { readonly [extension: string]: Format } = {
  pdf: { kind: 'pdf', type: 'application/pdf', fault: pdfFault },
  png: { kind: 'png', type: 'image/png', fault: pngFault },
  xlsx: {
    kind: 'excel',
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    fault: xlsxFault,
  },
  xls: { kind: 'excel', type: 'application/vnd.ms-excel', fault: xlsFault },
}

/**
 * Holds a local file against its name: an accepted extension, the signature that belongs to it, and the frame of the
 * format as far as that can be told without drawing it. Reads the file a piece at a time.
 */
export function inspect(
  path: string,
  name: string,
  accept: readonly AttachmentKind[],
): Promise<Verdict> {
  return withBytes(path, async (bytes): Promise<Verdict> => {
    if (bytes.size === 0) return { fault: 'empty' }
    const format = FORMATS[extensionOf(name)]
    const head = await bytes.read(0, 16)
    // A photo under another name is a photo, and the way to a PDF is what helps.
    if (isPhoto(head)) return { fault: 'photo' }
    if (!format || !accept.includes(format.kind)) return { fault: 'type' }
    const fault = await format.fault(bytes)
    // An encrypted .xlsx is no ZIP any more but a compound file.
    if (
      fault === 'differs' &&
      format.fault === xlsxFault &&
      head.subarray(0, 8).equals(CFB_SIGNATURE)
    )
      return { fault: (await xlsFault(bytes)) === 'locked' ? 'locked' : 'differs' }
    return fault ? { fault } : { type: format.type }
  })
}

function isPhoto(head: Buffer): boolean {
  if (head.subarray(0, 8).equals(PNG_SIGNATURE)) return false
  const isJpeg = head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff
  return isJpeg || /^ftyp(?:hei|hev|mif|msf|avif)/.test(head.toString('latin1', 4, 12))
}
