import { checkFactor } from '../../accounts/second-factor.ts'
import { checkCard, type CardProof } from '../../accounts/staff-cards.ts'
import type { LoginRefusal, StaffMember } from '../../accounts/accounts.ts'
import type { Field, Issue, Text } from '../../form/form.ts'
import { cardsOf } from '../../store/staff-cards.ts'
import type { CodeBody } from '../../../web/views/code.ts'
import type { Deps } from '../deps.ts'
import { CARD_POLICY, POLICY } from '../headers.ts'
import type { Visit } from '../route.ts'
import { CODE_WORDS } from './code-words.ts'
import { staffForm } from './forms.ts'

/**
 * Cards of the staff: a registered one signs in the place of the app's code, at the login and before weighty deeds. What
 * it signs goes the way of every card reading, for fields of a form that is never shown as one.
 */
export const API = '/api/v1/office/own-cards'
/** Name of the field with the receipt of a reading. */
export const CARD = '_card'

export const USES = ['check', 'register'] as const
export type Use = (typeof USES)[number]

const PURPOSES: { readonly [use in Use]: Text } = {
  check: { ja: '職員の本人確認', en: 'Checking that it is you, for the staff pages' },
  register: {
    ja: '職員の本人確認に使うカードの登録',
    en: 'Registering a card for the staff pages',
  },
}

export const cardForm = staffForm('card', {
  title: { ja: 'カード', en: 'Card' },
  submit: { ja: '続ける', en: 'Continue' },
  fields: USES.map((use) => ({
    uid: use,
    id: use,
    type: 'card-reading',
    label: PURPOSES[use],
    required: false,
    options: { operation: 'challenge', purpose: PURPOSES[use] },
  })),
})

/** Whether cards are of any use here: definitions may leave them out, and so may the program. */
export function takesCards({ definitions, readings }: Deps): boolean {
  return readings !== undefined && definitions().staff.secondFactor.cards
}

/** What the page of a code offers whoever has registered a card; undefined: nothing. */
export async function cardPart(visit: Visit, staff: StaffMember): Promise<CodeBody['card']> {
  if (!takesCards(visit.deps)) return undefined
  const cards = await cardsOf(visit.deps.store.db, staff.id)
  return cards.length === 0
    ? undefined
    : partFor('check', CODE_WORDS[visit.locale].byCard, CODE_WORDS[visit.locale].instead)
}

export function partFor(use: Use, title: string, lead: string): NonNullable<CodeBody['card']> {
  return { name: CARD, title, lead, api: `${API}/${use}` }
}

/** Headers of a page that reads cards. */
export function cardHeaders(card: CodeBody['card']): { readonly [name: string]: string } {
  return card ? { [POLICY]: CARD_POLICY } : {}
}

/** The second factor as it was posted: what a card has signed, else the code. */
export async function checkPosted(
  visit: Visit,
  given: {
    readonly staff: StaffMember
    readonly kind: 'code' | 'recovery'
    readonly typed: string
  },
): Promise<{ readonly passedAt: Date } | LoginRefusal> {
  const { deps, address, fields } = visit
  const receipt = fields[CARD]?.[0] ?? ''
  if (receipt === '' || given.kind === 'recovery' || !takesCards(deps))
    return checkFactor(deps, { ...given, address })
  const proof = await proofOf(visit, given.staff, 'check', receipt)
  return (await checkCard(deps, given.staff, proof))
    ? { passedAt: deps.clock() }
    : { issue: WRONG_CARD, status: 422 }
}

/** What a card has signed for this person, once; undefined when it is not good (any more). */
export async function proofOf(
  { deps }: Visit,
  staff: StaffMember,
  use: Use,
  receipt: string,
): Promise<CardProof | undefined> {
  const asker = { form: cardForm, field: cardForm.fields[use] as Field, accountId: staff.id }
  const filed = await deps.readings?.file(asker, receipt, {}, false)
  const { subject, at } = filed ?? {}
  return typeof subject === 'string' && typeof at === 'string'
    ? { subject, readAt: new Date(at) }
    : undefined
}

const WRONG_CARD: Issue = {
  field: 'code',
  code: 'factor.wrong-card',
  text: {
    ja: 'このカードでは確認できませんでした。登録したカードを読み取り直すか、確認コードを入力してください。',
    en: 'This card did not do. Read the card you have registered once more, or type a code.',
  },
}
