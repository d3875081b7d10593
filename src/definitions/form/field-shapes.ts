import { CARD_ITEMS } from '../../form/fields/card-reading.ts'
import type { FieldType, OptionKind } from '../../form/fields/field-type.ts'
import { PART_KEY } from '../inputs.ts'
import { boolean, id, kebab, list, map, object, ref, says, string, type Shape } from '../shapes.ts'

/** What every field may have, whatever its type. */
export const commonFieldShapes: { readonly [key: string]: Shape } = {
  id: says('変わらない名前。', 'The name, which never changes.', id),
  type: says('項目の種類。', 'The field type.', string),
  label: ref('text'),
  hint: says('見出しの後の（…）。', 'Printed behind the label.', ref('text')),
  note: says('見出しと入力欄の間の説明。', 'Explanation between label and input.', ref('text')),
  help: ref('help'),
  example: says('例）…', 'Shown as 例）…', ref('text')),
  required: boolean,
  requiredWhen: ref('condition'),
  when: ref('condition'),
  autocomplete: says('HTML の autocomplete。', 'The HTML autocomplete token.', string),
  beside: says('前の項目の横に並べる。', 'Drawn beside the field before.', boolean),
  from: says(
    'はじめの値（account.lastName など）。',
    'The initial value (account.lastName).',
    string,
  ),
  keep: says(
    '残し方。false：照合などに使うだけで保存しない。sealed：暗号にして保存し、画面やメールには出さない。',
    'false: used, never stored. sealed: stored encrypted, shown nowhere.',
    { enum: [false, 'sealed'] },
  ),
  say: says('この項目だけの文（番号ごと）。', 'Own texts by issue code.', map(ref('said'))),
  verify: says(
    '見えない値と照らし合わせる。',
    'Compared with a secret value on the server.',
    object({ against: ref('ref'), limit: ref('limit'), by: ref('ref'), say: ref('said') }, [
      'against',
      'limit',
      'by',
      'say',
    ]),
  ),
}

const kindShapes: { readonly [kind in OptionKind]?: Shape } = {
  text: ref('text'),
  choices: ref('choices'),
  expression: ref('expression'),
  expressions: map(ref('expression')),
  condition: ref('condition'),
  field: string,
  said: ref('said'),
  message: ref('said'),
  links: list(ref('link')),
  fields: list(ref('field'), 1),
  'rows-total': object({ of: id, max: ref('expression') }, ['of', 'max']),
  'lookup-show': map({
    anyOf: [string, object({ ja: string, en: string, label: ref('text'), help: ref('help') })],
  }),
  'lookup-elsewhere': list(object({ by: map(ref('expression')), say: ref('said') }, ['by', 'say'])),
  'lookup-refuse': list(object({ when: ref('condition'), say: ref('said') }, ['when', 'say'])),
  'lookup-source': string,
  'card-into': map({ type: 'string', enum: CARD_ITEMS }),
  fill: map(string),
  limit: ref('limit'),
}

/** The options of one field type as shapes, by name. */
export function optionShapes(type: FieldType): { readonly [name: string]: Shape } {
  return Object.fromEntries(
    Object.entries(type.options).map(([name, option]) => {
      const own = option.schema as Shape
      const shape = kindShapes[option.kind]
      return [name, shape ? { ...shape, description: own.description, 'x-en': own['x-en'] } : own]
    }),
  )
}

/** The whole shape of a field of this type. Options that the compiler fills in itself are not asked for. */
export function fieldShape(type: FieldType, isOverlay: boolean): Shape {
  const required = Object.entries(type.options)
    .filter(([name, option]) => option.required && !isFilledIn(type, name))
    .map(([name]) => name)
  const label = type.control === 'lookup' ? [] : ['label']
  return object(
    { ...commonFieldShapes, ...optionShapes(type) },
    isOverlay ? ['id'] : ['id', 'type', ...label, ...required],
  )
}

/** The choices of this type are the portal's facility types. */
export const FACILITY_TYPE_FIELD = 'facility-type'
function isFilledIn(type: FieldType, option: string): boolean {
  return type.name === FACILITY_TYPE_FIELD && option === 'choices'
}

/** A field that takes in a pack. */
export const useShape: Shape = object(
  {
    use: says('部品（forms/shared）の名前。', 'The name of a pack (forms/shared).', kebab),
    with: says(
      '部品が受け取るもの（inputs）の名前と値。',
      'What the pack asks for (its inputs), by name.',
      map({}),
    ),
  },
  ['use'],
)

/** In a pack: fields that only those forms have which ask for them. */
export const partShape: Shape = object(
  {
    [PART_KEY]: says(
      '部品の中だけで：この入力（kind: switch）が true のフォームにだけ、次の項目を置く。',
      'Only in packs: the input (kind: switch) that brings these fields into a form.',
      id,
    ),
    fields: list(ref('field'), 1),
  },
  [PART_KEY, 'fields'],
)
