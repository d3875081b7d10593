import type { Json, Raw } from '../../form/form.ts'
import { deleteDraft, draftsOf } from '../../store/sittings.ts'
import { jsonAnswer, pageAnswer, redirectTo, textIn, troubleAnswer } from './answers.ts'
import { asObject, objectIn } from '../api/json.ts'
import { keptOf } from './aside.ts'
import { formOf } from './forms.ts'
import { own } from '../guard.ts'
import type { Route, Visit } from '../route.ts'
import { keepDraft, KEY_SHAPE, memberHolder } from './sittings.ts'
import { timeText } from '../staff/pages.ts'
import { word } from '../words.ts'

const REMOVE = { path: '/:portal/drafts/:key/delete', access: { kind: 'account' } } as const

/** What is typed and not filed yet: saved while typing, found again in マイリスト, thrown away. */
export function draftRoutes(): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/:portal/:form/drafts/:key',
      access: { kind: 'form' },
      body: 'json',
      answer: save,
    },
    { ...REMOVE, method: 'GET', body: 'none', answer: ask },
    { ...REMOVE, method: 'POST', body: 'form', answer: remove },
  ]
}

async function save(visit: Visit): Promise<Response> {
  const form = formOf(visit)
  const key = visit.params.key ?? ''
  const fields = rawIn(objectIn(visit.json, 'fields'))
  if (!form.drafts || !KEY_SHAPE.test(key))
    return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  if (!fields) return troubleAnswer(visit, { code: 'body.no-answers', status: 400 })
  const { version = 0, window } = asObject(visit.json) ?? {}
  const { saved, present } = await keepDraft(visit, form, key, keptOf(form, fields), {
    expected: Number(version),
    window: typeof window === 'string' ? window : undefined,
  })
  if (saved === undefined) return troubleAnswer(visit, { code: 'body.draft-too-long', status: 413 })
  if (saved === 'other') return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  if (typeof saved === 'string') {
    const headers = { 'Draft-Version': String(present?.version ?? 0) }
    return troubleAnswer(visit, { code: `refusal.draft-${saved}`, status: 409, headers })
  }
  const savedAt = visit.deps.clock().toISOString()
  return jsonAnswer({ version: saved.version, savedAt })
}

function rawIn(fields: ReturnType<typeof objectIn>): Raw | undefined {
  const isTexts = (value: Json): boolean =>
    Array.isArray(value) && value.every((one) => typeof one === 'string')
  return fields && Object.values(fields).every(isTexts) ? (fields as unknown as Raw) : undefined
}

async function ask(visit: Visit): Promise<Response> {
  const { deps, account, portal, params, locale } = visit
  const all = account ? await draftsOf(deps.store.db, memberHolder(account.id)) : []
  const draft = all.find(({ key }) => key === params.key)
  const form = draft && own(deps.definitions().forms, draft.form)
  if (!draft || (form && form.portal !== portal?.id))
    return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  return pageAnswer(visit, {
    title: word('deleteDraftTitle', locale),
    body: {
      kind: 'link',
      line: `${form ? textIn(form.title, locale) : ''} ${timeText(draft.saved_at, locale)} ${word('deleteDraftLine', locale)}`.trim(),
      action: { label: word('deleteDraft', locale), href: visit.path },
      back: { label: word('keepDraft', locale), href: `/${portal?.id ?? ''}/submissions` },
    },
  })
}

async function remove(visit: Visit): Promise<Response> {
  const { deps, account, portal, params } = visit
  const holder = memberHolder(account?.id ?? '')
  const isGone = await deps.store.write((tx) => deleteDraft(tx, params.key ?? '', holder))
  return isGone
    ? redirectTo(`/${portal?.id ?? ''}/submissions?deleted=1`)
    : troubleAnswer(visit, { code: 'http.not-found', status: 404 })
}
