import { randomBytes } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Hono } from 'hono'
import type { Answers } from '../../../src/form/form.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { openStore } from '../../../src/store/open.ts'
import { hashCheaply } from '../portal.ts'
import { compileByHand, isSamePassword, readByHand } from './schema.ts'

/**
 * The least that could be called a registration: parse, validate with a schema by hand, the same rows in one
 * transaction that reaches the disk. No lookup, no throttle, no idempotent answer, no chain of hashes, no portal around.
 */
export async function openBareRoute(file: string) {
  const meets = compileByHand()
  const store = await openStore(`sqlite:${file}`)
  await migrate(store)
  await store.close()
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  const now = new Date().toISOString()
  database.prepare('insert into definition values (?, ?, ?)').run(DEFINITION, '{}', now)
  const insert = insertsOf(database)
  let count = 0

  const app = new Hono()
  app.post('/register', async (context) => {
    const fields = (await context.req.parseBody()) as Record<string, string>
    const { _key: key = '', _action, ...typed } = fields
    const read = readByHand(
      Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, [value]])),
    ) as Answers
    if (!meets(read) || !isSamePassword(read)) return context.text('wrong', 422)
    const { password, passwordConfirm: _, ...open } = read
    const answers = { ...open, facility: FACILITY, password: hashCheaply(String(password)) }
    const id = newId()
    count += 1
    database.exec('begin immediate')
    try {
      insertAll(insert, { id, number: `B${count}`, key, open, answers, seq: count })
      database.exec('commit')
    } catch (error) {
      database.exec('rollback')
      throw error
    }
    return context.redirect(`/submissions/${id}`, 303)
  })
  return { app, database, close: () => database.close() }
}

/** As much as the portal stores of a facility that it has looked up. */
const FACILITY = {
  portal: 'treatment',
  facilityId: 'J-0001',
  facilityType: 'judo',
  identifier: 'judo:契012345678',
  name: '見本青葉接骨院',
  hasAccount: false,
  hasActiveUser: false,
}
const DEFINITION = 'd'.repeat(64)
const newHash = () => randomBytes(32).toString('hex')
const newId = () => randomBytes(16).toString('base64url')

type Inserts = { readonly [table: string]: StatementSync }

function insertsOf(database: DatabaseSync): Inserts {
  const rows = {
    submission: 14,
    event: 6,
    job: 12,
    link: 10,
    idempotency: 6,
    audit: 8,
  }
  const counts: { readonly [table: string]: number } = { event: 2, job: 2 }
  return Object.fromEntries(
    Object.entries(rows).map(([table, columns]) => {
      const names = database
        .prepare('select name from pragma_table_info(?) order by cid limit ?')
        .all(table, columns)
        .map(({ name }) => `"${String(name)}"`)
      const row = `(${names.map(() => '?').join(', ')})`
      const values = Array.from({ length: counts[table] ?? 1 }, () => row).join(', ')
      return [
        table,
        database.prepare(`insert into ${table} (${names.join(', ')}) values ${values}`),
      ]
    }),
  )
}

type Registered = {
  readonly id: string
  readonly number: string
  readonly key: string
  /** Without the password. */
  readonly open: Answers
  readonly answers: Answers
  readonly seq: number
}

/** Six statements, eight rows, as large as those of the portal. */
function insertAll(insert: Inserts, { id, number, key, open, answers, seq }: Registered): void {
  const at = new Date().toISOString()
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  const where = { portal: 'treatment', form: 'treatment/registration', workflow: 'registration' }
  const { portal, form, workflow } = where
  const state = 'waitingForActivation'
  const email = String(open.email)
  insert.submission?.run(
    ...[id, number, portal, form, workflow, DEFINITION, state, JSON.stringify(answers)],
    ...[null, newHash(), null, 2, at, at],
  )
  const filed = JSON.stringify({
    id,
    number,
    ...where,
    definition: DEFINITION,
    answers: { ...open, facility: FACILITY },
  })
  const entered = JSON.stringify({ state })
  insert.event?.run(
    ...[id, 1, at, 'visitor', 'submitted', filed],
    ...[id, 2, at, 'visitor', 'entered', entered],
  )
  const link = newId()
  const mail = { template: 'activation', portal, locale: 'ja', to: email, linkId: link }
  const payload = JSON.stringify({
    ...mail,
    values: { number, lastName: open.lastName, firstName: open.firstName },
    submissionId: id,
  })
  const timer = JSON.stringify({ state, to: 'expired', linkId: link })
  const rest = [0, null, null, null, at, null]
  insert.job?.run(
    ...[link, id, 'timer', timer, 'waiting', tomorrow, ...rest],
    ...[newId(), id, 'mail.send', payload, 'waiting', at, ...rest],
  )
  insert.link?.run(
    ...[link, newHash(), id, 'activate', 'expired', 86_400_000, tomorrow, null, null, at],
  )
  const scope = `form:${form}`
  insert.idempotency?.run(scope, key, newHash(), 201, JSON.stringify({ submissionId: id }), at)
  const done = JSON.stringify({
    definition: DEFINITION,
    number,
    state,
    events: ['1 submitted', '2 entered'],
  })
  insert.audit?.run(...[seq, at, 'visitor', 'submission.submitted', id, done, newHash(), newHash()])
}
