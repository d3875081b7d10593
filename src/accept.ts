import { timingSafeEqual } from 'node:crypto'
import { TRIES, type TryOnce } from './accounts/tries.ts'
import { isNewPassword, weakPasswords } from './accounts/weak-password.ts'
import type { FileNamer } from './files/attachments.ts'
import { judge, withoutClosed } from './form/closed.ts'
import {
  evaluate,
  lookupInputs,
  typeOf,
  type Evaluation,
  type Input,
  type WantedLookup,
} from './form/evaluate.ts'
import { evaluateExpression, resolveRef, type Scope } from './form/expression.ts'
import type {
  Answer,
  Answers,
  Facts,
  Field,
  FillOptions,
  Form,
  Issue,
  JsonObject,
  LookupOptions,
  LookupResult,
  Lookups,
  Raw,
  Text,
  Verification,
  VerificationOptions,
} from './form/form.ts'
import type { Validators } from './form/validators.ts'
import { sha256 } from './hash.ts'
import type { FacilityFound } from './plugins/contract.ts'
import type { Readings } from './readings.ts'

/** What `accept` asks of the other parts. */
export type AcceptDeps = {
  readonly validators: Validators
  /** Throttled by address; the value holds secret properties too. */
  readonly lookup: (source: string, input: JsonObject, address: string) => Promise<LookupResult>
  readonly publicValue: (source: string, value: JsonObject) => JsonObject
  readonly hashPassword: (password: string) => Promise<string>
  readonly checkPassword: (accountId: string, password: string, address: string) => Promise<boolean>
  /** Attachments by what the server knows of them (`resolveAttachments`). */
  readonly attachments: (
    form: Form,
    raw: Raw,
    owner: FileNamer,
  ) => Promise<{ readonly raw: Raw; readonly issues: readonly Issue[] }>
  readonly tryOnce: TryOnce
  /** Turns receipts of card readings into what is stored of them. */
  readonly readings?: Pick<Readings, 'file'>
}

