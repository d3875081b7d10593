import type { Keys } from '../keys.ts'

/** Procedure and key of what is sealed now; stored beside it, so that another may follow while old ones are still opened. */
export const SEALED_WITH = 'aes-256-gcm/main'
const PURPOSE = 'issued-password'

/** Sealed for this one row and column: copied to another account it does not open (S41). */
export function sealPassword(keys: Pick<Keys, 'seal'>, id: string, password: string): string {
  return keys.seal(PURPOSE, password, boundTo(id))
}

/** undefined when it was changed, belongs to another row, or was sealed by another procedure or key. */
export function openPassword(
  keys: Pick<Keys, 'open'>,
  id: string,
  sealed: { readonly text: string; readonly with: string },
): string | undefined {
  return sealed.with === SEALED_WITH ? keys.open(PURPOSE, sealed.text, boundTo(id)) : undefined
}

function boundTo(id: string): string {
  return `issued_account.sealed ${id}`
}
