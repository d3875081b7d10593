import type { ProblemText } from './file.ts'

/** What is wrong with conditions, computed values and decision tables. */
export const valueTexts = {
  'field.never-required': {
    ja: 'この種類の項目は、必須にできません。カードがなくても進めるようにするためです。',
    en: 'A field of this type cannot be required: there must be a way without a card.',
    hint: {
      ja: 'required を消し、同じことを入力できる項目を置いてください。',
      en: 'Remove required, and offer fields in which the same can be typed.',
    },
  },
  'condition.impossible': {
    ja: '「{name}」が「{value}」になることはありません。',
    en: "'{name}' can never be '{value}'.",
    hint: {
      ja: 'その項目の桁数、使える文字、範囲に合う値を書いてください。',
      en: 'Write a value of the length, characters and range that the field allows.',
    },
  },
  'condition.never': {
    ja: 'この条件が成り立つことはありません。',
    en: 'This condition can never hold.',
    hint: {
      ja: 'ほかの条件、項目の範囲、種類ごとの違いと食い違っていないか確かめてください。',
      en: 'See whether it contradicts other conditions, the range of a field, or the chosen type.',
    },
  },
  'condition.always': {
    ja: 'この条件は、いつも成り立ちます。',
    en: 'This condition always holds.',
    hint: {
      ja: '条件を消すか、成り立たない場合のある条件に直してください。',
      en: 'Remove it, or write one that can also fail.',
    },
  },
  'field.unreachable': {
    ja: '「{name}」が表示されることはありません。条件（when）が成り立たないためです。',
    en: "'{name}' is never shown, since its condition (when) can never hold.",
    hint: {
      ja: 'まとまりの条件や、この前の項目の条件と食い違っていないか確かめてください。',
      en: 'See whether it contradicts the condition of its section or of the fields before it.',
    },
  },
  'choose.shadowed': {
    ja: 'この行の前に条件（when）のない行があるので、この行は使われません。',
    en: 'A line without a condition (when) comes before, so this one is never used.',
    hint: {
      ja: '条件のない行を最後に移してください。',
      en: 'Move the line without a condition to the end.',
    },
  },
  'expression.kind': {
    ja: 'ここには{expected}が必要ですが、「{name}」はそうではありません。',
    en: "This place needs a value that is {expectedEn}, which '{name}' is not.",
    hint: { ja: '種類の合う値に書き直してください。', en: 'Write a value of the kind named.' },
  },
  'expression.operand': {
    ja: '「{name}」は{expected}ではないので、ここでは使えません。',
    en: "'{name}' cannot be used here, since it is not {expectedEn}.",
    hint: { ja: '示された種類の項目を使ってください。', en: 'Use a field of the kind named.' },
  },
  'table.of': {
    ja: '表「{name}」のどの行を使うかが書かれていません。',
    en: "It is not said which row of the table '{name}' is meant.",
    hint: {
      ja: '{ table: {name}, of: 項目 } と書いてください。',
      en: 'Write { table: {name}, of: field }.',
    },
  },
  'table.no-of': {
    ja: '判定表「{name}」は、表の by: に書いた項目で決まります。of は書けません。',
    en: "The decision table '{name}' is decided by its own by:, so of has no meaning.",
    hint: { ja: '{ table: {name} } と書いてください。', en: 'Write { table: {name} }.' },
  },
  'table.row': {
    ja: '行には {n} 個の値（by の順の値と、最後に結果）が必要です。',
    en: 'A row needs {n} values: one for each name in by, then the result.',
    hint: {
      ja: '行の値を、by の数に結果を足した数にしてください。',
      en: 'Give the row a cell for each name in by, and the result.',
    },
  },
  'table.cell': {
    ja: '判定表の値が読み取れません。',
    en: 'This cell of the decision table cannot be read.',
    hint: {
      ja: '1つの値、[値, 値]、{ min: 1, max: 9 }、"*"（何でもよい）のいずれかで書いてください。',
      en: 'Write a value, [value, value], { min: 1, max: 9 }, or "*" for whatever.',
    },
  },
  'table.gap': {
    ja: '「{example}」のときの行がありません。',
    en: "No row fits '{example}'.",
    hint: {
      ja: '行を足すか、otherwise: にそのほかの結果を書いてください。',
      en: 'Add a row, or write otherwise: with the result for all the rest.',
    },
  },
  'pattern.part': {
    ja: '「{part}」は、pattern には使えません。書き直してください。',
    en: "'{part}' cannot be used in a pattern.",
    hint: { ja: '{instead}', en: '{insteadEn}' },
  },
  'pattern.long': {
    ja: 'この pattern は長すぎます。繰り返しをすべて書き並べて、{max} 文字までです。',
    en: 'This pattern is too long: with all repeats written out it may have {max} characters.',
    hint: {
      ja: '「{4}」や「{2,4}」の数を小さくしてください。',
      en: 'Make the numbers in braces smaller.',
    },
  },
  'pattern.slow': {
    ja: 'この pattern は、同じ文字をいく通りにも読めるため、確かめるのに時間がかかりすぎます。',
    en: 'This pattern can read the same text in too many ways, so checking would take too long.',
    hint: {
      ja: '続く部分が同じ文字で始まらないようにするか、「{1,5}」を「{5}」のように決まった数にしてください。',
      en: "Let neighbouring parts begin with different characters, or fix numbers: '{5}' for '{1,5}'.",
    },
  },
  'pattern.example': {
    ja: 'pattern のある項目には、形に合う example が必要です。',
    en: 'A field with a pattern needs an example that fits it.',
    hint: {
      ja: 'example に、pattern に合う例を1つ書いてください。合わない入力の人に見せます。',
      en: 'Write an example that fits; it is shown to people whose input does not.',
    },
  },
  'table.overlap': {
    ja: '「{example}」には、この行と {row} 行目の両方が当てはまります。',
    en: "Both this row and row {row} fit '{example}'.",
    hint: {
      ja: 'どちらか一方だけが当てはまるように直してください。',
      en: 'Change them so that only one fits.',
    },
  },
} satisfies { readonly [code: string]: ProblemText }
