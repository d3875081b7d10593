import { parse } from 'yaml'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Portal } from '../../src/definitions/definitions.ts'
import type { Choice, Field, Form, LookupResult, Section } from '../../src/form/form.ts'
import { lookupKey } from '../../src/form/evaluate.ts'
import type { Body, FormState, Page } from '../../web/views/page.ts'

/** A form equal in shape to the shipped registration, made by hand so that views are tested without the compiler. */

const t = (ja: string) => ({ ja })
const plain = { required: false, options: {} }

export const prefectures: Choice[] = (
  parse(readFileSync(join(import.meta.dirname, '../../forms/shared/prefectures.yaml'), 'utf8')) as {
    rows: { value: string; label: string }[]
  }
).rows.map(({ value, label }) => ({ value, label: t(label) }))

const types: Choice[] = [
  { value: 'judo', label: t('施術所（柔道整復）') },
  { value: 'ahaki', label: t('施術所（あん摩マッサージ指圧・はり・きゅう）') },
  { value: 'checkup', label: t('健診実施機関等') },
  { value: 'midwifery', label: t('助産所') },
]

const refuse = [
  {
    when: { 'facility.hasAccount': true },
    say: {
      text: t(
        'この施設（番号）は登録済みです。ログインするか、パスワードの再設定を行ってください。',
      ),
      links: [
        { label: t('ログイン'), href: 'login' },
        { label: t('パスワードの再設定'), href: 'password' },
      ],
    },
  },
]
const notFound = t(
  '入力されたコードの施設が見つかりません。番号をお確かめのうえ、解決しない場合はお問い合わせください。',
)

function lookup(type: string, label: string, by: object, at: string): Omit<Field, 'uid' | 'id'> {
  return {
    ...plain,
    type: 'lookup',
    label: t(label),
    options: {
      source: 'facility-master.facility',
      by: { facilityType: { is: type }, ...by },
      at,
      show: [{ property: 'name', label: t(label) }],
      notFound,
      elsewhere: [],
      refuse,
    },
  }
}

function byCode(type: string, name: string, kind: string, empty: string): Record<string, object> {
  return {
    [`${type}.prefecture`]: {
      type: 'combobox',
      label: t('都道府県'),
      required: true,
      note: t('所在地の都道府県を、選ぶか入力してください。'),
      options: { choices: prefectures, empty: t(empty) },
    },
    [`${type}.kindCode`]: {
      ...plain,
      type: 'constant',
      label: t('機関区分コード'),
      options: { value: kind, show: t(`${kind}：${name}`) },
    },
    [`${type}.facilityCode7`]: {
      type: 'digits',
      label: t(`${name}コード（7桁）`),
      required: true,
      example: t('0123456'),
      options: { length: 7 },
    },
    [`${type}.facilityCode10`]: {
      ...plain,
      type: 'computed',
      label: t(`${name}コード（10桁）`),
      help: { text: t('ご入力に合わせて自動で表示されます。'), open: true },
      options: { value: { join: ['prefecture', 'kindCode', 'facilityCode7'] } },
    },
    [`${type}.facility`]: lookup(
      type,
      `${name}名`,
      { prefecture: 'prefecture', code7: 'facilityCode7' },
      'facilityCode7',
    ),
  }
}

const emailHint =
  '英小文字、数字、ピリオド（.）、ハイフン（-）、アンダーバー（_）がご利用いただけます'

