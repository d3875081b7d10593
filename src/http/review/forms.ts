import type { Field, Form, Section, Text } from '../../form/form.ts'
import { answeredFields, shownAnswer } from '../../form/shown.ts'
import { typeOf } from '../../form/evaluate.ts'
import type { Validators } from '../../form/validators.ts'
import { NOTE_MAX } from '../../workflow/submission.ts'
import { type Action } from '../../workflow/workflow.ts'
import { own } from '../guard.ts'
import type { Opened } from './opened.ts'
import { may } from '../staff/rights.ts'
import type { Visit } from '../route.ts'

/** Ids of what the desk asks for beside an action's own form. */
export const MARKED = 'deskMarked'
export const NOTE = 'deskNote'

const TEXTS = {
  marked: {
    ja: '修正を求める項目',
    en: 'What is to be corrected',
  },
  markedNote: {
    ja: '申請者が直せるのは、ここで選んだ項目だけです。',
    en: 'The applicant can change these and nothing else.',
  },
  note: { ja: '内部メモ', en: 'Internal note' },
  noteNote: { ja: '申請者には表示されません。', en: 'The applicant never sees it.' },
} as const satisfies { readonly [name: string]: Text }

/** A form of the desk, and the checks that belong to it. */
export type DeskForm = { readonly form: Form; readonly validators: Validators }

/** All that an action asks for on one page: items to mark, its own form, a note. */
export function actionForm(visit: Visit, opened: Opened, action: Action): DeskForm {
  const { deps } = visit
  const ownId = `${opened.submission.portal}/${action.form ?? ''}`
  // The form as it is now: only the present set has compiled checks, as for the forms behind links.
  const given = own(deps.definitions().forms, ownId)
  const marked = action.mark && markedField(visit, opened, action.mark === 'required')
  const note = action.note && may(visit, 'note') && noteField(action.note === 'required')
  return composed(action.label, given, given && deps.validators(given.id).validators, {
    before: marked ? [marked] : [],
    after: note ? [note] : [],
  })
}

/** Whoever goes on without a step says why. */
export function skipForm(title: Text): DeskForm {
  return composed(title, undefined, undefined, { before: [], after: [noteField(true)] })
}

function composed(
  title: Text,
  given: Form | undefined,
  checks: Validators | undefined,
  { before, after }: { readonly before: readonly Field[]; readonly after: readonly Field[] },
): DeskForm {
  const more = [...before, ...after]
  const section = (id: string, fields: readonly Field[]): readonly Section[] =>
    fields.length === 0 ? [] : [{ id, notes: [], fields: fields.map(({ uid }) => uid) }]
  const around = (sections: readonly Section[]) => [
    ...section('desk-before', before),
    ...sections.map(({ screen: _, ...rest }) => rest),
    ...section('desk-after', after),
  ]
  const { place } = given ?? {}
  const form: Form = {
    id: given?.id ?? 'staff/action',
    portal: given?.portal ?? '',
    path: '',
    title,
    lead: given?.lead ?? [],
    access: 'visitor',
    submit: given?.submit ?? title,
    languages: given?.languages ?? ['ja', 'en'],
    ...(place !== undefined && { place }),
    fields: { ...given?.fields, ...Object.fromEntries(more.map((field) => [field.uid, field])) },
    variants: Object.fromEntries(
      Object.entries(given?.variants ?? { '': { sections: [], confirm: [] } }).map(
        ([choice, { sections }]) => [choice, { sections: around(sections), confirm: [] }],
      ),
    ),
    after: [],
  }
  return {
    form,
    validators: {
      fields: {
        ...checks?.fields,
        ...Object.fromEntries(more.map((one) => [one.uid, checkOf(one)])),
      },
    },
  }
}

/** What the schema of these two types says, by hand. */
function checkOf(field: Field): Validators['fields'][string] {
  const choices = (field.options.choices ?? []) as readonly { readonly value: string }[]
  const known = choices.map(({ value }) => value)
  return (value) => {
    if (!Array.isArray(value)) return [...String(value)].length > NOTE_MAX ? 'maxLength' : undefined
    return value.every((one) => known.includes(String(one))) ? undefined : 'enum'
  }
}

/** The answers that were typed, each with what it says now. */
function markedField(
  { locale }: Visit,
  { form, submission, facts }: Opened,
  required: boolean,
): Field {
  const { answers } = submission
  const fields = form ? Object.values(answeredFields(form, answers, facts)) : []
  const choices = fields
    .filter((field) => typeOf(field).isInput)
    .map((field) => {
      const value = answers[field.id]
      const shown = value === undefined ? '—' : shownAnswer(value, field, locale)
      const { ja, en = ja } = field.label
      return { value: field.id, label: { ja: `${ja}：${shown}`, en: `${en}: ${shown}` } }
    })
  return {
    uid: MARKED,
    id: MARKED,
    type: 'checkboxes',
    label: TEXTS.marked,
    note: TEXTS.markedNote,
    required,
    options: { choices },
  }
}

function noteField(required: boolean): Field {
  return {
    uid: NOTE,
    id: NOTE,
    type: 'text-area',
    label: TEXTS.note,
    note: TEXTS.noteNote,
    required,
    options: { maxLength: NOTE_MAX },
  }
}
