import { STAFF_ROLES } from '../workflow/workflow.ts'
import { FACILITY_FACTS, type FacilityFact } from '../form/facts.ts'
import {
  MASTER_COMPARES,
  RIGHTS,
  type MasterFact,
  type Right,
  type Staff,
  type StaffRole,
} from './definitions.ts'
import type { Parsed } from './files.ts'
import { compileChoices } from './form/choices.ts'
import { boolean, list, object, ref, says, string, type Shape } from './shapes.ts'
import {
  child,
  compact,
  compileDuration,
  compileText,
  freezeDeep,
  isTrue,
  itemsOf,
  stringOf,
  suggest,
  type TextScope,
} from './values.ts'
import type { Node } from './yaml/yaml.ts'

const MINUTE_MS = 60_000

/**
 * Who may do what where no `forms/staff.yaml` says otherwise (operations.md §1.1). A second factor is asked for; a role
 * that is not named may do nothing.
 */
export const DEFAULT_STAFF: Staff = freezeDeep({
  secondFactor: {
    required: true,
    freshMs: 10 * MINUTE_MS,
    stepUp: ['staff', 'secret-numbers'],
    cards: false,
  },
  roles: {
    administrator: { label: { ja: '管理者', en: 'Administrator' }, rights: RIGHTS },
    reviewer: {
      label: { ja: '審査担当', en: 'Reviewer' },
      rights: ['queue', 'act', 'files', 'assign', 'note', 'repair', 'export'],
    },
    'call-centre': {
      label: { ja: 'コールセンター', en: 'Call centre' },
      rights: ['queue', 'act', 'note', 'master', 'mails', 'resend', 'secret-numbers'],
    },
  },
})

const right: Shape = { type: 'string', enum: RIGHTS }
const roleShape = object(
  {
    label: says('役割の呼び名。', 'What the role is called.', ref('text')),
    rights: says(
      'してよいこと。書かないことは、できません。',
      'What it may do; whatever is left out it may not.',
      list(right, 1),
    ),
    portals: says(
      '見てよいポータル。書かなければ、すべて。',
      'The portals it sees; all when left out.',
      list(string, 1),
    ),
    workflows: says(
      '見てよい手続き（workflows）。書かなければ、すべて。',
      'The workflows it sees; all when left out.',
      list(string, 1),
    ),
  },
  ['label', 'rights'],
)

const factShape = object({
  label: says('項目の呼び名。', 'What the item is called.', ref('text')),
  show: says(
    '値の代わりに見せる言葉の表（forms/shared の table の名前）。',
    'The table whose labels are shown instead of the values.',
    string,
  ),
  compare: says(
    '入力された内容と同じとみなす範囲。text：全角・半角、空白、ハイフンの違いを区別しない（既定）。digits：数字だけを、先頭の0を除いて比べる。exact：1文字ずつ比べる。',
    'What counts as the same as what was typed. text: but for width, spaces and hyphens (as usual). digits: the digits alone, without zeros before them. exact: each character.',
    { type: 'string', enum: MASTER_COMPARES },
  ),
})

/** `forms/staff.yaml`. The administrator may do everything, so that nobody locks everybody out. */
export const staffShape: Shape = says(
  'forms/staff.yaml：職員の役割と権限、2段階認証',
  'forms/staff.yaml: roles and rights of the staff, and their second factor',
  object(
    {
      roles: object(
        {
          administrator: says(
            'すべてのことができる役割。',
            'May do everything.',
            object({ label: ref('text') }, ['label']),
          ),
          ...Object.fromEntries(
            STAFF_ROLES.filter((name) => name !== 'administrator').map((name) => [name, roleShape]),
          ),
        },
        ['administrator'],
      ),
      master: says(
        '施設マスターの項目を、審査デスクでどう呼び、どう見せ、どう比べるか。書かない項目は、そのまま見せる。',
        'How the review desk calls, shows and compares the items of the facility master; those left out are shown as they are.',
        object(Object.fromEntries(FACILITY_FACTS.map((name) => [name, factShape]))),
      ),
      secondFactor: says(
        '2段階認証。書かなければ、全員に必要。',
        'The second factor; asked of everybody when left out.',
        object({
          required: says(
            'false：開発環境（MADOGUCHI_ENV=development）でだけ省く。本番では必ず必要。',
            'false: left out in development; production always asks.',
            boolean,
          ),
          fresh: says(
            '確認コードを入れ直さずに重要な操作ができる時間。例：10 minutes',
            'How long after a code a weighty deed needs no new one.',
            ref('duration'),
          ),
          stepUp: says(
            '使う前に確認コードを入れ直してもらう権限。',
            'The rights that ask for a fresh code.',
            list(right),
          ),
          cards: says(
            'true：本人が登録したカード（電子証明書と暗証番号のあるもの）を、確認コードの代わりに使える。',
            'true: a card its owner has registered, one with a certificate and a PIN, may take the place of the code.',
            boolean,
          ),
        }),
      ),
    },
    ['roles'],
  ),
)

