import { timingSafeEqual } from 'node:crypto'
import { TRIES } from './accounts/tries.ts'
import { isNewPassword, weakPasswords } from './accounts/weak-password.ts'
import {
  read,
  ROUNDS_MAX,
  unasked,
  verifyAll,
  type AskDeps,
  type Reading,
  type Wish,
} from './ask.ts'
import { judge, withoutClosed } from './form/closed.ts'
import { typeOf, type Evaluation } from './form/evaluate.ts'
import { resolveRef, type Scope } from './form/expression.ts'
import type {
  Answer,
  Answers,
  Facts,
  Field,
  Form,
  Issue,
  JsonObject,
  Lookups,
  Raw,
  Text,
  Verification,
} from './form/form.ts'
import type { Validators } from './form/validators.ts'
import { sha256 } from './hash.ts'
import type { FacilityFound } from './plugins/contract.ts'
import type { Readings } from './readings.ts'

/** What `accept` asks of the other parts. */
export type AcceptDeps = AskDeps & {
  readonly validators: Validators
  readonly hashPassword: (password: string) => Promise<string>
  readonly checkPassword: (accountId: string, password: string, address: string) => Promise<boolean>
  /** Turns receipts of card readings into what is stored of them. */
  readonly readings?: Pick<Readings, 'file'>
}

export type Acceptance = {
  /** Without secret properties of lookups: fit for pages. */
  readonly evaluation: Evaluation
  readonly lookups: Lookups
  /** As typed, attachments as the server knows them. */
  readonly raw: Raw
  /** Empty: everything is right. In the order of the page. */
  readonly issues: readonly Issue[]
  /**
   * What is stored: passwords as Argon2id hashes, no confirmations, no compared codes, no facts; of lookup values what
   * is public and the keys of the facility.
   * undefined with issues, and when only asked to judge.
   */
  readonly answers?: Answers
}

/**
 * The one verdict on a filled-in form, for page, API and link alike: read and fold, look up, validate; and only when
 * nothing else is wrong compare codes (D-12) and the present password, since each such try counts. `known` is a reading of
 * the same wish, so that nothing is looked up twice.
 */
export async function accept(deps: AcceptDeps, wish: Wish, known?: Reading): Promise<Acceptance> {
  const { form, address } = wish
  const [reading, wrong] = await confirmed(deps, wish, known ?? (await read(deps, wish)))
  const { evaluation, lookups, raw } = reading
  const judged = { ...reading, evaluation: withoutClosed(evaluation, wish.closed) }
  const found = wrong.length > 0 ? wrong : weakPasswords(form, judged.evaluation)
  const issues = found.length > 0 ? found : await wrongCodes(deps, form, judged, wish.facts)
  if (issues.length > 0) return { evaluation, lookups, raw, issues }
  const refused = await wrongPasswords(deps, judged.evaluation, wish.accountId, address)
  if (refused.length > 0) return { evaluation, lookups, raw, issues: refused }
  const cards = await fileReadings(deps, wish, judged.evaluation)
  if (cards.issues.length > 0 || wish.dry) return { evaluation, lookups, raw, issues: cards.issues }
  const answers = { ...(await storable(deps, judged)), ...cards.answers }
  return { evaluation, lookups, raw, issues: [], answers }
}

/**
 * What is wrong, once every comparison was asked for: but only while nothing else is, since each wrong try counts. A
 * comparison may show further fields, so that one round follows another.
 */
async function confirmed(
  deps: AcceptDeps,
  wish: Wish,
  first: Reading,
): Promise<readonly [Reading, readonly Issue[]]> {
  let reading = first
  for (let round = 1; ; round++) {
    const evaluation = withoutClosed(reading.evaluation, wish.closed)
    const open = unasked(evaluation)
    const issues = judge(wish.form, evaluation, deps.validators, wish.closed)
    const wrong = withLost({ ...reading, evaluation }, issues)
    const others = wrong.filter((issue) => !open.some(({ field }) => field.id === issue.field))
    if (open.length === 0 || others.length > 0 || round > ROUNDS_MAX)
      return [reading, others.length > 0 ? others : wrong]
    reading = await verifyAll(deps, wish, reading, open)
  }
}

/** Files that cannot be used come first; about their fields nothing more is said. */
function withLost({ evaluation, lost }: Reading, issues: readonly Issue[]): readonly Issue[] {
  const shown = new Set(evaluation.visible.map((field) => field.id))
  const first = lost.filter(({ field }) => shown.has(field))
  const said = new Set(first.map(({ field }) => field))
  return [...first, ...issues.filter(({ field }) => !said.has(field))]
}

