import type { Issue, Text } from '../form/form.ts'
import { sha256 } from '../hash.ts'
import { appendAudit } from '../store/audit.ts'
import type { Store } from '../store/open.ts'
import {
  findInvite,
  findStaffByLogin,
  hasStaff,
  insertStaff,
  replaceInvite,
  useInvite,
} from '../store/staff.ts'
import { holdsContextWord, isCommonPassword } from './common-password.ts'
import type { Passwords } from './passwords.ts'
import { randomToken } from './sessions.ts'

export const ADMINISTRATOR = 'administrator'
export const INVITE_LIFE_MS = 24 * 60 * 60_000

/** Length does it: 15 characters, no rule about their kinds (§2.2). */
export const STAFF_PASSWORD_MIN = 15
export const STAFF_PASSWORD_MAX = 100
const LOGIN_MAX = 64
const NAME_MAX = 60

/**
 * Address of a one-time page that creates an administrator, good for 24 hours; a newer one replaces it. undefined when
 * there is staff already, unless `further` asks for one more (`npx madoguchi admin create`).
 */
export async function inviteFirstAdministrator(
  store: Store,
  clock: () => Date,
  baseUrl: string,
  options: { readonly further?: boolean; readonly newToken?: () => string } = {},
): Promise<string | undefined> {
  const token = (options.newToken ?? randomToken)()
  const now = clock()
  const isInvited = await store.write(async (tx) => {
    if (!options.further && (await hasStaff(tx))) return false
    await replaceInvite(tx, inviteRow(token, ADMINISTRATOR, now))
    return true
  })
  return isInvited ? addressOf(baseUrl, token) : undefined
}

/** The same for any role, asked for by a member of the staff whom the audit log names. */
export async function inviteStaff(
  store: Store,
  clock: () => Date,
  baseUrl: string,
  { role, actor }: { readonly role: string; readonly actor: string },
): Promise<string> {
  const token = randomToken()
  const now = clock()
  await store.write(async (tx) => {
    await replaceInvite(tx, inviteRow(token, role, now))
    const at = now.toISOString()
    await appendAudit(tx, { at, actor, kind: 'staff.invited', subject: role, data: {} })
  })
  return addressOf(baseUrl, token)
}

function addressOf(baseUrl: string, token: string): string {
  return `${baseUrl}/admin/setup/${token}`
}

function inviteRow(token: string, role: string, now: Date) {
  return {
    token_hash: sha256(token),
    role,
    expires_at: new Date(now.getTime() + INVITE_LIFE_MS).toISOString(),
    used_at: null,
    created_at: now.toISOString(),
  }
}

/** Whether the invite can be used; looking at it changes nothing (S05). */
export async function isInviteUsable(store: Store, token: string, now: Date): Promise<boolean> {
  return (await findInvite(store.db, sha256(token), now.toISOString())) !== undefined
}

export type NewAdministrator = {
  readonly login: string
  readonly name: string
  readonly password: string
  readonly passwordConfirm: string
}

/**
 * Creates the administrator and uses the invite up, both or neither. Does not log in (S05). The password is hashed only
 * when all the rest is right, so that nobody makes us work with an unusable link.
 */
export async function createAdministrator(
  deps: {
    readonly store: Store
    readonly passwords: Pick<Passwords, 'hash'>
    readonly clock: () => Date
    readonly newId: () => string
  },
  token: string,
  given: NewAdministrator,
): Promise<
  { readonly staffId: string } | { readonly issues: readonly Issue[] } | { readonly unusable: true }
> {
  const { store } = deps
  const wanted = { ...given, login: foldStaffLogin(given.login), name: given.name.trim() }
  if (!(await isInviteUsable(store, token, deps.clock()))) return { unusable: true }
  const issues = issuesOf(wanted)
  if (issues.length > 0) return { issues }
  const passwordHash = await deps.passwords.hash(wanted.password)
  const id = deps.newId()
  const at = deps.clock().toISOString()
  return store.write(async (tx) => {
    if (await findStaffByLogin(tx, wanted.login)) return { issues: [TAKEN] }
    const invite = await useInvite(tx, sha256(token), at)
    if (!invite) return { unusable: true }
    await insertStaff(tx, {
      id,
      login: wanted.login,
      name: wanted.name,
      role: invite.role,
      password_hash: passwordHash,
      state: 'active',
      created_at: at,
      updated_at: at,
    })
    await appendAudit(tx, {
      at,
      actor: 'system',
      kind: 'staff.created',
      subject: id,
      data: { role: invite.role },
    })
    return { staffId: id }
  })
}

/** Login names of staff as they are stored and compared: half width, lower case, no spaces around. */
export function foldStaffLogin(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase()
}

function issuesOf(given: NewAdministrator): Issue[] {
  const length = [...given.password].length
  const issue = (field: keyof NewAdministrator, code: string, text: Text): Issue[] => [
    { field, code, text },
  ]
  return [
    ...(/^[a-z0-9][a-z0-9._@-]{2,63}$/.test(given.login)
      ? []
      : issue('login', 'staff.login-shape', {
          ja: `ログイン名は、半角の英小文字・数字・「.」「_」「@」「-」を使い、3文字以上${LOGIN_MAX}文字以内で入力してください。`,
          en: `Write a login name of 3 to ${LOGIN_MAX} characters: letters, digits, and . _ @ -`,
        })),
    ...(given.name !== '' && [...given.name].length <= NAME_MAX
      ? []
      : issue('name', 'staff.name-missing', {
          ja: `氏名を${NAME_MAX}文字以内で入力してください。`,
          en: `Write a name of up to ${NAME_MAX} characters.`,
        })),
    ...(length >= STAFF_PASSWORD_MIN && length <= STAFF_PASSWORD_MAX
      ? isEasy(given)
        ? issue('password', 'staff.password-easy', {
            ja: 'パスワードが推測されやすい並びです。よく使われる言葉や並び、ログイン名、氏名を避けて、別のパスワードを入力してください。',
            en: 'This password is easy to guess. Choose another one without common words, runs of keys, the login name or the name.',
          })
        : []
      : issue('password', 'staff.password-length', {
          ja: `パスワードは${STAFF_PASSWORD_MIN}文字以上${STAFF_PASSWORD_MAX}文字以内で入力してください。`,
          en: `Write a password of ${STAFF_PASSWORD_MIN} to ${STAFF_PASSWORD_MAX} characters.`,
        })),
    ...(given.password === given.passwordConfirm
      ? []
      : issue('passwordConfirm', 'staff.password-differs', {
          ja: '確認用の入力がパスワードと一致しません。同じパスワードを入力してください。',
          en: 'The two passwords differ. Write the same password again.',
        })),
  ]
}

function isEasy({ login, name, password }: NewAdministrator): boolean {
  return isCommonPassword(password) || holdsContextWord(password, [login, name])
}

const TAKEN: Issue = {
  field: 'login',
  code: 'staff.login-taken',
  text: {
    ja: 'このログイン名は使われています。別のログイン名を入力してください。',
    en: 'This login name is in use. Choose another one.',
  },
}
