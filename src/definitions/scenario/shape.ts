import { STAFF_ROLES } from '../../workflow/workflow.ts'
import { id, kebab, list, map, named, object, ref, says, string, type Shape } from '../shapes.ts'

const ids = list(id)

const expected: Shape = object({
  visible: says('見えている項目。', 'Fields that are shown.', ids),
  hidden: says('見えていない項目。', 'Fields that are not shown.', ids),
  missing: says('まだ空の必須項目（すべて）。', 'All required fields still empty.', ids),
  values: says(
    '項目の値。問い合わせの結果は「facility.name」のように書きます。',
    'Values of fields; facility.name for a part of a lookup.',
    map(string),
  ),
  errors: says(
    '断られるすべての項目と、その文の一部か番号。フォーム全体のことは form と書きます。',
    'Every field refused, with part of its message or its code; form for the whole form.',
    map(string),
  ),
  refused: says('リンクやボタンが使えない。', 'The link or button cannot be used.', {
    type: 'boolean',
    const: true,
  }),
  screen: says(
    'いまの画面（screens の id）。確認のページは check。',
    'The present screen by its id; check for the confirmation page.',
    id,
  ),
  state: says('いまの状態。', 'The present state.', id),
  late: says('担当者の一覧での遅れ。', 'How late it is in the list of the office.', {
    type: 'string',
    enum: ['no', 'warn', 'escalate'],
  }),
  stuck: says('止まっている手順。なければ ""。', 'The step that is stuck; "" for none.', string),
  mails: says(
    '前の手順から後に出たメール（すべて）。なければ []。',
    'All mails that went out since the step before; [] for none.',
    list(kebab),
  ),
})

/** One step: one of the actions, or what is expected now. */
const step: Shape = {
  anyOf: [
    says(
      '「submit」で送信、「next」で次の画面か確認へ、「back」で前の画面へ進みます。',
      "'submit' sends the form; 'next' goes on to the next screen or the confirmation, 'back' to the screen before.",
      { ...string, enum: ['submit', 'next', 'back'] },
    ),
    object({
      open: says('フォームを開く。', 'Open a form.', kebab),
      sample: says(
        '見本を入力する。施設の種類を書きます（種類がなければ all）。',
        'Fill in sample data for a facility type; all where there are no types.',
        kebab,
      ),
      fill: says(
        '入力する。空にするときは ""。{{名前}} は覚えた値。くり返しの行は、行の一覧で書きます。',
        'Fill in; "" empties. {{name}} is a remembered value. Rows are a list of rows.',
        named(id, { anyOf: [string, list({ anyOf: [string, named(id, string)] })] }),
      ),
      attach: says(
        '見本のファイルを添付する（項目: ファイル名の一覧）。中身は .pdf と .png のものが作られます。',
        'Attach sample files (field: names of files); those named .pdf and .png get such content.',
        named(id, list(string, 1)),
      ),
      remember: says(
        '開いたフォームの値を覚える（名前: 項目）。',
        'Remember values of the open form (name: field).',
        named(id, string),
      ),
      link: says(
        'このメールのリンクを開き、ボタンを押す（入力があればフォームを開く）。',
        "Open this mail's link and press its button, or get its form.",
        kebab,
      ),
      change: says(
        '確認のページで、この項目の「変更」を押す。',
        'Press the change link of this field on the confirmation page.',
        id,
      ),
      press: says('ボタン（流れの actions）を押す。', 'Press a button (an action).', id),
      staff: says(
        '担当者が操作する。役割と、action・confirm・decline・retry・skip のどれかを書きます。',
        'What a member of the staff does: a role, and one of action, confirm, decline, retry or skip.',
        object(
          {
            role: { type: 'string', enum: STAFF_ROLES },
            name: says(
              '人の名前。別の人なら変えます。',
              'Who; another name is another person.',
              id,
            ),
            action: id,
            confirm: says('提案された操作を確認する。', 'Agree to a proposed action.', id),
            decline: says('提案された操作を取りやめる。', 'Put a proposed action aside.', id),
            retry: says('止まった手順をもう一度。', 'Try a stuck step again.', id),
            skip: says('止まった手順を飛ばす。', 'Go on without a stuck step.', id),
            with: says('操作のフォームの答え。', "Answers of the action's form.", map(string)),
            mark: says('直してもらう項目。', 'Fields to be corrected.', list(id, 1)),
            note: says('メモ。', 'A note.', string),
          },
          ['role'],
        ),
      ),
      wait: says(
        '待つ。例：24 hours、5 business days',
        'Wait, such as 24 hours or 5 business days.',
        ref('duration'),
      ),
      as: says('別の人になる。', 'Go on as somebody else.', id),
      expect: says('こうなっているはず。', 'What must be so now.', expected),
    }),
  ],
}

export const scenarioShape: Shape = says(
  'forms/<portal>/scenarios/*.yaml：ためしの筋書き（npx madoguchi test）',
  'forms/<portal>/scenarios/*.yaml: a scenario for npx madoguchi test',
  object(
    {
      scenario: says('ファイルと同じ名前。', 'The name of the file.', kebab),
      title: says('何をためすか。', 'What it tries.', string),
      at: says(
        'はじまりの日時（日本時間）。例：2026-04-01T10:00',
        'When it begins, Japanese time.',
        {
          type: 'string',
          pattern: '^20[0-9]{2}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]$',
          'x-rule': {
            ja: '2026-04-01T10:00 のように書いてください。',
            en: 'Write it as 2026-04-01T10:00.',
          },
        },
      ),
      steps: list(step, 1),
    },
    ['scenario', 'title', 'steps'],
  ),
)
