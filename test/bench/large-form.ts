import { compile } from '../../src/definitions/index.ts'
import type { Form, Raw } from '../../src/form/form.ts'
import { kinds, manyForms } from './many-forms.ts'

/** Ten fields each, four of them asked in one case only. */
const SECTIONS = 50
export const PARTS: readonly number[] = Array.from({ length: SECTIONS }, (_, n) => n)

/** One form of 500 fields, 200 of them conditional, compiled from YAML as any other. */
export async function largeForm(): Promise<Form> {
  const files = manyForms(1)
    .filter(({ path }) => path !== 'forms/shared/person.yaml')
    .map((file) => (file.path.endsWith('/form-0.yaml') ? { ...file, text: formText() } : file))
  const options = { locale: 'en', compileBody: async () => ({ html: '', warnings: [] }) } as const
  const { definitions, problems } = await compile(files, kinds, options)
  const form = definitions?.forms['bureau/form-0']
  if (!form) throw new Error(JSON.stringify(problems.slice(0, 3)))
  return form
}

/** Everything right; in every other section the four further fields are asked. */
export function rightAnswers(): Raw {
  return Object.fromEntries(
    Array.from({ length: SECTIONS }, (_, n) => Object.entries(answersOf(n))).flat(),
  )
}

/** One mistake in every fifth section. */
export function wrongAnswers(): Raw {
  const wrong = Array.from({ length: SECTIONS / 5 }, (_, n) => [`code${n * 5}`, ['12345']])
  return { ...rightAnswers(), ...Object.fromEntries(wrong) }
}

function answersOf(n: number): Raw {
  const further: Raw = {
    reason: ['増設のため'],
    number: ['12'],
    mail: [`sample${n}@example.jp`],
    place: ['02'],
  }
  const common: Raw = {
    kind: [n % 2 === 0 ? '1' : '2'],
    name: ['見本 太郎'],
    code: ['0123456789'],
    phone: ['0312345678'],
    count: ['3'],
    note: ['とくになし'],
  }
  const all = n % 2 === 0 ? { ...common, ...further } : common
  return Object.fromEntries(Object.entries(all).map(([id, values]) => [`${id}${n}`, values]))
}

function formText(): string {
  return `form: form-0
path: form-0
title: { ja: 大きな申請, en: A large application }
access: visitor
workflow: bureau
sections:
${Array.from({ length: SECTIONS }, (_, n) => sectionText(n)).join('')}submit: { ja: 申請する, en: Apply }
`
}

function sectionText(n: number): string {
  const when = `when: { kind${n}: "1" }`
  const label = (ja: string, en: string) => `label: { ja: ${ja}, en: ${en} }`
  return `  - id: part${n}
    title: { ja: 第${n}部, en: Part ${n} }
    fields:
      - { id: kind${n}, type: radio, ${label('区分', 'Kind')}, required: true, choices: { "1": { ja: 新規, en: New }, "2": { ja: 変更, en: Change } } }
      - { id: name${n}, type: text, ${label('氏名', 'Name')}, required: true, maxLength: 40 }
      - { id: code${n}, type: digits, length: 10, ${label('番号', 'Code')}, required: true, example: { ja: "0123456789", en: "0123456789" } }
      - { id: phone${n}, type: phone, ${label('電話番号', 'Phone')} }
      - { id: count${n}, type: integer, ${label('台数', 'Number')}, min: 1, max: 99 }
      - { id: note${n}, type: text, ${label('備考', 'Note')}, maxLength: 200 }
      - { id: reason${n}, type: text, ${label('理由', 'Reason')}, required: true, maxLength: 200, ${when} }
      - { id: number${n}, type: integer, ${label('人数', 'People')}, min: 1, max: 99, ${when} }
      - { id: mail${n}, type: email, ${label('メールアドレス', 'E-mail')}, required: true, ${when} }
      - { id: place${n}, type: select, ${label('場所', 'Place')}, choices: { "01": { ja: 本館, en: Main }, "02": { ja: 別館, en: Annex } }, ${when} }
`
}
