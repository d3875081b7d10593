import { accept, read, type AcceptDeps, type Acceptance } from '../accept.ts'
import { evaluate, typeOf } from '../form/evaluate.ts'
import { resolveRef } from '../form/expression.ts'
import { postedAs } from '../form/fields/index.ts'
import { choicesOf } from '../form/fields/option.ts'
import type { Facts, Field, Form, Issue, Lookups, Raw } from '../form/form.ts'
import { changedRows, rowsOptions } from '../form/rows.ts'
import { choicesIn, sampleFor } from '../form/sample/sample.ts'
import {
  ACTION,
  DRAFT,
  KEPT,
  KEY,
  SAMPLE,
  type FormBody,
  type FormState,
} from '../../web/views/page.ts'
import { pageAnswer, retryAfter, textIn, troubleAnswer } from './answers.ts'
import type { Deps } from './deps.ts'
import { own } from './guard.ts'
import type { Visit } from './route.ts'
import { KEY_SHAPE } from './sitting.ts'
import { withChangedFiles, withSentFiles } from './sent-files.ts'

/** A form on its way between browser and server, until it is accepted. */
export type Course = {
  readonly form: Form
  readonly facts: Facts
  /** Address the form is posted to. */
  readonly action: string
  /** Whether typed secrets come back sealed; a login asks for the password anew. */
  readonly keepsSecrets: boolean
  /** Only judge the answers: nothing is stored of them. */
  readonly dry?: boolean
  /**
   * The answer to what has been accepted before: a resent POST, the Back button, another tab. `other` when the key stands
   * for other answers.
   */
  readonly earlier?: (input: Input) => Promise<Response | 'other' | undefined>
  /** What happens when nothing is wrong. `again` shows the form once more with these issues. */
  readonly finish: (accepted: Acceptance, input: Input, again: Again) => Promise<Response>
}
export type Again = (
  issues: readonly Issue[],
  options?: { readonly status?: number; readonly retryAfterMs?: number },
) => Promise<Response>

export type Input = {
  readonly key: string
  /** Names the sitting at the form: stays what it was when the form was opened. */
  readonly draft: string
  /** What was typed, kept secrets included. */
  readonly raw: Raw
}

/** A kept secret is good for one sitting at the form. */
const KEPT_MS = 3_600_000
/** The form as it is opened: filled with what is known already. */
export async function openForm(
  visit: Visit,
  course: Pick<Course, 'form' | 'facts' | 'action'>,
): Promise<Response> {
  const { form, facts } = course
  const sample = await sampleAsked(visit, form, facts)
  const raw: Raw =
    sample?.raw ??
    Object.fromEntries(
      Object.values(form.fields).flatMap((field) => {
        const value = field.from ? known(field, facts) : undefined
        return value === undefined ? [] : [[field.id, value]]
      }),
    )
  const { lookups } = await read(visit.deps.accept, { form, raw, facts, address: visit.address })
  const input = { key: visit.deps.newId(), draft: visit.deps.newId(), raw }
  const kept = sample ? sealSecrets(visit, course, input) : {}
  return formAnswer(visit, course, input, { lookups, kept, issues: [], mode: 'edit' })
}

/** The sample data that the address asks for; in production nothing knows any. */
async function sampleAsked({ deps, query }: Visit, form: Form, facts: Facts) {
  const choice = query.get(SAMPLE)
  if (choice === null || !deps.sampleSource || !choicesIn(form).includes(choice)) return undefined
  return sampleFor(form, choice, 'full', { facts, known: await deps.sampleSource() })
}

/** For which choices the page offers sample data. */
function samplesOffered({ deps, locale }: Visit, form: Form, facts: Facts): FormBody['samples'] {
  if (!deps.sampleSource || form.builtin) return undefined
  const { choice } = evaluate(form, { raw: {}, facts, lookups: {} })
  const place = Object.values(form.fields).find((field) => field.id === form.place)
  if (!place) return [{ value: choice, label: '' }]
  return choicesOf(place).map(({ value, label }) => ({ value, label: textIn(label, locale) }))
}

