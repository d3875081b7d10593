import { attach, file } from '../portal/desk.ts'
import { loggedIn } from '../portal/members.ts'
import type { TestPortal } from '../portal/portal.ts'

/** A submission of the sample `desk` to which a PDF is attached; gives its id. */
export async function submissionWith(
  portal: TestPortal,
  who: string,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
): Promise<string> {
  const { id } = await file(portal, (await loggedIn(portal, `member-${who}`)).accountId)
  await attach(portal, id, { name, bytes, type: 'application/pdf' })
  return id
}

/**
 * Pages with one line each in a Japanese font that is named and not embedded, as office programs write them: the encoding has
 * to come from the package.
 */
export function japanese(lines: readonly string[], more = ''): Buffer {
  const kids = lines.map((_, at) => `${10 + at * 2} 0 R`).join(' ')
  const objects = [
    `1 0 obj\n<< /Type /Catalog /Pages 2 0 R ${more} >>\nendobj`,
    `2 0 obj\n<< /Type /Pages /Kids [${kids}] /Count ${lines.length} >>\nendobj`,
    '3 0 obj\n<< /Type /Font /Subtype /Type0 /BaseFont /MS-Gothic /Encoding /UniJIS-UTF16-H /DescendantFonts [4 0 R] >>\nendobj',
    '4 0 obj\n<< /Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Gothic /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 5 0 R >>\nendobj',
    '5 0 obj\n<< /Type /FontDescriptor /FontName /MS-Gothic /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 859 /StemV 80 >>\nendobj',
    ...lines.flatMap((line, at) => {
      const hex = Buffer.from(line, 'utf16le').swap16().toString('hex')
      const drawing = `BT /F1 24 Tf 60 700 Td <${hex}> Tj ET`
      return [
        `${10 + at * 2} 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${11 + at * 2} 0 R >>\nendobj`,
        `${11 + at * 2} 0 obj\n<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream\nendobj`,
      ]
    }),
  ]
  return Buffer.from(
    `%PDF-1.7\n${objects.join('\n')}\ntrailer\n<< /Root 1 0 R /Size ${10 + lines.length * 2} >>\n%%EOF\n`,
    'latin1',
  )
}
