import { comparisons, read, type Reading, type Wish } from '../../ask.ts'
import type { Evaluation, WantedLookup } from '../../form/evaluate.ts'
import type { Form, Issue, LookupResult } from '../../form/form.ts'
import { unconfirmedIssue } from '../../form/validate.ts'
import { sha256 } from '../../hash.ts'
import type { FormState } from '../../../web/views/page.ts'
import { boundTo, type Input } from './inputs.ts'
import type { Visit } from '../route.ts'

/**
 * What comparisons gave is carried from page to page, sealed for this form, sitting and field, and bound to the inputs by
 * their hash: a changed input takes it back. So a page can be fetched, left and come back to without asking, and without
 * counting a try; once the form is filed, the comparison is made anew.
 */
type Proofs = NonNullable<FormState['proofs']>

const PURPOSE = 'proof'
/** Worth carrying. That nobody answered, or that the button is blocked, is soon another matter. */
const CARRIED: readonly LookupResult['status'][] = ['found', 'missing']

/** What is known of the comparisons among these answers. */
export function proofsOf(
  { deps }: Visit,
  form: Form,
  key: string,
  { pressable, lookups }: Evaluation,
): Proofs {
  const known = comparisons(pressable).flatMap(({ field, ...question }) => {
    const status = lookups[field.id]?.status
    if (status === undefined || !CARRIED.includes(status)) return []
    const text = `${status} ${sha256(question.key)}`
    return [[field.id, deps.keys.seal(PURPOSE, text, boundTo(form, key, field.id))]]
  })
  return Object.fromEntries(known) as Proofs
}

/** `read`, with what the carried proofs tell. A proof may show further fields, with further comparisons among them. */
export async function readProven(
  visit: Visit,
  wish: Omit<Wish, 'dry'>,
  input: Input,
): Promise<Reading> {
  const { accept } = visit.deps
  let reading = await read(accept, wish)
  for (;;) {
    const open = comparisons(reading.evaluation.pressable)
    const proven = open.flatMap((question): (readonly [string, LookupResult])[] => {
      const result = reading.lookups[question.key] ?? proved(visit, wish.form, input, question)
      return result && !reading.lookups[question.key] ? [[question.key, result]] : []
    })
    if (proven.length === 0) return reading
    const lookups = { ...reading.lookups, ...Object.fromEntries(proven) }
    reading = await read(accept, wish, { lookups, secret: reading.secret })
  }
}

function proved(
  { deps }: Visit,
  form: Form,
  { key, proofs }: Input,
  question: WantedLookup,
): LookupResult | undefined {
  const { id } = question.field
  const sealed = proofs[id]
  const text = sealed && deps.keys.open(PURPOSE, sealed, boundTo(form, key, id))
  const [status, hash] = text?.split(' ') ?? []
  if (hash !== sha256(question.key)) return undefined
  return status === 'found' ? { status, value: {} } : { status: 'missing' }
}

/** The reading without what earlier pages found out; `asked` are the keys of what was asked just now. */
export function unproven(
  visit: Visit,
  wish: Omit<Wish, 'dry'>,
  { evaluation, lookups, secret }: Reading,
  asked: readonly string[],
): Promise<Reading> {
  const old = comparisons(evaluation.pressable).filter(({ key }) => !asked.includes(key))
  const keys = new Set(old.map(({ key }) => key))
  const rest = Object.entries(lookups).filter(([key]) => !keys.has(key))
  return read(visit.deps.accept, wish, { lookups: Object.fromEntries(rest), secret })
}

/** What was right when the pages were filled in and is not when the form is filed: nobody would have sent that. */
export function takenBack(before: Evaluation, after: Evaluation): readonly Issue[] {
  return comparisons(before.pressable).flatMap(({ field }) => {
    const now = after.lookups[field.id]
    const wasRight = before.lookups[field.id]?.status === 'found'
    return wasRight && now && now.status !== 'found' ? [unconfirmedIssue(field, now)] : []
  })
}
