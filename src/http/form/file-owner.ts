import type { FileOwner } from '../../files/attachments.ts'
import type { Visit } from '../route.ts'

/** Whose files these are: a member's at forms for members, otherwise of whoever knows the key of the sitting. */
export function ownerOf({ form, account }: Visit, key: string): FileOwner {
  const accountId = form?.access === 'account' ? account?.id : undefined
  return { portal: form?.portal ?? '', draftId: key, ...(accountId !== undefined && { accountId }) }
}
