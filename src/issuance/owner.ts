import { findAccount } from '../store/accounts.ts'
import type { Db, Tx } from '../store/open.ts'
import type { Submission } from '../workflow/submission.ts'

/**
 * Whose accounts and documents these are: the facility of a member, shared by all members of it, or the member alone when
 * there is no facility. The ids are ours, so no two owners give one text.
 */
export function ownerOf(member: { readonly id: string; readonly facilityId?: string }): string {
  return member.facilityId === undefined ? `account:${member.id}` : `facility:${member.facilityId}`
}

/** The owner of what a submission leads to; undefined when nobody logged in filed it. */
export async function ownerOfSubmission(
  db: Db | Tx,
  { accountId }: Pick<Submission, 'accountId'>,
): Promise<string | undefined> {
  const row = accountId === undefined ? undefined : await findAccount(db, accountId)
  if (!row) return undefined
  return ownerOf({ id: row.id, ...(row.facility_id !== null && { facilityId: row.facility_id }) })
}
