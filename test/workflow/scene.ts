import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdvance } from '../../src/advance.ts'
import type { Definitions, Mail } from '../../src/definitions/definitions.ts'
import { DEFAULT_STAFF } from '../../src/definitions/staff.ts'
import type { Field, Form } from '../../src/form/form.ts'
import { createWorker, type WorkerDeps } from '../../src/jobs/worker.ts'
import { keysFrom } from '../../src/keys.ts'
import { renderMail } from '../../src/mail/render.ts'
import type { Message } from '../../src/plugins/contract.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import type { Actor } from '../../src/workflow/submission.ts'
import { counter, T0, workflows } from './fixtures.ts'

const text = (ja: string) => ({ ja })

function field(id: string, type: string): Field {
  return { uid: id, id, type, label: text(id), required: false, options: {} }
}
function form(name: string, own: Partial<Form>): Form {
  const ids = { email: 'email', lastName: 'text', phone: 'text', password: 'password' }
  return {
    id: `sample/${name}`,
    portal: 'sample',
    path: name,
    title: text(name),
    lead: [],
    access: 'visitor',
    submit: text('送信'),
    languages: ['ja'],
    fields: Object.fromEntries(Object.entries(ids).map(([id, type]) => [id, field(id, type)])),
    variants: {},
    after: [],
    ...own,
  }
}
function mail(id: string, placeholders: readonly string[]): Mail {
  const body = placeholders.map((name) => `${name}: {{${name}}}`).join('\n')
  return { id, subject: text(id), text: text(body), html: text(''), placeholders }
}

/** A whole set of definitions around the sample workflows. */
export const definitions: Definitions = {
  hash: 'set-1',
  documents: {},
  portals: {
    sample: {
      id: 'sample',
      title: text('見本ポータル'),
      languages: ['ja'],
      operator: {
        name: text('見本機構'),
        phone: '000',
        mail: 'contact@example.jp',
        sender: { name: '見本', address: 'from@mail.example.jp' },
      },
      memberName: [],
      menu: { visitor: [], account: [] },
      contactHours: text('平日'),
      tiles: [],
      footer: [],
      catalogue: [],
      lists: [],
      facilityTypes: [
        { id: 'clinic', label: text('診療所'), order: 1 },
        { id: 'shared', label: text('共同'), order: 2, codeDigits: 6 },
      ],
    },
  },
  forms: {
    'sample/registration': form('registration', { workflow: 'registration' }),
    'sample/password-reset': form('password-reset', { workflow: 'password-reset' }),
    'sample/new-password': form('new-password', {}),
    'sample/email-change': form('email-change', { workflow: 'email-change', access: 'account' }),
    'sample/profile': form('profile', { workflow: 'profile', access: 'account' }),
    'sample/review': form('review', { workflow: 'review', access: 'account' }),
    'sample/issuing': form('issuing', { workflow: 'issuing' }),
    'sample/desk': form('desk', { workflow: 'desk', access: 'account' }),
    'sample/checking': form('checking', { workflow: 'checking' }),
  },
  workflows,
  mails: Object.fromEntries(
    [
      mail('activation', ['lastName', 'link']),
      mail('registration-complete', ['lastName', 'to']),
      mail('address-known', []),
      mail('password-reset', ['link']),
      mail('password-changed', []),
      mail('email-change-confirm', ['link']),
      mail('email-change-notice', ['link', 'newAddress']),
      mail('email-changed', []),
      mail('accepted', []),
      mail('late', ['number']),
      mail('later', ['number']),
    ].map((each) => [each.id, each]),
  ),
  pages: {},
  staff: DEFAULT_STAFF,
  notices: {},
  faqs: {},
}

export const fieldTypes = {
  password: { isSecret: true, isInput: true },
  text: { isInput: true },
  email: { isInput: true },
}
export const baseUrl = 'http://localhost:3000'
export const visitor: Actor = { kind: 'visitor' }

export type Scene = Awaited<ReturnType<typeof createScene>>

/** A real SQLite file, a clock that stands until it is moved, a sink for mails. */
export async function createScene(
  options: {
    readonly store?: Store
    readonly wrap?: (store: Store) => Store
    readonly worker?: Partial<WorkerDeps>
    /** What plugins perform beside mails. */
    readonly perform?: WorkerDeps['perform']
    readonly ids?: string
    readonly now?: string
  } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'advance-'))
  const real = options.store ?? (await openStore(`sqlite:${join(folder, 'test.db')}`))
  if (!options.store) await migrate(real)
  const store = options.wrap?.(real) ?? real
  let now = Date.parse(options.now ?? T0)
  let present = definitions
  const mails: Message[] = []
  const clock = () => new Date(now)
  const newId = counter(options.ids ?? 'id')
  const keys = keysFrom(new Uint8Array(32))
  const advance = createAdvance({
    store,
    definitions: () => present,
    fieldTypes,
    keys,
    clock,
    newId,
    newDigits: (count) => '7'.repeat(count),
  })
  const worker = createWorker({
    store,
    advance,
    perform: {
      'mail.send': async (payload) => {
        mails.push(payload as Message)
        return { status: 'done', result: null }
      },
      ...options.perform,
    },
    renderMail: (request) => ({ ...renderMail(request), html: 'x' }),
    keys,
    baseUrl,
    clock,
    newId,
    random: () => 0,
    log: { warn: () => undefined, error: () => undefined },
    ...options.worker,
  })
  return {
    store,
    real,
    advance,
    worker,
    mails,
    keys,
    clock,
    newId,
    define(set: Definitions) {
      present = set
    },
    wait(spanMs: number) {
      now += spanMs
    },
    /** Works until nothing is due. */
    async settle() {
      for (let rounds = 0; rounds < 100; rounds++) if ((await worker.runOnce()) === 0) return
      throw new Error('The worker finds no end')
    },
    async close() {
      if (!options.store) await real.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The token of the link in a mail. */
export function tokenIn(message: Message | undefined): string {
  const token = /\/links\/(\S+)/.exec(message?.text ?? '')?.[1]
  if (token === undefined) throw new Error('There is no link in this mail')
  return token
}

/** Two runs give the same things other ids (`id0001`, `again0001`) and numbers; all else is left to compare. */
export function nameless(payload: string): string {
  return payload
    .replaceAll(/"(?:id|again)\d{4}"/g, '"…"')
    .replaceAll(/"[0-9A-Z]{4}-[0-9A-Z]{4}"/g, '"…"')
}

/** Every row of the tables that a command may change. */
export async function snapshot({ real }: Pick<Scene, 'real'>) {
  const { db } = real
  return {
    submissions: await db.selectFrom('submission').selectAll().orderBy('id').execute(),
    events: await db
      .selectFrom('event')
      .selectAll()
      .orderBy('submission_id')
      .orderBy('seq')
      .execute(),
    jobs: await db.selectFrom('job').selectAll().orderBy('id').execute(),
    links: await db.selectFrom('link').selectAll().orderBy('id').execute(),
    accounts: await db.selectFrom('account').selectAll().orderBy('id').execute(),
    codes: await db.selectFrom('facility_code').selectAll().execute(),
    sessions: await db.selectFrom('session').selectAll().execute(),
    audit: await db.selectFrom('audit').selectAll().orderBy('seq').execute(),
  }
}
