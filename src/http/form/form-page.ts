import { grantedIn } from '../../correct.ts'
import { editionOf } from '../../definitions/edition.ts'
import { evaluate } from '../../form/evaluate.ts'
import { choicesOf } from '../../form/fields/option.ts'
import type { Facts, Form } from '../../form/form.ts'
import { choicesIn, sampleFor } from '../../form/sample/sample.ts'
import { SAMPLE, type FormBody, type FormState } from '../../../web/views/page.ts'
import { pageAnswer, retryAfter, textIn } from './answers.ts'
import { checksOf, type Opening } from './course.ts'
import { CARD_POLICY, POLICY } from '../headers.ts'
import { withoutSecrets, type Input } from './inputs.ts'
import { proofsOf } from './proofs.ts'
import type { Visit } from '../route.ts'
import { hasAddresses, holderCookie, SITTING } from './sittings.ts'
import { ownerToken } from './aside.ts'
import { word } from '../words.ts'

/** The sample data that the address asks for; in production nothing knows any. */
export async function sampleAsked({ deps, query }: Visit, form: Form, facts: Facts) {
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

export type Shown = Partial<
  Pick<
    FormState,
    | 'lookups'
    | 'kept'
    | 'issues'
    | 'mode'
    | 'pressed'
    | 'screen'
    | 'isChange'
    | 'version'
    | 'draft'
    | 'isLost'
  >
> &
  Pick<FormBody, 'renewed'> & { readonly status?: number; readonly retryAfterMs?: number }

/** A form as a page. */
export function show(
  visit: Visit,
  course: Opening,
  { key, raw }: Pick<Input, 'key' | 'raw'>,
  { status, retryAfterMs, renewed, ...shown }: Shown,
): Promise<Response> {
  const { lookups = {} } = shown
  const { form, facts, action, correcting } = course
  const state: FormState = {
    form: publicForm(form),
    action,
    key,
    edition: editionOf(form),
    raw: withoutSecrets(form, raw),
    facts,
    locale: visit.locale,
    validators: checksOf(visit.deps, course).url,
    // Programs are answered by the present set only.
    api: correcting?.api ?? (course.checks ? '' : `/api/v1/${form.id}`),
    ...(correcting && {
      correction: correcting.page,
      granted: grantedIn(correcting.correction, raw),
    }),
    lookups: {},
    kept: {},
    proofs: proofsOf(visit, form, key, evaluate(form, { raw, facts, lookups })),
    issues: [],
    mode: 'edit',
    ...shown,
    draft: form.drafts && !correcting ? (shown.draft ?? { version: 0 }) : undefined,
    owner: ownerToken(visit, form, key),
  }
  return pageAnswer(visit, {
    title: textIn(form.title, visit.locale),
    body: {
      kind: 'form',
      state,
      samples: correcting ? undefined : samplesOffered(visit, form, facts),
      renewed,
      returned: correcting?.returned,
      said: isForGoingOn(visit, form) ? word('loginToGoOn', visit.locale) : undefined,
    },
    status,
    headers: {
      ...retryAfter(retryAfterMs),
      ...(hasAddresses(form) && holderCookie(visit)),
      ...(readsCards(form) && { [POLICY]: CARD_POLICY }),
    },
  })
}

function readsCards(form: Form): boolean {
  return Object.values(form.fields).some(({ type }) => type === 'card-reading')
}

/** Without what only the server does. */
function publicForm(form: Form): Form {
  const fields = Object.entries(form.fields).map(([uid, { verify: _, ...field }]) => [uid, field])
  return { ...form, fields: Object.fromEntries(fields) as Form['fields'] }
}

/** A login after which somebody goes on with what was set aside. */
function isForGoingOn({ query }: Visit, { builtin }: Form): boolean {
  return builtin === 'login' && new RegExp(`[?&]${SITTING}=`).test(query.get('next') ?? '')
}