async function wrongCodes(
  deps: Pick<AcceptDeps, 'tryOnce'>,
  form: Form,
  reading: Reading,
  facts: Facts,
): Promise<Issue[]> {
  const issues: Issue[] = []
  const { evaluation } = reading
  const scope = { answers: { ...evaluation.answers, ...secretValues(reading) }, facts }
  for (const field of evaluation.visible) {
    const typed = evaluation.answers[field.id]
    if (!field.verify || typed === undefined) continue
    if (!(await isVerified(deps, form, field, field.verify, typed, scope)))
      issues.push({ field: field.id, code: 'verify.wrong', text: field.verify.say })
  }
  return issues
}

/** Blocked, unknown or wrong: the same answer after the same work. */
async function isVerified(
  deps: Pick<AcceptDeps, 'tryOnce'>,
  form: Form,
  field: Field,
  { against, by, tries, perMs }: Verification,
  typed: Answer,
  scope: Scope,
): Promise<boolean> {
  const secret = resolveRef(against, scope)
  const countedBy = JSON.stringify(resolveRef(by, scope) ?? null)
  const key = `${TRIES}${sha256(`${form.portal}\n${field.uid}\n${countedBy}`)}`
  const isRight = typeof secret === 'string' && secret !== '' && isSame(String(typed), secret)
  const tried = await deps.tryOnce(key, { times: tries, perMs }, isRight)
  return tried.status === 'right'
}

/** Takes the same time wherever the two differ. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)))
}

/** Values of the present lookups, secret properties included. */
function secretValues({ evaluation, lookups, secret }: Reading): Answers {
  return Object.fromEntries(
    Object.entries(evaluation.lookups).flatMap(([fieldId, shown]) => {
      const key = Object.keys(lookups).find((candidate) => lookups[candidate] === shown)
      const result = key === undefined ? undefined : secret[key]
      return result?.status === 'found' ? [[fieldId, result.value]] : []
    }),
  )
}

async function wrongPasswords(
  deps: Pick<AcceptDeps, 'checkPassword'>,
  evaluation: Evaluation,
  accountId: string | undefined,
  address: string,
): Promise<Issue[]> {
  const issues: Issue[] = []
  for (const field of evaluation.visible) {
    const typed = evaluation.answers[field.id]
    if (field.type !== 'current-password' || typeof typed !== 'string') continue
    const isRight = accountId !== undefined && (await deps.checkPassword(accountId, typed, address))
    if (!isRight)
      issues.push({ field: field.id, code: 'current-password.wrong', text: NOT_CURRENT })
  }
  return issues
}

/** A reading is used up by what is filed with it; whoever only asks uses up nothing. */
async function fileReadings(
  { readings }: Pick<AcceptDeps, 'readings'>,
  { form, accountId = '', dry = false }: Wish,
  { visible, answers }: Evaluation,
): Promise<{ readonly issues: readonly Issue[]; readonly answers: Answers }> {
  const issues: Issue[] = []
  const filed: Record<string, Answer> = {}
  for (const field of visible) {
    const receipt = field.type === 'card-reading' ? answers[field.id] : undefined
    if (typeof receipt !== 'string') continue
    const stored = await readings?.file({ form, field, accountId }, receipt, answers, dry)
    if (stored) filed[field.id] = stored
    else issues.push({ field: field.id, code: 'card.used' })
  }
  return { issues, answers: filed }
}

const NOT_CURRENT: Text = {
  ja: '現在のパスワードと一致しません。ログインに使っているパスワードを入力してください。',
  en: 'This is not your present password. Type the password you log in with.',
}

/** The answers as they are stored: see `Acceptance`. */
export async function storable(
  deps: Pick<AcceptDeps, 'hashPassword'>,
  reading: Reading,
): Promise<Answers> {
  const { evaluation } = reading
  const secret = secretValues(reading)
  const answers: Record<string, Answer> = {}
  for (const field of evaluation.visible) {
    const answer = evaluation.answers[field.id]
    // A code that was compared has done its work, like a confirmation.
    if (answer === undefined || !isKept(field) || field.verify) continue
    answers[field.id] =
      isNewPassword(field) && typeof answer === 'string'
        ? await deps.hashPassword(answer)
        : field.type === 'lookup'
          ? { ...keysOf(secret[field.id]), ...(answer as JsonObject) }
          : answer
  }
  return answers
}

/** What `keep` says wins over the type. */
function isKept(field: Field): boolean {
  return field.keep === undefined ? !typeOf(field).isTransient : field.keep === 'sealed'
}

/** By these an account is bound to its facility. They are stored with the answers, but no page needs them. */
const FACILITY_KEYS = [
  'portal',
  'facilityId',
  'facilityType',
  'identifier',
] as const satisfies readonly (keyof FacilityFound)[]

function keysOf(value: Answer | undefined): JsonObject {
  const found = (value ?? {}) as JsonObject
  return Object.fromEntries(
    FACILITY_KEYS.flatMap((key) => {
      const part = found[key]
      return part === undefined ? [] : [[key, part]]
    }),
  )
}
