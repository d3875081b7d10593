import { TRIES, type TryOnce } from './accounts/tries.ts'
import type { FileNamer } from './files/attachments.ts'
import { withoutClosed } from './form/closed.ts'
import {
  evaluate,
  lookupInputs,
  type Evaluation,
  type Input,
  type WantedLookup,
} from './form/evaluate.ts'
import { evaluateExpression, type Scope } from './form/expression.ts'
import type {
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
  VerificationOptions,
} from './form/form.ts'
import { filledByLookups } from './form/press.ts'
import { sha256 } from './hash.ts'

/** What asking needs of the other parts. */
export type AskDeps = {
  /** Throttled by address; the value holds secret properties too. */
  readonly lookup: (source: string, input: JsonObject, address: string) => Promise<LookupResult>
  readonly publicValue: (source: string, value: JsonObject) => JsonObject
  /** Attachments by what the server knows of them (`resolveAttachments`). */
  readonly attachments: (
    form: Form,
    raw: Raw,
    owner: FileNamer,
  ) => Promise<{ readonly raw: Raw; readonly issues: readonly Issue[] }>
  readonly tryOnce: TryOnce
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

/** What a form is for this input, with every lookup it asks for answered. */
export type Reading = {
  readonly evaluation: Evaluation
  readonly lookups: Lookups
  /** With secret properties, by lookup key: for comparisons on the server only. */
  readonly secret: Lookups
  /** With attachments as the server knows them, and with what lookups filled in. */
  readonly raw: Raw
  /** Files that were named but cannot be used. */
  readonly lost: readonly Issue[]
}

/** A lookup may depend on one before it; a chain longer than this is no form we know. */
export const ROUNDS_MAX = 8

/** Evaluates, asks what is asked for, fills in what was found, and again, until nothing is open. Judges nothing. */
export async function read(
  deps: Pick<AskDeps, 'lookup' | 'publicValue' | 'attachments'>,
  {
    form,
    raw: posted,
    facts,
    address,
    draftId = '',
    accountId,
    closed,
    filed,
    granted,
  }: Omit<Wish, 'dry'>,
  known: Pick<Reading, 'lookups' | 'secret'> = { lookups: {}, secret: {} },
): Promise<Reading> {
  const owner = {
    portal: form.portal,
    draftId,
    ...(accountId !== undefined && { accountId }),
    ...(filed && { filed }),
  }
  const attached = await deps.attachments(form, posted, owner)
  const { issues: lost } = attached
  let { raw } = attached
  const lookups: Record<string, LookupResult> = { ...known.lookups }
  const secret: Record<string, LookupResult> = { ...known.secret }
  for (let round = 1; ; round++) {
    const evaluation = evaluate(form, { raw, facts, lookups, ...(granted && { granted }) })
    const filled =
      evaluation.wanted.length === 0 ? filledByLookups(withoutClosed(evaluation, closed)) : {}
    const isSettled = Object.keys(filled).length === 0
    if ((evaluation.wanted.length === 0 && isSettled) || round > ROUNDS_MAX)
      return { evaluation, lookups, secret, raw, lost }
    raw = { ...raw, ...filled }
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
  deps: Pick<AskDeps, 'lookup' | 'publicValue'>,
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
  deps: AskDeps,
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
  deps: AskDeps,
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
  deps: AskDeps,
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
  deps: Pick<AskDeps, 'lookup' | 'tryOnce'>,
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
  deps: Pick<AskDeps, 'lookup'>,
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
  deps: Pick<AskDeps, 'publicValue'>,
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

function optionsOf(field: Field): LookupOptions {
  return field.options as unknown as LookupOptions
}
