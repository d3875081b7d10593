import { appendAudit } from '../store/audit.ts'
import type { AuditKind } from '../store/audit-kinds.ts'
import type { Store, Tx } from '../store/open.ts'
import { addCard, cardsOf, deleteCards, useCard } from '../store/staff-cards.ts'
import { actorText } from '../store/submissions.ts'
import type { StaffMember } from './accounts.ts'

/** Cards in the place of the app's code: what a card has signed was verified before (`src/readings.ts`). */
type CardDeps = { readonly store: Store; readonly clock: () => Date; readonly newId: () => string }

/** One in use, its successor, and one to spare. */
export const STAFF_CARDS_MAX = 3
/** What a card has signed is good for going on at once, not for later. */
const READING_MS = 300_000

/** A verified signature of a card. */
export type CardProof = {
  /** Names the card's key; keyed, so it says nothing elsewhere. */
  readonly subject: string
  readonly readAt: Date
}

/** `full`: there are as many already as anybody may have. `taken`: it is registered, for this person or another. */
export async function registerCard(
  { store, clock, newId }: CardDeps,
  staff: StaffMember,
  proof: CardProof,
): Promise<'registered' | 'full' | 'taken'> {
  const at = clock().toISOString()
  return store.write(async (tx) => {
    if ((await cardsOf(tx, staff.id)).length >= STAFF_CARDS_MAX) return 'full'
    const row = { id: newId(), staff_id: staff.id, subject: proof.subject, created_at: at }
    if (!(await addCard(tx, row))) return 'taken'
    await note(tx, at, staff, 'staff.card-registered', {})
    return 'registered'
  })
}

/** Whether the card is one of this person's and was read just now. What is none of theirs is noted like a wrong code. */
export async function checkCard(
  { store, clock }: Omit<CardDeps, 'newId'>,
  staff: StaffMember,
  proof: CardProof | undefined,
): Promise<boolean> {
  const now = clock()
  const at = now.toISOString()
  return store.write(async (tx) => {
    const isFresh = proof && now.getTime() - proof.readAt.getTime() <= READING_MS
    const isTheirs =
      isFresh && (await useCard(tx, { staffId: staff.id, subject: proof.subject, at }))
    if (!isTheirs) await note(tx, at, staff, 'staff.factor-refused', { kind: 'card' })
    return isTheirs === true
  })
}

/** Whether there was such a card of this person. */
export async function removeCard(
  { store, clock }: Omit<CardDeps, 'newId'>,
  staff: StaffMember,
  id: string,
): Promise<boolean> {
  const at = clock().toISOString()
  return store.write(async (tx) => {
    if ((await deleteCards(tx, staff.id, id)) === 0) return false
    await note(tx, at, staff, 'staff.card-removed', {})
    return true
  })
}

function note(
  tx: Tx,
  at: string,
  staff: StaffMember,
  kind: AuditKind,
  data: { readonly [key: string]: string },
): Promise<unknown> {
  const actor = actorText({ kind: 'staff', staffId: staff.id, role: staff.role })
  return appendAudit(tx, { at, actor, kind, subject: staff.id, data })
}