/** One POST of the form: `_action` says which button was pressed. */
export async function roundTrip(visit: Visit, course: Course): Promise<Response> {
  const { deps, fields } = visit
  const button = fields[ACTION]?.at(-1) ?? 'check'
  const key = fields[KEY]?.[0]
  const posted = inputOf(visit, course, key && KEY_SHAPE.test(key) ? key : deps.newId())
  const changed =
    withChangedRows(course.form, button, posted) ??
    (await withChangedFiles(visit, course.form, button, posted))
  if (!changed && !isButton(button))
    return troubleAnswer(visit, { code: 'http.unknown-button', status: 400 })
  const { input: typed, refused } = await withSentFiles(visit, course.form, changed ?? posted)
  const isSending = refused.length === 0 && (button === 'check' || button === 'submit')
  const earlier = isSending ? await course.earlier?.(typed) : undefined
  if (earlier instanceof Response) return earlier
  // Corrected after it had been sent, on a page the browser kept: a wish of its own, not a repetition.
  const input = earlier === 'other' ? { ...typed, key: deps.newId() } : typed

  const { form, facts } = course
  const wish = {
    form,
    facts,
    raw: input.raw,
    draftId: input.draft,
    accountId: visit.account?.id,
    address: visit.address,
  }
  const kept = () => (course.keepsSecrets ? sealSecrets(visit, course, input) : {})
  if (!isSending) {
    const { lookups, raw, lost } = await read(deps.accept, wish)
    const issues = [...refused, ...lost]
    const status = refused.length > 0 ? 422 : 200
    const shown = { lookups, kept: kept(), issues, mode: 'edit', status } as const
    return formAnswer(visit, course, { ...input, raw }, shown)
  }
  const isConfirming = button === 'check' && form.confirm !== undefined
  const acceptance = await accept(acceptDeps(deps, form), {
    ...wish,
    dry: course.dry || isConfirming,
  })
  const { lookups, issues, raw } = acceptance
  const known = { ...input, raw }
  const again: Again = (found, options) =>
    formAnswer(visit, course, known, {
      lookups,
      issues: found,
      mode: 'edit',
      // What is wrong with a secret is typed anew, both times.
      kept: found.some((issue) => secretIds(form).has(issue.field)) ? {} : kept(),
      status: 422,
      ...options,
    })
  if (issues.length > 0) return again(issues)
  if (isConfirming)
    return formAnswer(visit, course, known, { lookups, kept: kept(), issues: [], mode: 'confirm' })
  return course.finish(acceptance, input, again)
}

/** What `accept` needs for one form. */
export function acceptDeps(deps: Deps, form: Form): AcceptDeps {
  return { ...deps.accept, validators: deps.validators(form.id).validators }
}

/** Only answers of this form's inputs: unknown, computed, looked-up and fixed values of a request change nothing (S16). */
export function answersOf(form: Form, fields: Raw): Raw {
  return Object.fromEntries(
    Object.values(form.fields).flatMap((field) => {
      const values = typeOf(field).isInput ? own(fields, field.id) : undefined
      const inRows = typeOf(field).rows ? answersInRows(field, fields) : []
      return values ? [[field.id, values], ...inRows] : inRows
    }),
  )
}

/** `<rows>.<key>.<field>`, for fields a row has. */
function answersInRows(field: Field, fields: Raw): [string, readonly string[]][] {
  const inner = rowsOptions(field).fields.filter((one) => typeOf(one).isInput)
  const keys = new Set(own(fields, field.id)?.slice(0, rowsOptions(field).max))
  return [...keys].flatMap((key) =>
    inner.flatMap(({ id }): [string, readonly string[]][] => {
      const name = `${field.id}.${key}.${id}`
      const values = own(fields, name)
      return values ? [[name, values]] : []
    }),
  )
}

