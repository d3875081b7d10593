import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCommand, describeCommand, encodeCommand, fromHex } from '../../src/cards/apdu.ts'
import { contactlessKind, parseAtr } from '../../src/cards/atr.ts'
import { readSimpleTlvs, readTlvs, tlv, wholeLength } from '../../src/cards/tlv.ts'

const bytes = (text: string) => fromHex(text) ?? new Uint8Array()
const byte = fc.integer({ min: 0, max: 255 })

describe('commands', () => {
  test('all four cases, short and extended, come back as they were', () => {
    const command = fc.record(
      {
        cla: byte,
        ins: byte,
        p1: byte,
        p2: byte,
        data: fc.uint8Array({ minLength: 1, maxLength: 400 }),
        le: fc.integer({ min: 1, max: 65_536 }),
      },
      { requiredKeys: ['cla', 'ins', 'p1', 'p2'] },
    )
    fc.assert(
      fc.property(command, (one) => {
        expect(decodeCommand(encodeCommand(one))).toEqual(one)
      }),
    )
  })

  test.each([
    '',
    '00',
    '00A404',
    '00A4040C02D3',
    '00A4040C02D39200FF',
    '00B000000000',
    '00B00000000000FF01',
  ])('%s is none', (text) => {
    expect(decodeCommand(bytes(text))).toBeUndefined()
  })

  test('a log never shows what is in them', () => {
    const verify = { cla: 0, ins: 0x20, p1: 0, p2: 0x80, data: Buffer.from('4711') }
    expect(describeCommand(verify)).toBe('00200080 lc=4')
  })
})

describe('TLV', () => {
  test('any objects come back; every cut of them is refused', () => {
    const objects = fc.array(
      fc.record({
        tag: fc.constantFrom(0xdf22, 0xff20, 0x5f, 0x61),
        value: fc.uint8Array({ maxLength: 300 }),
      }),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    fc.assert(
      fc.property(objects, (list) => {
        const tags = list.map((one) => ({ ...one, tag: one.tag === 0x5f ? 0x5f20 : one.tag }))
        const whole = Uint8Array.from(Buffer.concat(tags.map(({ tag, value }) => tlv(tag, value))))
        expect(readTlvs(whole)).toEqual(
          tags.map(({ tag, value }) => ({ tag, value: Uint8Array.from(value) })),
        )
        const first = tlv(tags[0]?.tag ?? 0, tags[0]?.value ?? new Uint8Array())
        expect(wholeLength(whole)).toBe(first.length)
        for (let at = 2; at < first.length; at++)
          expect(() => readTlvs(first.subarray(0, at))).toThrow('PROTOCOL_ERROR')
      }),
    )
  })

  test.each(['DF2280', 'DF2284000000FF', 'DFFFFFFF7F00'])('%s is refused', (text) => {
    expect(() => readTlvs(bytes(text))).toThrow('PROTOCOL_ERROR')
  })

  test('the simple form', () => {
    expect(readSimpleTlvs(bytes('0102AABB02FF0001CC'))).toEqual([
      { tag: 1, value: bytes('AABB') },
      { tag: 2, value: bytes('CC') },
    ])
    expect(() => readSimpleTlvs(bytes('0105AA'))).toThrow('PROTOCOL_ERROR')
  })
})

describe('answer to reset', () => {
  test.each([
    ['3BE000FF8131FE4514', { protocols: [1], isConsistent: true }],
    ['3B88800100000041E0B381A13B', { protocols: [0, 1], isConsistent: true }],
    ['3B88800100000041E0B381A13C', { isConsistent: false }],
    ['3B00', { protocols: [0], isConsistent: true }],
  ])('%s', (text, parts) => {
    expect(parseAtr(bytes(text))).toMatchObject(parts)
  })

  test('nothing that came makes it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (any) => void parseAtr(any)))
    expect(parseAtr(bytes('3BFF'))).toBeUndefined()
  })

  test('FeliCa and memory cards name themselves', () => {
    expect(contactlessKind(bytes('3B8F8001804F0CA0000003061103B0000000004A'))).toBe('felica')
    expect(contactlessKind(bytes('3B8F8001804F0CA000000306030001000000006A'))).toBe('storage')
    expect(contactlessKind(bytes('3BE000FF8131FE4514'))).toBeUndefined()
  })
})
