import { PASSWORD_LENGTH } from '../../workflow/steps/issue.ts'
import { STAFF_ROLES } from '../../workflow/workflow.ts'
import {
  boolean,
  code,
  id,
  kebab,
  list,
  map,
  named,
  object,
  ref,
  says,
  string,
  wholeNumber,
  type Shape,
} from '../shapes.ts'

const roles = list({ type: 'string', enum: STAFF_ROLES }, 1)
const demand: Shape = { type: 'string', enum: ['optional', 'required'] }

const mailKeys = {
  mail: says('送るメール（workflows/mails）。', 'The mail to send (workflows/mails).', kebab),
  to: ref('ref'),
  with: map(ref('expression')),
}

/** Steps that may stand in enter, do and steps alike; the first key tells which one is meant. */
const steps: readonly {
  readonly keys: { readonly [key: string]: Shape }
  readonly needs: readonly string[]
}[] = [
  {
    keys: {
      account: { type: 'string', enum: ['create', 'update'] },
      of: ref('ref'),
      login: ref('expression'),
      password: ref('expression'),
      facility: ref('ref'),
      keep: says('アカウントに残す項目。', 'Fields kept with the account.', list(ref('ref'))),
      set: map(ref('expression')),
      conflict: ref('said'),
    },
    needs: ['account'],
  },
  { keys: { sessions: { type: 'string', enum: ['end'] }, of: ref('ref') }, needs: ['sessions'] },
  {
    keys: {
      issue: says(
        '発行するアカウントの種類の名前。一覧（portal.yaml の lists）で使います。',
        'The kind of account to issue; lists in portal.yaml name it.',
        kebab,
      ),
      count: says(
        'いくつ発行するか。書かなければ1つ。',
        'How many; one when left out.',
        ref('expression'),
      ),
      ids: says(
        'IDの名前と書式。英大文字と、数字のぶんの0。例：{ user: W0000000 }',
        'Ids by name, each with its pattern: capitals, then a zero for each digit.',
        named(
          id,
          code(
            '^[A-Z]{1,8}0{3,12}$',
            '英大文字1～8字と、数字の桁数ぶんの0（3～12個）で書いてください。例：W0000000',
            'Write one to eight capitals, then three to twelve zeros, such as W0000000.',
          ),
        ),
      ),
      environments: says(
        '環境ごとに1つずつ発行するとき、その名前と見出し。',
        'When one is issued for each environment: names with labels.',
        named(id, string),
      ),
      password: says(
        '初期パスワードも作る。文書にだけ印刷できます。',
        'An initial password too; only documents can print it.',
        object({
          length: wholeNumber(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max),
          shown: says(
            'はじめて表示してから消すまで。書かなければ 7 days。',
            'Destroyed so long after it was first shown; 7 days when left out.',
            ref('duration'),
          ),
          keep: says(
            '発行してから消すまで。書かなければ 90 days。',
            'Destroyed so long after it was issued; 90 days when left out.',
            ref('duration'),
          ),
        }),
      ),
    },
    needs: ['issue', 'ids'],
  },
  {
    keys: {
      document: says(
        '発行する文書（workflows/documents）。',
        'The document to issue (workflows/documents).',
        kebab,
      ),
      each: says('1件ごとに1通発行する一覧。', 'A list: one document for each item.', ref('ref')),
      as: says('1件ぶんを指す名前。', 'What one of them is called.', id),
      with: says('渡す値。', 'The values it gets.', map(ref('expression'))),
    },
    needs: ['document'],
  },
  {
    keys: {
      run: says(
        'プラグインの働き。「プラグイン.働き」と書きます。',
        'What a plugin does: <plugin>.<effect>.',
        string,
      ),
      with: says('渡す値。', 'The values it gets.', map(ref('expression'))),
    },
    needs: ['run'],
  },
]

const taskKeys = {
  id: says(
    '手順の名前。結果は steps.名前.… で使えます。',
    'The name of the step; its result is reached as steps.<name>.…',
    id,
  ),
  when: ref('condition'),
  retry: says(
    'うまくいかなかったときのやり直し。',
    'How often it is tried again when it goes wrong.',
    object({ times: wholeNumber(1, 1000), every: ref('duration') }, ['times']),
  ),
  timeout: says(
    '始めてから終わるまでの期限。書かなければ30日。',
    'How long it may take in all; 30 days when left out.',
    ref('duration'),
  ),
}