/** The input after the button of a row was pressed; undefined: it was another button. */
function withChangedRows(form: Form, button: string, input: Input): Input | undefined {
  const [, change, id = '', key] = /^(add|remove):([A-Za-z0-9]+)(?:\.([0-9]+))?$/.exec(button) ?? []
  const field = Object.values(form.fields).find((one) => one.id === id && typeOf(one).rows)
  if (!field || (change === 'remove') !== (key !== undefined)) return undefined
  const wanted = key === undefined ? ({ add: true } as const) : { remove: key }
  const keys = changedRows(own(input.raw, id) ?? [], wanted, rowsOptions(field).max)
  return { ...input, raw: { ...input.raw, [id]: keys } }
}

type Shown = Pick<FormState, 'lookups' | 'kept' | 'issues' | 'mode'> & {
  readonly lookups: Lookups
  readonly status?: number
  readonly retryAfterMs?: number
}

function formAnswer(
  visit: Visit,
  { form, facts, action }: Pick<Course, 'form' | 'facts' | 'action'>,
  { key, draft, raw }: Input,
  { status, retryAfterMs, ...shown }: Shown,
): Promise<Response> {
  const secret = secretIds(form)
  const state: FormState = {
    form: publicForm(form),
    action,
    key,
    draft,
    raw: Object.fromEntries(Object.entries(raw).filter(([id]) => !secret.has(id))),
    facts,
    locale: visit.locale,
    validators: visit.deps.validators(form.id).url,
    api: `/api/v1/${form.id}`,
    ...shown,
  }
  return pageAnswer(visit, {
    title: textIn(form.title, visit.locale),
    body: { kind: 'form', state, samples: samplesOffered(visit, form, facts) },
    status,
    headers: retryAfter(retryAfterMs),
  })
}

/** Without what only the server does. */
function publicForm(form: Form): Form {
  const fields = Object.entries(form.fields).map(([uid, { verify: _, ...field }]) => [uid, field])
  return { ...form, fields: Object.fromEntries(fields) as Form['fields'] }
}

function inputOf({ deps, fields }: Visit, { form }: Course, key: string): Input {
  const raw: Record<string, readonly string[]> = answersOf(form, fields)
  for (const id of secretIds(form)) {
    if ((raw[id]?.[0] ?? '') !== '') continue
    const sealed = own(fields, `${KEPT}${id}`)?.[0]
    const text = sealed && deps.keys.open('kept', sealed, boundTo(form, key, id))
    const kept = text ? (JSON.parse(text) as { value: string; until: string }) : undefined
    if (kept && kept.until > deps.clock().toISOString()) raw[id] = [kept.value]
  }
  const draft = fields[DRAFT]?.[0] ?? ''
  return { key, draft: KEY_SHAPE.test(draft) ? draft : deps.newId(), raw }
}

function sealSecrets(
  { deps }: Visit,
  { form }: Pick<Course, 'form'>,
  { key, raw }: Input,
): FormState['kept'] {
  const until = new Date(deps.clock().getTime() + KEPT_MS).toISOString()
  return Object.fromEntries(
    [...secretIds(form)].flatMap((id) => {
      const value = raw[id]?.[0] ?? ''
      const text = JSON.stringify({ value, until })
      return value === '' ? [] : [[id, deps.keys.seal('kept', text, boundTo(form, key, id))]]
    }),
  )
}

/** A sealed secret opens only in the same field of the same form, in the same sitting. */
function boundTo(form: Form, key: string, id: string): string {
  return `${form.id}\n${key}\n${id}`
}

/** A confirmation is as secret as what it repeats. */
function secretIds(form: Form): ReadonlySet<string> {
  const fields = Object.values(form.fields)
  const ids = new Set(fields.filter((field) => typeOf(field).isSecret).map((field) => field.id))
  for (const { id, options } of fields)
    if (typeof options.of === 'string' && ids.has(options.of)) ids.add(id)
  return ids
}

const BUTTONS = ['refresh', 'check', 'edit', 'submit'] as const
function isButton(value: string): value is (typeof BUTTONS)[number] {
  return BUTTONS.some((button) => button === value)
}

function known(field: Field, facts: Facts): readonly string[] | undefined {
  const value = resolveRef(field.from ?? '', { answers: {}, facts })
  if (value === undefined || value === null || value === '') return undefined
  return postedAs(typeOf(field), value) ?? [String(value)]
}
