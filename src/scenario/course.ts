import { read } from '../ask.ts'
import type { Scenario } from '../definitions/scenario/scenario.ts'
import { resolveAttachments } from '../files/attachments.ts'
import { japanDate } from '../form/dates.ts'
import type { Evaluation } from '../form/evaluate.ts'
import type { Facts, Form, Raw, Text } from '../form/form.ts'
import { filedFacts } from '../store/filed.ts'
import { noteEvaluation } from './coverage.ts'
import type { Person } from './person.ts'
import type { Stage } from './stage.ts'

/** What a scenario being played knows, and what its present person sees. */

export type ToldIssue = { readonly field: string; readonly code: string; readonly message: string }
export type SentMail = { readonly jobId: string; readonly template: string }

/** What happens while a scenario is played. */
export type Play = {
  readonly scenario: Scenario
  readonly stage: Stage
  /** Ways taken, for coverage. */
  readonly seen: Set<string>
  readonly people: Map<string, Person>
  readonly memory: Map<string, string>
  /** Every mail so far, oldest first, and those since the last action. */
  readonly mails: SentMail[]
  fresh: readonly SentMail[]
  person: Person
  /** What the last action was answered with and no step has expected yet. */
  issues: readonly ToldIssue[]
  refused: number | string | undefined
}

/** A step that does not go as written; caught where the scenario is played. */
export class Fall extends Error {
  readonly what: Text
  constructor(ja: string, en: string) {
    super(en)
    this.what = { ja, en }
  }
}

export function openForm({ person }: Play) {
  if (!person.form)
    throw new Fall('フォームが開かれていません。', 'No form is open; open one first.')
  return person.form
}

/** The open form at this moment, with the lookups of the running portal. */
export async function look(course: Play): Promise<Evaluation> {
  const { person, seen } = course
  const form = openForm(course)
  const evaluation = await evaluationOf(form, person.raw, course)
  noteEvaluation(form, evaluation, seen)
  return evaluation
}

export async function evaluationOf(form: Form, raw: Raw, course: Play): Promise<Evaluation> {
  const { stage, person } = course
  const { plugins, store } = stage.running
  const known: Parameters<typeof read>[0] = {
    ...plugins,
    attachments: (of, typed, owner) => resolveAttachments(store, of, typed, owner),
  }
  const accountId = form.access === 'account' ? await accountOf(course) : undefined
  const { evaluation } = await read(known, {
    form,
    raw,
    facts: await factsOf(course),
    address: person.address,
    draftId: person.sitting,
    ...(accountId !== undefined && { accountId }),
  })
  return evaluation
}

async function accountOf({ stage, person }: Play): Promise<string | undefined> {
  const { accounts } = stage.running
  const holder = await accounts.readSession(accounts.tokenIn(person.cookie))
  return holder && 'account' in holder ? holder.account.id : undefined
}

export async function factsOf({ stage, person }: Play): Promise<Facts> {
  const { accounts, store } = stage.running
  const holder = await accounts.readSession(accounts.tokenIn(person.cookie))
  const today = japanDate(stage.now())
  if (!holder || !('account' in holder)) return { today }
  const { account } = holder
  return {
    today,
    ...(await accounts.facts(account)),
    ...(await filedFacts(store.db, account, person.form?.id)),
  }
}

/** What an action was answered with must have been expected before the next one. */
export function nothingOpen({ issues, refused }: Play): void {
  const said = issues.map(({ message }) => message).join(' ')
  if (issues.length > 0) throw new Fall(`断られました：${said}`, `It was refused: ${said}`)
  if (refused !== undefined)
    throw new Fall(
      `リンクかボタンが使えませんでした（${refused}）。`,
      `The link or button could not be used (${refused}).`,
    )
}
