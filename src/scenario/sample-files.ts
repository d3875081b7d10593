import { crc32, deflateSync } from 'node:zlib'
import type { Form } from '../form/form.ts'
import { request, type Person } from './person.ts'
import type { Stage } from './stage.ts'

/** Files that people of a scenario attach: small and whole, of the kind their name says. */

export type Refused = { readonly field: string; readonly code: string; readonly message: string }

/** Sends a sample file of this name the way a page sends it. Gives its handle for the form, or why it was refused. */
export async function attach(
  stage: Stage,
  person: Person,
  form: Form,
  { field, name }: { readonly field: string; readonly name: string },
): Promise<{ readonly handle: string } | { readonly issues: readonly Refused[] }> {
  const path = `/api/v1/${form.id}/uploads`
  const { sitting } = person
  const bytes = sampleFile(name)
  const file = { field, name, size: bytes.length, sitting }
  const begun = await request(stage, person, path, { json: file })
  if (begun.status === 422) return (await begun.json()) as { issues: readonly Refused[] }
  const { upload } = (await begun.json()) as { upload: string }
  await request(stage, person, `${path}/${upload}/parts/0`, { bytes })
  const done = await request(stage, person, `${path}/${upload}/finish`, { json: {} })
  return (await done.json()) as { handle: string } | { issues: readonly Refused[] }
}

function sampleFile(name: string): Uint8Array {
  if (/\.pdf$/i.test(name)) return samplePdf()
  return /\.png$/i.test(name) ? samplePng() : Buffer.from('sample')
}

/** One empty page. */
function samplePdf(): Uint8Array {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
  ].map((content, index) => `${index + 1} 0 obj\n${content}\nendobj\n`)
  const head = `%PDF-1.7\n${objects.join('')}`
  const places = objects.map((object) => String(head.indexOf(object)).padStart(10, '0'))
  const table = `0000000000 65535 f \n${places.map((place) => `${place} 00000 n \n`).join('')}`
  const trailer = `trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${head.length}\n%%EOF\n`
  return Buffer.from(`${head}xref\n0 4\n${table}${trailer}`, 'latin1')
}

/** Two by two black points. */
function samplePng(): Uint8Array {
  const head = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0])
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', head),
    pngChunk('IDAT', deflateSync(Buffer.alloc(2 * (1 + 2 * 3)))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