/** The pieces of `workflows/*.yaml`. */
export const workflowPieces = {
  mapping: says(
    '前の版で進行中の申請を、この版へ移すとき（migrate-submissions）の対応。',
    'Where submissions under way by earlier versions go (migrate-submissions).',
    object({
      states: says('前の状態: 今の状態', 'Old state: present state.', named(id, id)),
      fields: says('前の項目: 今の項目', 'Old field: present field.', named(id, id)),
      drop: says('消してよい、前の項目。', 'Old fields whose answers go.', list(id, 1)),
    }),
  ),
  step: {
    anyOf: [
      object(
        {
          mail: mailKeys.mail,
          to: mailKeys.to,
          link: object(
            {
              action: id,
              expires: ref('duration'),
              then: says('期限が切れたときの状態。', 'The state to enter when it expires.', id),
            },
            ['action', 'expires'],
          ),
          with: mailKeys.with,
        },
        ['mail', 'to'],
      ),
      ...steps.map(({ keys, needs }) => object(keys, needs)),
    ],
  },
  task: {
    anyOf: [
      object({ ...mailKeys, ...taskKeys }, ['mail', 'to']),
      ...steps.map(({ keys, needs }) => object({ ...keys, ...taskKeys }, needs)),
      object(
        {
          all: says('同時に始め、すべて終わるまで待つ手順。', 'Steps done at the same time.', {
            ...list(ref('task'), 2),
          }),
        },
        ['all'],
      ),
    ],
  },
  reminder: object({ after: ref('duration'), ...mailKeys }, ['after', 'mail', 'to']),
  choice: object({ when: ref('condition'), to: id }, ['to']),
  action: object(
    {
      by: { type: 'string', enum: ['link', 'applicant', 'account', 'staff'] },
      label: ref('text'),
      roles: says('してよい担当者の役割。', 'Roles of the staff who may.', roles),
      when: ref('condition'),
      form: says('操作のときに入力するフォーム。', 'A form of its own for the action.', kebab),
      note: says('担当者だけが見るメモ。', 'A note that only the office sees.', demand),
      mark: says(
        '直してもらう項目を担当者が選ぶ。',
        'The office marks the items to be corrected.',
        demand,
      ),
      edit: says(
        '選ばれた項目だけを申請者が直せる。',
        'The applicant corrects the marked items and nothing else.',
        { type: 'string', enum: ['marked'] },
      ),
      stepUp: says(
        '直前に確認コードを入れ直した人だけが実行できる（staff.yaml の fresh）。',
        'It asks for a fresh code of the second factor (fresh in staff.yaml).',
        boolean,
      ),
      fourEyes: says(
        '別の担当者が確認するまで効力を持たない。確認できる役割も書けます。',
        'It takes effect when a second member of the staff agrees; roles: who may.',
        { anyOf: [boolean, object({ roles })] },
      ),
      limit: ref('limit'),
      to: id,
      again: says('もう一度送るメール。', 'The mail to send again.', kebab),
      do: list(ref('step'), 1),
    },
    ['by', 'label'],
  ),
  state: object(
    {
      label: ref('text'),
      replaces: list(ref('ref'), 1),
      enter: list(ref('step')),
      choose: says(
        'ここでは待たず、条件が成り立つ最初の行の状態へすぐに進む。',
        'Nobody waits here: the first line whose condition holds names the next state.',
        list(ref('choice'), 1),
      ),
      steps: says(
        '順に行う手順。すべて終わると then へ進みます。',
        'Steps done one after the other; then the submission goes on to then.',
        list(ref('task'), 1),
      ),
      then: says('steps が終わった後の状態。', 'The state after steps.', id),
      failed: says(
        'steps がうまくいかなかったときの状態。書かなければ、担当者が決めるまで止まります。',
        'The state when a step cannot be done; left out, it stands still until the office decides.',
        id,
      ),
      actions: named(id, ref('action')),
      after: says(
        '期限と、その後の状態。24 hours、30 days、5 business days のように書きます。',
        'Time limits such as 24 hours, 30 days or 5 business days, each with its next state.',
        map(id),
      ),
      remind: says(
        'この状態が続く間に送るメール。',
        'Mails that go out while it stays here.',
        list(ref('reminder'), 1),
      ),
      desk: says(
        '担当者の一覧で色を付ける期限。',
        'From when the list of the office marks it.',
        object({ warn: ref('duration'), escalate: ref('duration') }),
      ),
      pauses: says(
        'この状態の間、前の状態の期限を止める。戻ると続きから数えます。',
        'The clocks of the state before stand still while it is here.',
        { type: 'boolean', const: true },
      ),
      page: kebab,
      end: { type: 'string', enum: ['accepted', 'discarded', 'refused', 'withdrawn'] },
    },
    ['label'],
  ),
} satisfies { readonly [name: string]: Shape }
