import { typeOf } from './evaluate.ts'
import type { Answer, Answers, Facts, Field, Form, JsonObject, Locale, Variant } from './form.ts'
import { labelOfRow, rowsOptions } from './rows.ts'
import { resolveRef } from './scope.ts'

const SEALED = '••••'

/** An answer as people read it in mails and documents, as the confirmation shows it; the types of secrets mask them. */
export function shownAnswer(value: Answer, field: Field, locale: Locale): string {
  if (field.keep === 'sealed') return SEALED
  const type = typeOf(field)
  if (!type.rows) return type.show(value, field, locale)
  const rows = (Array.isArray(value) ? value : []) as readonly JsonObject[]
  return rows
    .map((row, index) => {
      const { ja, en = ja } = labelOfRow(rowsOptions(field).row, index)
      return `${locale === 'en' ? `${en}: ` : `${ja}：`}${partsOf(row, field, locale)}`
    })
    .join(locale === 'en' ? '; ' : '、')
}

function partsOf(row: JsonObject, field: Field, locale: Locale): string {
  return rowsOptions(field)
    .fields.flatMap((inner) => {
      const value = row[inner.id]
      return value === undefined ? [] : [typeOf(inner).show(value, inner, locale)]
    })
    .join(' ')
}

/** The variant of a form that stored answers chose. */
export function answeredVariant(form: Form, answers: Answers, facts: Facts): Variant | undefined {
  const choice = form.place === undefined ? '' : resolveRef(form.place, { answers, facts })
  return form.variants[typeof choice === 'string' ? choice : ''] ?? form.variants['']
}

/** The fields that stored answers belong to, by id: those of the variant they chose. */
export function answeredFields(
  form: Form,
  answers: Answers,
  facts: Facts,
): { readonly [id: string]: Field } {
  const variant = answeredVariant(form, answers, facts)
  const uids = variant?.sections.flatMap(({ fields }) => fields) ?? []
  return Object.fromEntries(
    uids.flatMap((uid) => {
      const field = form.fields[uid]
      return field ? [[field.id, field]] : []
    }),
  )
}
