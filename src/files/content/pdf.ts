import type { Bytes, ContentFault } from './bytes.ts'

/** Readers look for the end within so many bytes; what stands behind it is no part of the document. */
const TAIL_BYTES = 1_024
/** Longer than any spelling of what is looked for, so that none is missed between two chunks. */
const OVERLAP = 64
/** Nothing can look into an encrypted document, no scanner and no reviewer without the password. */
const ENCRYPTED = /\/Encrypt\s*(?:<<|[0-9]{1,10}\s+[0-9]{1,5}\s+R)/

/** The frame of a PDF: its first line, its end, where its index stands, and that it is not locked. */
export async function pdfFault(bytes: Bytes): Promise<ContentFault | undefined> {
  const head = (await bytes.read(0, 16)).toString('latin1')
  if (!/^%PDF-[12]\.[0-9]/.test(head)) return 'differs'
  const tail = (await bytes.read(Math.max(0, bytes.size - TAIL_BYTES), TAIL_BYTES)).toString(
    'latin1',
  )
  const [, end = ''] = /%%EOF(?![\s\S]*%%EOF)([\s\S]*)$/.exec(tail) ?? []
  const start = Number(/startxref\s+([0-9]{1,10})\s+%%EOF(?![\s\S]*startxref)/.exec(tail)?.[1])
  if (!tail.includes('%%EOF') || !(start >= 0 && start < bytes.size)) return 'damaged'
  // Another file behind the document: whatever it is, it is not what the name says.
  if (!/^[\s\0]*$/.test(end)) return 'differs'
  let before = ''
  for await (const chunk of bytes.from(0, bytes.size)) {
    const text = before + chunk.toString('latin1')
    if (ENCRYPTED.test(text)) return 'locked'
    before = text.slice(-OVERLAP)
  }
  return undefined
}
