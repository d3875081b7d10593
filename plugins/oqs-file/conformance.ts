import type { FileConformance } from '../../src/cards/kit/file-suite.ts'

const xml = (body: string, encoding = 'UTF-8', before = '') =>
  `<?xml version="1.0" encoding="${encoding}"?>${before}\n<XmlMsg><MessageHeader><ProcessExecutionTime>20260401120000</ProcessExecutionTime><MedicalInstitutionCode>1310000001</MedicalInstitutionCode></MessageHeader><MessageBody><ProcessingResultStatus>1</ProcessingResultStatus>${body}</MessageBody></XmlMsg>\n`
const patient = (number: number) => `<ResultList><Name>見本太郎${number}</Name></ResultList>`
/** 山崎 in Shift_JIS, which TextEncoder cannot write. */
const SHIFT_JIS = Buffer.from([0x8e, 0x52, 0x8d, 0xe8])

function nameOn(now: Date, part = 'a1'): string {
  const stamp = new Date(now.getTime() + 9 * 3_600_000)
    .toISOString()
    .replace(/[-:T]/g, '')
    .slice(0, 14)
  return `OQSsiquc01res_face_${part}_${stamp}.xml`
}

const conformance: FileConformance = {
  config: (folder) => ({ folder }),
  file: (now, number) =>
    number === 1
      ? { name: nameOn(now), bytes: Buffer.from(xml(patient(1))) }
      : {
          name: nameOn(now),
          bytes: Buffer.concat([
            Buffer.from(xml('<Name>', 'Shift_JIS').replace('</MessageBody></XmlMsg>\n', '')),
            SHIFT_JIS,
            Buffer.from('</Name></MessageBody></XmlMsg>\n'),
          ]),
        },
  hostile: (now) =>
    (
      [
        [
          'entities of its own',
          xml('&x;', 'UTF-8', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        ],
        [
          'entities that grow',
          xml('&b;', 'UTF-8', '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'),
        ],
        ['an unknown entity', xml('&secret;')],
        ['CDATA', xml('<![CDATA[<x>]]>')],
        ['an instruction in the middle', xml('<?php echo 1 ?>')],
        ['nesting without end', xml('<a>'.repeat(500) + '</a>'.repeat(500))],
        ['a million elements', xml('<a/>'.repeat(60_000))],
        ['crossed elements', xml('<a><b></a></b>')],
        ['two roots', `${xml('')}<XmlMsg/>`],
        ['another root', '<html></html>'],
        ['a code that is none', xml('').replace('1310000001', '13100000010000')],
        ['a document cut short', xml(patient(1)).slice(0, 250)],
        ['an encoding nobody agreed on', xml('', 'EUC-JP')],
        ['nothing', ''],
      ] as readonly (readonly [string, string])[]
    )
      .map(([why, text]) => ({ why, name: nameOn(now), bytes: Buffer.from(text) as Uint8Array }))
      .concat([
        {
          why: 'bytes that are no text',
          name: nameOn(now),
          bytes: Buffer.from(xml('\xff\xfe'), 'latin1'),
        },
        { why: 'a file too large', name: nameOn(now), bytes: Buffer.alloc(2_000_000, 0x20) },
        { why: 'a name of another kind', name: 'result.xml', bytes: Buffer.from(xml('')) },
        {
          why: 'a name with parts of a path',
          name: 'OQSsiquc01res_..%2fx.xml',
          bytes: Buffer.from(xml('')),
        },
      ]),
  canaries: ['見本太郎', '1310000001'],
}
export default conformance
