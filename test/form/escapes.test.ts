import { describe, expect, test } from 'vitest'
import { compile } from '../../src/definitions/index.ts'
import { holds } from '../../src/form/condition.ts'
import { evaluateExpression, resolveRef } from '../../src/form/expression.ts'
import { canonicalJson } from '../../src/hash.ts'
import type { Json } from '../../src/form/form.ts'
import { baseFiles, compileBody, kinds } from '../definitions/base.ts'

/** S20 of the trust statements: nothing written in an expression reaches beyond the answers and facts it names. */

const scope = {
  answers: { name: '見本', ticked: ['x'], owner: { name: '見本', tags: ['y'] } },
  facts: { today: '2024-04-01', account: { login: 'taro@example.jp' } },
}
const ROOTS = ['', 'name.', 'ticked.', 'ticked.0.', 'owner.', 'owner.tags.', 'account.', 'today.']
/** Getters, methods and ways to a prototype that any object, list or text has. */
const INHERITED = [
  ...['constructor', 'prototype', '__proto__', 'constructor.constructor', '__proto__.__proto__'],
  ...['constructor.prototype', 'constructor.name', 'toString', 'toString.call', 'valueOf', 'at'],
  ...['hasOwnProperty', 'isPrototypeOf', '__defineGetter__', '__lookupGetter__', 'toJSON', 'then'],
  ...['propertyIsEnumerable', 'filter.constructor', 'map', 'push', 'call', 'apply', 'bind'],
  ...['arguments', 'caller', 'anchor', 'sub.constructor', 'replace.constructor', 'codePointAt'],
]
/** Notations of other languages: here a name like any other, and nobody has that name. */
const FOREIGN = [
  ...[
    'process.env',
    'globalThis',
    'window',
    'self',
    'this',
    'this.constructor',
    'require',
    'import',
  ],
  ...['global.process.mainModule', 'document.cookie', 'Function', 'eval', 'Reflect', 'Proxy'],
  ...['name["constructor"]', "name['constructor']", 'name[constructor]', 'owner?.constructor'],
  ...['${name}', '${constructor}', '{{name}}', '{{constructor.constructor}}', '<%= name %>'],
  ...['#{name}', '$name', '@name', '`${name}`', 'name`x`', 'String.raw`x`', 'tag`${name}`'],
  ...[
    '\\u0063onstructor',
    'c\\u006fnstructor',
    '\\x63onstructor',
    '&#99;onstructor',
    '%63onstructor',
  ],
  ...['ｃonstructor', 'constructor\u0000', 'constructor ', ' constructor', 'con\u200Bstructor'],
  ...['constructor()', 'toString()', 'name.length()', 'name.at(0)', '(()=>1)()', 'name => name'],
  ...['name;name', 'name,name', 'name||1', 'name+1', '1', '0', '-1', 'NaN', 'null', 'undefined'],
  ...['..', '.', '...', 'name..', '.name', 'owner..name', 'owner.name.', '../name', '/name', '*'],
  ...['Symbol.iterator', '@@iterator', 'ticked.Symbol(Symbol.iterator)', 'length', 'name.length'],
  ...['ticked.length', 'ticked.-1', 'ticked.1', 'owner.tags.length', 'today.length'],
]
const payloads = [
  ...new Set([...ROOTS.flatMap((root) => INHERITED.map((name) => root + name)), ...FOREIGN]),
]

describe(`${payloads.length} ways out`, () => {
  test('there are enough of them', () => expect(payloads.length).toBeGreaterThanOrEqual(300))

  test('read nothing in refs, conditions and expressions', () => {
    const before = canonicalJson(scope as unknown as Json)
    for (const payload of payloads) {
      expect(resolveRef(payload, scope), payload).toBeUndefined()
      expect(holds({ [payload]: { empty: false } }, scope), payload).toBe(false)
      expect(holds({ [payload]: { not: 'x' } }, scope), payload).toBe(false)
      for (const expression of [
        payload,
        { join: [payload, 'name'] },
        { format: '##', of: payload },
        { choose: [{ when: { [payload]: { empty: false } }, then: 'name' }] },
      ])
        expect(evaluateExpression(expression, scope), payload).toBeUndefined()
      expect(evaluateExpression({ is: payload }, scope)).toBe(payload)
    }
    expect(canonicalJson(scope as unknown as Json)).toBe(before)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test('are told by the compiler, each where it stands', async () => {
    const fields = payloads.map(
      (payload, index) =>
        `      - id: field${index}\n        type: computed\n        label: { ja: 値, en: Value }\n        value: ${JSON.stringify(payload)}\n`,
    )
    // Not more than a file may have problems.
    for (const part of [fields.slice(0, 150), fields.slice(150, 300), fields.slice(300)]) {
      const text = `form: ways\npath: ways\ntitle: { ja: 道, en: Ways }\naccess: visitor\nsections:\n  - id: all\n    fields:\n${part.join('')}submit: { ja: 送る, en: Send }\n`
      const files = baseFiles([['forms/library/ways.yaml', text]])
      const { problems, definitions } = await compile(files, kinds, { locale: 'en', compileBody })
      expect(definitions).toBeUndefined()
      const lines = new Set(
        problems.filter(({ file }) => file.endsWith('/ways.yaml')).map(({ line }) => line),
      )
      const missing = part.flatMap((field, index) => (lines.has(11 + index * 4) ? [] : [field]))
      expect(missing).toEqual([])
    }
  })
})
