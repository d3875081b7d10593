import { STAFF_PASSWORD_MAX, STAFF_PASSWORD_MIN } from '../../accounts/first-admin.ts'
import type { Field, Form, Issue, Raw, Text } from '../../form/form.ts'
import type { PageContent } from '../form/answers.ts'
import type { Visit } from '../route.ts'

/** Forms of the staff, made of the same field types as those in YAML; they belong to no portal. */

const login: Field = field('login', 'text', { ja: 'ログイン名', en: 'Login name' }, 'username', {
  maxLength: 64,
})

export const loginForm: Form = staffForm('login', {
  title: { ja: '職員ログイン', en: 'Staff login' },
  submit: { ja: 'ログイン', en: 'Log in' },
  fields: [
    login,
    field('password', 'password', { ja: 'パスワード', en: 'Password' }, 'current-password'),
  ],
})

export const setupForm: Form = staffForm('setup', {
  title: { ja: '職員の登録', en: 'Your account at the desk' },
  submit: { ja: '登録する', en: 'Create account' },
  fields: [
    {
      ...login,
      note: {
        ja: '半角の英小文字・数字・「.」「_」「@」「-」、3文字以上64文字以内',
        en: '3 to 64 characters: letters, digits, and . _ @ -',
      },
    },
    field('name', 'text', { ja: '氏名', en: 'Name' }, 'name', { maxLength: 60 }),
    {
      ...field('password', 'password', { ja: 'パスワード', en: 'Password' }, 'new-password'),
      note: {
        ja: `${STAFF_PASSWORD_MIN}文字以上${STAFF_PASSWORD_MAX}文字以内。関係のない言葉をいくつか並べると、覚えやすく、推測されにくくなります。`,
        en: `${STAFF_PASSWORD_MIN} to ${STAFF_PASSWORD_MAX} characters. Several unrelated words are easy to keep in mind and hard to guess.`,
      },
    },
    field(
      'passwordConfirm',
      'confirm',
      { ja: 'パスワード（確認用）', en: 'Password again' },
      'new-password',
      { of: 'password' },
    ),
  ],
})

function field(
  id: string,
  type: string,
  label: Text,
  autocomplete: string,
  options: Field['options'] = {},
): Field {
  return { uid: id, id, type, label, required: true, autocomplete, options }
}

/** A form that the program itself shows to the staff. */
export function staffForm(
  name: string,
  { title, submit, fields }: Pick<Form, 'title' | 'submit'> & { readonly fields: readonly Field[] },
): Form {
  const section = { id: name, notes: [], fields: fields.map(({ uid }) => uid) }
  return Object.freeze({
    id: `staff/${name}`,
    portal: '',
    path: name,
    title,
    lead: [],
    access: 'visitor',
    submit,
    languages: ['ja', 'en'],
    fields: Object.fromEntries(fields.map((one) => [one.uid, one])),
    variants: { '': { sections: [section], confirm: [] } },
    after: [],
  } satisfies Form)
}

/**
 * The page of a staff form. Only the server checks it, so there is neither a check module nor an API behind it; what was
 * typed comes back except for secrets.
 */
export function staffFormPage(
  visit: Visit,
  content: {
    readonly form: Form
    readonly action: string
    readonly raw?: Raw
    readonly issues?: readonly Issue[]
    readonly status?: number
    readonly headers?: PageContent['headers']
    /** Said above the form. */
    readonly notice?: Text
  },
): PageContent {
  const { form, notice, issues = [] } = content
  const shown = Object.values(form.fields)
    .filter(({ type }) => type === 'text' || type === 'text-area')
    .map(({ id }) => [id, content.raw?.[id] ?? []])
  return {
    title: form.title[visit.locale] ?? form.title.ja,
    status: content.status ?? (issues.length > 0 ? 422 : 200),
    headers: content.headers,
    body: {
      kind: 'form',
      state: {
        form: notice ? { ...form, lead: [{ text: notice, links: [], tone: 'info' }] } : form,
        action: content.action,
        key: visit.deps.newId(),
        raw: Object.fromEntries(shown),
        lookups: {},
        issues,
        kept: {},
        facts: {},
        mode: 'edit',
        locale: visit.locale,
        validators: '',
        api: '',
      },
    },
  }
}
