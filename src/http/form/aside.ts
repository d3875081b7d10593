import { editionOf } from '../../definitions/edition.ts'
import type { Form, Raw } from '../../form/form.ts'
import { FORM, KEPT, KEY, OWNER } from '../../../web/views/page.ts'
import { redirectTo } from './answers.ts'
import { own } from '../guard.ts'
import { answersOf, boundTo, withoutSecrets } from './inputs.ts'
import type { Visit } from '../route.ts'
import { draftVersion, keepSitting, KEY_SHAPE, memberHolder, SITTING } from './sittings.ts'

/** Answers of the form, without secrets, and by which wording they were typed. */
export function keptOf(form: Form, fields: Raw): Raw {
  const edition = own(fields, FORM) ?? [editionOf(form)]
  return { ...withoutSecrets(form, answersOf(form, fields)), [FORM]: edition }
}

/** How long after it was opened a page may still leave what was typed for its member: over a long weekend (R18). */
const OWNER_MS = 7 * 24 * 3_600_000
const OWNER_PURPOSE = 'owner'

/** Sealed into a member's page: whose it is. */
export function ownerToken({ deps, account }: Visit, form: Form, key: string): string | undefined {
  if (!account || form.access !== 'account') return undefined
  const until = new Date(deps.clock().getTime() + OWNER_MS).toISOString()
  return deps.keys.seal(OWNER_PURPOSE, `${account.id} ${until}`, boundTo(form, key, OWNER))
}

/**
 * A member's page was posted after their session had ended: what was typed is kept for them, and nobody else, and they go on
 * with it after logging in (R18). undefined: the page is nobody's, so there is nothing to keep. `isCorrection`: of something
 * filed, so it is no draft of another.
 */
export async function setAside(visit: Visit, isCorrection = false): Promise<Response | undefined> {
  const { deps, fields, form, path, portal, query } = visit
  const [key = ''] = fields[KEY] ?? []
  const [sealed] = fields[OWNER] ?? []
  if (!form || sealed === undefined || !KEY_SHAPE.test(key)) return undefined
  const text = deps.keys.open(OWNER_PURPOSE, sealed, boundTo(form, key, OWNER))
  const [accountId, until = ''] = text?.split(' ') ?? []
  if (accountId === undefined || until < deps.clock().toISOString()) return undefined
  const secrets = Object.entries(fields).filter(([name]) => name.startsWith(KEPT))
  const kept = { ...keptOf(form, fields), ...Object.fromEntries(secrets) }
  const holder = memberHolder(accountId)
  const isDraft = form.drafts !== undefined && !isCorrection
  const options = { holder, isDraft, ...(isDraft && { expected: draftVersion(fields) }) }
  // Another window has saved to the same draft: this one's becomes a draft of its own.
  const saved = await keepSitting(visit, form, key, kept, options)
  const other = deps.newId()
  const at = typeof saved === 'object' ? key : other
  if (at === other && !(await keepSitting(visit, form, other, kept, { holder, isDraft })))
    return undefined
  const asked = new URLSearchParams([...query, [SITTING, at]])
  const next = encodeURIComponent(`${path}?${asked.toString()}`)
  return redirectTo(`/${portal?.id ?? ''}/login?next=${next}`)
}
