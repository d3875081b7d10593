import type { Card } from '../../definitions/definitions.ts'
import type { Text } from '../../form/form.ts'

/** What a card says and whether one can go on, for one person on one day in Japan. */
export type CardState = {
  readonly state: 'open' | 'not-yet' | 'over' | 'preparation' | 'restricted'
  /** The day it opens or has closed. */
  readonly day?: string
  readonly reason?: Text
}

/** Not ready comes before the window, the window before the question who may go on. */
export function cardState(
  card: Card,
  { today, facilityType }: { readonly today: string; readonly facilityType?: string },
): CardState {
  const reason = card.reason && { reason: card.reason }
  if (card.state === 'preparation') return { state: 'preparation', ...reason }
  if (card.from !== undefined && today < card.from) return { state: 'not-yet', day: card.from }
  if (card.until !== undefined && today > card.until) return { state: 'over', day: card.until }
  if (card.state !== 'restricted') return { state: 'open' }
  const mayGoOn = facilityType !== undefined && card.types?.includes(facilityType) === true
  return mayGoOn ? { state: 'open' } : { state: 'restricted', ...reason }
}