export type Wish = {
  readonly form: Form
  readonly raw: Raw
  readonly facts: Facts
  /** Of the session, for fields that ask for the present password. */
  readonly accountId?: string
  readonly address: string
  /** Key of the sitting in which files were attached. */
  readonly draftId?: string
  /** Only judge: the answers are not made ready for storing, so no password is hashed. */
  readonly dry?: boolean
  /** Ids of fields about which nothing is judged or asked: a correction leaves them as they were filed. */
  readonly closed?: readonly string[]
  /** Ids of files that the submission uses already, whoever attached them. */
  readonly filed?: readonly string[]
  /** Comparisons that were right when it was filed. */
  readonly granted?: Input['granted']
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

/** What a form is for this input, with every lookup it asks for answered. */
export type Reading = {
  readonly evaluation: Evaluation
  readonly lookups: Lookups
  /** With secret properties, by lookup key: for comparisons on the server only. */
  readonly secret: Lookups
  /** With attachments as the server knows them. */
  readonly raw: Raw
  /** Files that were named but cannot be used. */
  readonly lost: readonly Issue[]
}

/** A lookup may depend on one before it; a chain longer than this is no form we know. */
const ROUNDS_MAX = 8

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

/** Evaluates, asks what is asked for, and again, until nothing is open. Judges nothing. */
export async function read(
  deps: Pick<AcceptDeps, 'lookup' | 'publicValue' | 'attachments'>,
  {
    form,
    raw: posted,
    facts,
    address,
    draftId = '',
    accountId,
    filed,
    granted,
  }: Pick<
    Wish,
    'form' | 'raw' | 'facts' | 'address' | 'draftId' | 'accountId' | 'filed' | 'granted'
  >,
  known: Pick<Reading, 'lookups' | 'secret'> = { lookups: {}, secret: {} },
): Promise<Reading> {
  const owner = {
    portal: form.portal,
    draftId,
    ...(accountId !== undefined && { accountId }),
    ...(filed && { filed }),
  }
  const { raw, issues: lost } = await deps.attachments(form, posted, owner)
  const lookups: Record<string, LookupResult> = { ...known.lookups }
  const secret: Record<string, LookupResult> = { ...known.secret }
  for (let round = 1; ; round++) {
    const evaluation = evaluate(form, { raw, facts, lookups, ...(granted && { granted }) })
    if (evaluation.wanted.length === 0 || round > ROUNDS_MAX)
      return { evaluation, lookups, secret, raw, lost }
    for (const { field, key, inputs } of evaluation.wanted) {
      const scope = { answers: evaluation.answers, facts }
      const result = await ask(deps, field, inputs, scope, address)
      secret[key] = result
      lookups[key] = withoutSecrets(deps, field, result)
    }
  }
}

/**
 * A lookup asked from the page while typing. What the definition fixes is not taken from the request, and of fields with
 * the same name in several variants the one with these inputs is meant. undefined: no such question in this form.
 */
export async function lookUp(
  deps: Pick<AcceptDeps, 'lookup' | 'publicValue'>,
  form: Form,
  question: { readonly fieldId: string; readonly inputs: JsonObject; readonly address: string },
): Promise<LookupResult | undefined> {
  const { fieldId, inputs, address } = question
  const field = Object.values(form.fields).find(
    (candidate) =>
      candidate.type === 'lookup' &&
      (candidate.id === fieldId || candidate.uid === fieldId) &&
      isAnswerable(optionsOf(candidate), inputs),
  )
  if (!field) return undefined
  const scope = { answers: answersBehind(optionsOf(field), inputs), facts: {} }
  return withoutSecrets(deps, field, await ask(deps, field, inputs, scope, address))
}

/**
 * A button of the form was pressed: its question is made of the answers, never taken from the request. `before` is a
 * reading of the same wish. undefined: there is no such button, or its inputs are not complete.
 */
export async function press(
  deps: Pick<AcceptDeps, 'lookup' | 'publicValue' | 'tryOnce' | 'attachments'>,
  wish: Omit<Wish, 'dry'>,
  fieldId: string,
  before?: Reading,
): Promise<{ readonly reading: Reading; readonly result: LookupResult | undefined }> {
  const reading = before ?? (await read(deps, wish))
  const { evaluation, lookups, secret } = reading
  const question = evaluation.pressable.find(({ field }) => field.id === fieldId)
  if (!question) return { reading, result: undefined }
  const result = await answered(deps, wish, question)
  const known = { lookups: { ...lookups, [question.key]: result }, secret }
  return { reading: await read(deps, wish, known), result }
}

async function answered(
  deps: Pick<AcceptDeps, 'lookup' | 'publicValue' | 'tryOnce' | 'attachments'>,
  wish: Omit<Wish, 'dry'>,
  question: WantedLookup,
): Promise<LookupResult> {
  const { field, inputs } = question
  if (isVerification(field)) return verify(deps, wish, question)
  const { source } = field.options as unknown as FillOptions
  return withoutSecrets(deps, field, await deps.lookup(source, inputs, wish.address))
}

/** The comparisons that nobody has asked for yet, their inputs being complete. */
export function unasked({ pressable, lookups }: Evaluation): readonly WantedLookup[] {
  return comparisons(pressable).filter(({ field }) => !lookups[field.id])
}

/** Those of the buttons' questions that compare. */
export function comparisons(pressable: Evaluation['pressable']): readonly WantedLookup[] {
  return pressable.filter(({ field }) => isVerification(field))
}

/** Asks for these comparisons; the reading afterwards knows their results. */
export async function verifyAll(
  deps: Pick<AcceptDeps, 'lookup' | 'publicValue' | 'tryOnce' | 'attachments'>,
  wish: Omit<Wish, 'dry'>,
  reading: Reading,
  questions: readonly WantedLookup[],
): Promise<Reading> {
  if (questions.length === 0) return reading
  const lookups: Record<string, LookupResult> = { ...reading.lookups }
  for (const question of questions) lookups[question.key] = await verify(deps, wish, question)
  return read(deps, wish, { lookups, secret: reading.secret })
}

function isVerification(field: Field): boolean {
  return field.type === 'verification'
}

/** Compared by the plugin, counted by whoever asks (D-24); a plugin that does not answer counts nothing. */
async function verify(
  deps: Pick<AcceptDeps, 'lookup' | 'tryOnce'>,
  { form, accountId, address }: Pick<Wish, 'form' | 'accountId' | 'address'>,
  { field, inputs }: WantedLookup,
): Promise<LookupResult> {
  const { source, limit } = field.options as unknown as VerificationOptions
  const result = await deps.lookup(source, inputs, address)
  if (result.status === 'unavailable') return result
  const who = accountId === undefined ? `address ${address}` : `account ${accountId}`
  const key = `${TRIES}${sha256(`${form.portal}\n${field.uid}\n${who}`)}`
  const tried = await deps.tryOnce(key, limit, result.status === 'found')
  if (tried.status === 'blocked') return tried
  return tried.status === 'right' ? { status: 'found', value: {} } : { status: 'missing' }
}

async function ask(
  deps: Pick<AcceptDeps, 'lookup'>,
  field: Field,
  inputs: JsonObject,
  scope: Scope,
  address: string,
): Promise<LookupResult> {
  const { source, elsewhere } = optionsOf(field)
  const result = await deps.lookup(source, inputs, address)
  if (result.status !== 'missing') return result
  for (const [index, { by }] of elsewhere.entries()) {
    const otherInputs = lookupInputs(by, scope)
    const other = otherInputs && (await deps.lookup(source, otherInputs, address))
    if (other?.status === 'found') return { status: 'elsewhere', index }
    if (other?.status === 'unavailable') return other
  }
  return result
}

function withoutSecrets(
  deps: Pick<AcceptDeps, 'publicValue'>,
  field: Field,
  result: LookupResult,
): LookupResult {
  return result.status === 'found'
    ? { status: 'found', value: deps.publicValue(optionsOf(field).source, result.value) }
    : result
}

function isAnswerable({ by }: LookupOptions, inputs: JsonObject): boolean {
  const names = Object.keys(by)
  return (
    Object.keys(inputs).length === names.length &&
    names.every((name) => {
      const given = Object.hasOwn(inputs, name) ? inputs[name] : undefined
      const fixed = evaluateExpression(by[name] ?? '', NOTHING)
      return typeof given === 'string' && (fixed === undefined || fixed === given)
    })
  )
}

const NOTHING: Scope = { answers: {}, facts: {} }

/** The answers that gave these inputs, as far as the inputs are plain answers: enough for the other questions. */
function answersBehind({ by }: LookupOptions, inputs: JsonObject): Answers {
  return Object.fromEntries(
    Object.entries(by).flatMap(([name, expression]) => {
      const value = inputs[name]
      return typeof expression === 'string' && value !== undefined ? [[expression, value]] : []
    }),
  )
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

function optionsOf(field: Field): LookupOptions {
  return field.options as unknown as LookupOptions
}