/** With the tables of `forms/shared`, noted as used when they are named. */
type StaffScope = Parameters<typeof compileChoices>[1]

/** What `forms/staff.yaml` says. `portals` and `workflows`: the names there are. */
export function compileStaff(
  file: Parsed | undefined,
  known: { readonly portals: readonly string[]; readonly workflows: readonly string[] },
  scope: StaffScope,
): Staff {
  if (!file) return DEFAULT_STAFF
  const factor = child(file.root, 'secondFactor')
  const fresh = child(factor, 'fresh')
  const freshText = stringOf(fresh)
  const stepUp = child(factor, 'stepUp')
  const roles = child(file.root, 'roles')
  const master = child(file.root, 'master')
  return {
    secondFactor: {
      required: !isFalse(child(factor, 'required')),
      freshMs:
        (fresh && freshText !== undefined
          ? compileDuration(freshText, fresh.at, scope.report)
          : undefined) ?? DEFAULT_STAFF.secondFactor.freshMs,
      stepUp: stepUp ? rightsAt(stepUp) : DEFAULT_STAFF.secondFactor.stepUp,
      cards: isTrue(child(factor, 'cards')),
    },
    roles: Object.fromEntries(
      STAFF_ROLES.flatMap((name): [string, StaffRole][] => {
        const node = child(roles, name)
        return node ? [[name, compileRole(name, node, known, scope)]] : []
      }),
    ),
    ...(master && { master: compileMaster(master, scope) }),
  }
}

function compileMaster(node: Node, scope: StaffScope): NonNullable<Staff['master']> {
  return Object.fromEntries(
    FACILITY_FACTS.flatMap((name): [FacilityFact, MasterFact][] => {
      const fact = child(node, name)
      if (!fact) return []
      const [label, show] = [child(fact, 'label'), child(fact, 'show')]
      const compare = stringOf(child(fact, 'compare'))
      return [
        [
          name,
          compact({
            label: label && compileText(label, 'label', scope),
            values:
              show &&
              Object.fromEntries(
                compileChoices(show, scope).map(({ value, label: text }) => [value, text]),
              ),
            compare: MASTER_COMPARES.find((one) => one === compare),
          }),
        ],
      ]
    }),
  )
}

function compileRole(
  name: string,
  node: Node,
  known: { readonly portals: readonly string[]; readonly workflows: readonly string[] },
  scope: TextScope,
): StaffRole {
  return compact({
    label: compileText(child(node, 'label'), 'label', scope),
    rights: name === 'administrator' ? RIGHTS : rightsAt(child(node, 'rights')),
    portals: namesAt(child(node, 'portals'), known.portals, PORTAL, scope),
    workflows: namesAt(child(node, 'workflows'), known.workflows, WORKFLOW, scope),
  })
}

const PORTAL = { kind: 'ポータル', kindEn: 'portal' }
const WORKFLOW = { kind: '流れ', kindEn: 'workflow' }

function namesAt(
  node: Node | undefined,
  known: readonly string[],
  words: typeof PORTAL,
  { report }: TextScope,
): string[] | undefined {
  if (!node) return undefined
  return itemsOf(node).flatMap((item) => {
    const name = stringOf(item)
    if (name === undefined) return []
    if (!known.includes(name)) report('ref.unknown', item.at, { ...words, ...suggest(name, known) })
    return [name]
  })
}

function rightsAt(node: Node | undefined): Right[] {
  return itemsOf(node).flatMap((item) => RIGHTS.find((name) => name === stringOf(item)) ?? [])
}

function isFalse(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === false
}
