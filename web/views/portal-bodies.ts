import type { Block, FaqGroup } from '../../src/definitions/definitions.ts'

/** Whether the office answers now: until when, or from when it does again. Minutes since midnight in Japan. */
export type Office =
  | { readonly isOpen: true; readonly until: number }
  | { readonly isOpen: false; readonly next?: { readonly date: string; readonly from: number } }

export type ShownNotice = {
  readonly title: string
  readonly href: string
  /** `2026-04-01`, and as people write it. */
  readonly date: string
  readonly dateText: string
  readonly daysAgo: number
  readonly tag: string
  readonly tone: 'info' | 'warning'
  readonly isPinned: boolean
  readonly topic?: string
  readonly views: number
}
export type CategoryBody = {
  readonly title: string
  readonly lead: string
  readonly cards: readonly CardBody[]
}
/** `day`: when it opens or has closed. Without an address one cannot go on. */
export type CardBody = {
  readonly title: string
  readonly description: string
  readonly state: 'open' | 'not-yet' | 'over' | 'preparation' | 'restricted'
  readonly day?: string
  readonly reason?: string
  readonly href?: string
}
/** What stands under the text of a page with `shows: contact`. */
export type ContactBody = { readonly office?: Office }

/** A text in pieces: every second one is what was looked for. */
export type Excerpt = readonly string[]
export type ShownResult = {
  readonly kind: 'page' | 'notice' | 'question' | 'document' | 'card'
  readonly title: Excerpt
  readonly excerpt: Excerpt
  readonly href: string
}
export type PortalPageBody =
  | { readonly kind: 'top'; readonly notices: readonly ShownNotice[] }
  | { readonly kind: 'catalogue'; readonly categories: readonly CategoryBody[] }
  | {
      readonly kind: 'notices'
      readonly notices: readonly ShownNotice[]
      /** Only those of one topic. */
      readonly isTopic: boolean
    }
  | { readonly kind: 'notice'; readonly notice: ShownNotice; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'faq-index'
      readonly isTopic: boolean
      readonly categories: readonly {
        readonly title: string
        readonly href: string
        readonly questions: number
      }[]
    }
  /** Text size, colours, furigana. */
  | { readonly kind: 'settings' }
  | {
      readonly kind: 'search'
      readonly query: string
      readonly results: readonly ShownResult[]
    }
  | {
      readonly kind: 'faq'
      readonly lead: readonly Block[]
      readonly groups: readonly FaqGroup[]
    }