const fields: Record<string, object> = {
  lastName: {
    type: 'text',
    label: t('姓'),
    required: true,
    example: t('見本'),
    autocomplete: 'family-name',
    options: { maxLength: 40 },
  },
  firstName: {
    type: 'text',
    label: t('名'),
    required: true,
    example: t('太郎'),
    autocomplete: 'given-name',
    beside: true,
    options: { maxLength: 40 },
  },
  facilityType: {
    type: 'facility-type',
    label: t('所属機関選択'),
    required: true,
    options: { choices: types },
  },
  'judo.regPrefix': {
    type: 'select',
    label: t('① 入力項目'),
    required: true,
    help: { text: t('登録記号番号の最初の1文字を選んでください。例では「契」です。'), open: true },
    options: {
      empty: t('～なし～'),
      choices: [
        { value: '協', label: t('協') },
        { value: '契', label: t('契') },
      ],
    },
  },
  'judo.regDigits9': {
    type: 'digits',
    label: t('② 入力項目'),
    required: true,
    example: t('012345678'),
    help: { text: t('登録記号番号の数字9桁を、ハイフン無しでご入力ください。'), open: true },
    options: { length: 9 },
  },
  'judo.registrationNumber': {
    ...plain,
    type: 'computed',
    label: t('登録記号番号'),
    note: t('ご入力に合わせて自動で表示されます。'),
    options: { value: { join: ['regPrefix', { format: '#######-#-#', of: 'regDigits9' }] } },
  },
  'judo.facility': lookup(
    'judo',
    '施術所名',
    { registrationNumber: 'registrationNumber' },
    'regDigits9',
  ),
  'ahaki.regDigits10': {
    type: 'digits',
    label: t('入力項目'),
    hint: t('登録記号番号10桁（半角数字・ハイフン無し）をご入力ください'),
    required: true,
    example: t('0123456789'),
    options: { length: 10 },
  },
  'ahaki.registrationNumber': {
    ...plain,
    type: 'computed',
    label: t('登録記号番号'),
    note: t('ご入力に合わせて自動で表示されます。'),
    options: { value: { format: '########-#-#', of: 'regDigits10' } },
  },
  'ahaki.facility': lookup(
    'ahaki',
    '施術所名',
    { registrationNumber: 'registrationNumber' },
    'regDigits10',
  ),
  'ahaki.userAuthCode': {
    type: 'digits',
    label: t('ユーザー登録用認証コード'),
    required: true,
    when: { 'facility.hasActiveUser': true },
    help: { text: t('ログイン後の「プロフィール」で確認できます。'), open: false },
    verify: {
      against: 'facility.code',
      tries: 5,
      perMs: 3_600_000,
      by: 'facility.facilityId',
      say: t('認証コードが正しくありません。'),
    },
    options: { length: 6 },
  },
  ...byCode('checkup', '健診実施機関等', '2', '～なし～'),
  ...byCode('midwifery', '助産所', '0', '-- なし --'),
  phone: {
    type: 'phone',
    label: t('電話番号'),
    hint: t('半角数字・ハイフン無しでご入力ください'),
    required: true,
    example: t('01201234567'),
    autocomplete: 'tel',
    options: {},
  },
  email: {
    type: 'email',
    label: t('メールアドレス'),
    hint: t(emailHint),
    required: true,
    autocomplete: 'email',
    help: { text: t('ログインのときのユーザー名になります。'), open: false },
    options: { maxLength: 40, characters: 'a-z0-9._-' },
  },
  'checkup.email': {
    type: 'email',
    id: 'email',
    label: t('メールアドレス'),
    hint: t(`${emailHint}（+も可）`),
    required: true,
    autocomplete: 'email',
    help: { text: t('ログインのときのユーザー名になります。'), open: false },
    options: { maxLength: 40, characters: 'a-z0-9._+-' },
  },
  password: {
    type: 'password',
    label: t('パスワード'),
    hint: t('英大文字・英小文字・数字を含む8～100文字'),
    required: true,
    autocomplete: 'new-password',
    help: { text: t('英大文字・英小文字・数字をそれぞれ1文字以上使ってください。'), open: false },
    options: { minLength: 8, maxLength: 100, classes: ['upper', 'lower', 'digit'] },
  },
  passwordConfirm: {
    type: 'confirm',
    label: t('パスワード（確認用）'),
    required: true,
    autocomplete: 'new-password',
    options: { of: 'password' },
  },
  agreeTerms: {
    type: 'consent',
    label: t('上記の利用規約に同意します。'),
    required: true,
    options: {
      documents: [
        { label: t('施術所等向け総合ポータルサイト利用規約'), href: 'pages/terms' },
        { label: t('プライバシーポリシー'), href: 'pages/privacy' },
      ],
    },
  },
}

const person: Section = {
  id: 'person',
  notes: [],
  fields: ['lastName', 'firstName', 'facilityType'],
}
const account = (email: string): Section => ({
  id: 'account',
  notes: [],
  fields: ['phone', email, 'password', 'passwordConfirm', 'agreeTerms'],
})
const show = (...refs: string[]) =>
  ['lastName', 'firstName', 'facilityType', ...refs, 'phone', 'email'].map((ref) => ({
    ref,
    label: t(labels[ref] ?? ref),
  }))
const labels: Record<string, string> = {
  lastName: '姓',
  firstName: '名',
  facilityType: '所属機関選択',
  registrationNumber: '登録記号番号',
  'facility.name': '施術所名',
  prefecture: '都道府県',
  facilityCode10: 'コード（10桁）',
  phone: '電話番号',
  email: 'メールアドレス',
}
const own = (type: string, title: string): Section => ({
  id: 'facility',
  title: t(title),
  notes: [
    { text: t('通知書をご覧になり、例にならってご入力ください。'), links: [], tone: 'plain' },
    { text: t('登録できるまで1か月ほどかかることがあります。'), links: [], tone: 'info' },
  ],
  fields: Object.keys(fields).filter(
    (uid) => uid.startsWith(`${type}.`) && !uid.endsWith('.email'),
  ),
})

