import type { Sitting } from '../files/attachments.ts'
import type { Visit } from './route.ts'

/** Keys of forms and names of sittings are ours: 128 random bits in base64url. */
export const KEY_SHAPE = /^[A-Za-z0-9_-]{20,64}$/

/** Whose files a sitting's are: a member's at forms for members, otherwise of whoever knows the sitting. */
export function sittingOf({ form, account }: Visit, draftId: string): Sitting {
  const accountId = form?.access === 'account' ? account?.id : undefined
  return { portal: form?.portal ?? '', draftId, ...(accountId !== undefined && { accountId }) }
}
