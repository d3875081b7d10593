import { crc32, deflateRawSync, deflateSync } from 'node:zlib'

/** Small whole files of every accepted kind, and the pieces to build others from. */

export function pdf(inside = ''): Buffer {
  const head = `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n${inside}\n`
  const entries = [1, 2, 3].map((n) => head.indexOf(`${n} 0 obj`))
  const table = entries.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(
    `${head}xref\n0 4\n0000000000 65535 f \n${table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${head.length}\n%%EOF\n`,
    'latin1',
  )
}

export function png(width = 2, height = 2, options: { depth?: number; colour?: number } = {}) {
  const { depth = 8, colour = 2 } = options
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([depth, colour, 0, 0, 0], 8)
  const rows = Buffer.alloc(Math.min(height, 100) * (1 + Math.min(width, 100) * 3))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', head),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

export function pngChunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

export type ZipEntry = {
  readonly name: string
  readonly data: Buffer
  /** What the list says instead of the truth. */
  readonly says?: Partial<{
    size: number
    packed: number
    at: number
    flags: number
    method: number
  }>
}

export function zip(entries: readonly ZipEntry[], says: { count?: number } = {}): Buffer {
  const parts: Buffer[] = []
  const list: Buffer[] = []
  let at = 0
  for (const { name, data, says: lie = {} } of entries) {
    const packed = deflateRawSync(data)
    const file = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(lie.flags ?? 0, 2)
    common.writeUInt16LE(lie.method ?? 8, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(lie.packed ?? packed.length, 14)
    common.writeUInt32LE(lie.size ?? data.length, 18)
    common.writeUInt16LE(file.length, 22)
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, file, packed)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(lie.at ?? at, 10)
    list.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, file)
    at += 30 + file.length + packed.length
  }
  const body = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(says.count ?? entries.length, 8)
  end.writeUInt16LE(says.count ?? entries.length, 10)
  end.writeUInt32LE(body.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, body, end])
}

const TYPES =
  '<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'

export function xlsx(further: readonly ZipEntry[] = [], types = TYPES): Buffer {
  return zip([
    { name: '[Content_Types].xml', data: Buffer.from(types) },
    { name: 'xl/workbook.xml', data: Buffer.from('<workbook/>') },
    ...further,
  ])
}

/** A compound file (version 3) whose directory holds these names. */
export function cfb(names: readonly string[]): Buffer {
  const sector = 512
  const directory = Buffer.alloc(Math.max(1, Math.ceil((names.length + 1) / 4)) * sector)
  ;['Root Entry', ...names].forEach((name, index) => {
    const entry = directory.subarray(index * 128, index * 128 + 128)
    entry.write(name, 'utf16le')
    entry.writeUInt16LE((name.length + 1) * 2, 64)
    entry[66] = index === 0 ? 5 : 2
  })
  const count = directory.length / sector
  const table = Buffer.alloc(sector, 0xff)
  for (let index = 0; index < count; index++)
    table.writeUInt32LE(index === count - 1 ? 0xfffffffe : index + 2, (index + 1) * 4)
  table.writeUInt32LE(0xfffffffd, 0)
  const head = Buffer.alloc(sector, 0xff)
  head.fill(0, 0, 76)
  head.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
  head.writeUInt16LE(0x3e, 24)
  head.writeUInt16LE(3, 26)
  head.writeUInt16LE(0xfffe, 28)
  head.writeUInt16LE(9, 30)
  head.writeUInt32LE(1, 48)
  head.writeUInt32LE(0, 76)
  return Buffer.concat([head, table, directory])
}

export const xls = () => cfb(['Workbook', '\x05SummaryInformation'])

/** The beginnings of files that are none of the accepted ones. */
export const foreign: Readonly<Record<string, Buffer>> = {
  jpeg: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0]),
  heic: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic')]),
  gif: Buffer.from('GIF89a\x01\0\x01\0'),
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  html: Buffer.from('<!doctype html><script>alert(1)</script>'),
  script: Buffer.from('#!/bin/sh\necho hello\n'),
  exe: Buffer.concat([Buffer.from('MZ\x90\0'), Buffer.alloc(200)]),
  elf: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(100)]),
  csv: Buffer.from('=cmd|calc,1,2\n'),
  zip: zip([{ name: 'a.txt', data: Buffer.from('a') }]),
  rtf: Buffer.from('{\\rtf1 hello}'),
  xml: Buffer.from('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
  word: cfb(['WordDocument']),
  mht: Buffer.from('MIME-Version: 1.0\nContent-Type: multipart/related\n'),
  bytes: Buffer.from([0, 1, 2, 3]),
}
