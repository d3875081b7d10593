import type { Kinds } from './files.ts'
import { markdownShapes } from './portal/page-shapes.ts'
import { commonFieldShapes, optionShapes, useShape } from './form/field-shapes.ts'
import { fileShapes } from './schema.ts'
import { kindWords } from './shape.ts'
import { pieces } from './pieces.ts'
import type { Shape } from './shapes.ts'

/** Where the generated part of docs/definitions.md begins. */
export const REFERENCE_MARK =
  '<!-- ここから下はスキーマから作られます。手で直さないでください。 -->'

/** The reference of the language as Markdown, made of the schemas that `check` uses. */
export function definitionsReference(kinds: Kinds): string {
  const parts = [
    REFERENCE_MARK,
    '',
    '## ファイルの種類',
    '',
    ...[...Object.values(fileShapes), ...Object.values(markdownShapes)].flatMap((shape) => [
      `### ${quotePath(shape.description)}`,
      '',
      quotePath(shape['x-en']),
      '',
      ...keyTables(shape),
    ]),
    '## 項目（fields）',
    '',
    '`use: 部品の名前`、または次の内容。Either `use:` with the name of a pack, or these keys.',
    '',
    ...keyTable({ ...useShape.properties, ...commonFieldShapes }, ['id', 'type', 'label']),
    '## 項目の種類（type）',
    '',
    ...Object.values(kinds.fieldTypes).flatMap((type) => {
      const required = Object.keys(type.options).filter((name) => type.options[name]?.required)
      return [
        `### \`${type.name}\``,
        '',
        `${type.description.ja} ${type.description.en ?? ''}`.trim(),
        '',
        ...keyTable(optionShapes(type), required),
      ]
    }),
    '## 共通の書き方',
    '',
    ...Object.entries(pieces).flatMap(([name, shape]: [string, Shape]) => [
      `### \`${name}\``,
      '',
      ...(shape.description ? [`${shape.description} ${shape['x-en'] ?? ''}`, ''] : []),
      ...keyTables(shape),
    ]),
    '## プラグインの問い合わせ（source）',
    '',
    ...Object.entries(kinds.lookups).flatMap(([name, lookup]) => [
      `### \`${name}\``,
      '',
      `- 入力 inputs: ${namesOf(lookup.input.properties)}`,
      `- 出力 outputs: ${namesOf(lookup.output.properties)}`,
      '',
    ]),
  ]
  return `${parts.join('\n').trimEnd()}\n`
}

/** `forms/<portal>/x.yaml: a form`: without quotes Markdown takes the brackets for HTML. */
function quotePath(text = ''): string {
  return text.replace(/^[^：:]+/, (path) => `\`${path}\``)
}

/** A table for a map, or one for each kind of map the shape allows. */
function keyTables(shape: Shape): string[] {
  const maps = (shape.anyOf ?? [shape]).filter((branch) => branch.properties)
  return maps.flatMap((branch) => keyTable(branch.properties ?? {}, branch.required ?? []))
}

function keyTable(
  properties: { readonly [key: string]: Shape },
  required: readonly string[],
): string[] {
  const rows = Object.entries(properties).map(([key, shape]) => {
    const says = shape.description ?? ''
    const english = shape['x-en'] ?? ''
    return `| \`${key}\` | ${required.includes(key) ? '必須' : ''} | ${kindOfShape(shape)} | ${`${says} ${english}`.trim()} |`
  })
  if (rows.length === 0) return []
  const inner = Object.entries(properties).flatMap(([key, shape]) => innerTables(key, shape))
  return ['| 名前 | 必須 | 書くもの | 説明 |', '|---|---|---|---|', ...rows, '', ...inner]
}

/** Maps inside a key, written out below its table. */
function innerTables(key: string, shape: Shape): string[] {
  const inner = shape.items ?? shape
  if (!inner.properties) return []
  return [`\`${key}\`：`, '', ...keyTable(inner.properties, inner.required ?? [])]
}

function kindOfShape(shape: Shape): string {
  if (shape.$ref !== undefined) {
    const name = shape.$ref.replace('#/$defs/', '')
    return name === 'field' || name === 'overlay' ? '項目' : `[${name}](#${name.toLowerCase()})`
  }
  if (shape.enum) return shape.enum.map((value) => `\`${value}\``).join(' ')
  if (shape.items) return `${kindOfShape(shape.items)} の一覧`
  if (typeof shape.additionalProperties === 'object')
    return `名前: ${kindOfShape(shape.additionalProperties)}`
  const kinds = typeof shape.type === 'string' ? [shape.type] : (shape.type ?? [])
  return kinds.map((kind) => kindWords[kind]?.ja ?? kind).join('か')
}

function namesOf(properties: unknown): string {
  if (typeof properties !== 'object' || properties === null) return 'ー'
  return Object.entries(properties)
    .filter(([, schema]: [string, { readonly 'x-secret'?: boolean }]) => !schema['x-secret'])
    .map(([name]) => `\`${name}\``)
    .join('、')
}