export const registration: Form = {
  id: 'treatment/registration',
  portal: 'treatment',
  path: 'register',
  title: t('ユーザー登録'),
  lead: [{ text: t('受領委任承諾通知書をお手元にご用意ください。'), links: [], tone: 'plain' }],
  access: 'visitor',
  workflow: 'registration',
  submit: t('登録'),
  languages: ['ja'],
  place: 'facilityType',
  fields: Object.fromEntries(
    Object.entries(fields).map(([uid, field]) => [
      uid,
      { uid, id: uid.split('.').at(-1), ...field } as Field,
    ]),
  ),
  variants: {
    '': { sections: [person, account('email')], confirm: show() },
    judo: {
      sections: [person, own('judo', '施術所（柔道整復）の登録記号番号'), account('email')],
      confirm: show('registrationNumber', 'facility.name'),
    },
    ahaki: {
      sections: [person, own('ahaki', '施術所（あん摩…）の登録記号番号'), account('email')],
      confirm: show('registrationNumber', 'facility.name'),
    },
    checkup: {
      sections: [person, own('checkup', '健診実施機関等のコード'), account('checkup.email')],
      confirm: show('prefecture', 'facilityCode10', 'facility.name'),
    },
    midwifery: {
      sections: [person, own('midwifery', '助産所のコード'), account('checkup.email')],
      confirm: show('prefecture', 'facilityCode10', 'facility.name'),
    },
  },
  confirm: { as: 'dialog', title: t('入力内容確認'), lead: t('次の内容で登録します。') },
  after: [],
  style: 'panel',
}

export const portal: Portal = {
  id: 'treatment',
  title: t('施術所等向け総合ポータルサイト'),
  languages: ['ja'],
  operator: {
    name: t('サンプル運営機構'),
    phone: '0800-000-0000',
    mail: 'contact@example.jp',
    sender: { name: '総合ポータルサイト', address: 'from@mail.example.jp' },
  },
  memberName: [],
  menu: { visitor: [], account: [] },
  contactHours: t('月曜日～金曜日 8:00～18:00、土曜日 8:00～16:00'),
  banner: { text: t('資格確認限定型をご利用いただけます。'), links: [], tone: 'plain' },
  tiles: [
    {
      title: t('新規ユーザー登録はこちら'),
      caption: t('はじめての方'),
      href: 'register',
      for: 'visitor',
    },
    {
      title: t('ログインはこちら'),
      caption: t('アカウントをお持ちの方'),
      href: 'login',
      for: 'visitor',
    },
    { title: t('各種申請'), caption: t('ログイン後'), href: 'applications', for: 'everyone' },
    { title: t('お知らせ'), caption: t('公開準備中'), for: 'everyone' },
  ],
  footer: [{ label: t('プライバシーポリシー'), href: 'pages/privacy' }],
  catalogue: [
    {
      title: t('アプリ'),
      lead: t('アプリの申請です。'),
      cards: [
        {
          title: t('利用開始申請'),
          description: t('始める申請です。'),
          state: 'open',
          href: 'start',
        },
        { title: t('よくある質問'), description: t('質問です。'), state: 'preparation' },
      ],
    },
  ],
  lists: [],
  facilityTypes: [],
}

export const assets = { style: '/assets/main.css', script: '/assets/main.js' }

export function formState(change: Partial<FormState> = {}): FormState {
  return {
    form: registration,
    action: '/treatment/register',
    key: 'key-1',
    raw: {},
    lookups: {},
    issues: [],
    kept: {},
    facts: {},
    mode: 'edit',
    locale: 'ja',
    validators: '',
    api: '',
    ...change,
  }
}

export function pageOf(body: Body, change: Partial<Page> = {}): Page {
  return {
    portal,
    locale: 'ja',
    title: 'ユーザー登録',
    path: '/',
    status: 200,
    assets,
    ...change,
    body,
  }
}

/** Everything a judo registration needs; passwords apart. */
export const judoRaw = {
  lastName: ['見本'],
  firstName: ['太郎'],
  facilityType: ['judo'],
  regPrefix: ['契'],
  regDigits9: ['012345678'],
  phone: ['01201234567'],
  email: ['taro@example.jp'],
  agreeTerms: ['true'],
}
export const judoLookup: { [key: string]: LookupResult } = {
  [lookupKey('facility', { facilityType: 'judo', registrationNumber: '契0123456-7-8' })]: {
    status: 'found',
    value: {
      name: 'みほん接骨院',
      facilityId: 'F1',
      hasAccount: false,
      hasActiveUser: false,
    },
  },
}
