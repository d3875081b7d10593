import type { Form, Link, Locale, Note, Text } from '../form/form.ts'
import type { Workflow } from '../workflow/workflow.ts'

/** A whole set of definitions, checked and frozen. It is swapped as a whole or not at all. */
export type Definitions = {
  /** SHA-256 over the canonical JSON of all below, hex: the version a submission stays on. */
  readonly hash: string
  readonly portals: { readonly [name: string]: Portal }
  /** By `<portal>/<name>`. */
  readonly forms: { readonly [id: string]: Form }
  readonly workflows: { readonly [name: string]: Workflow }
  readonly mails: { readonly [name: string]: Mail }
  /** By `<portal>/<name>`: `forms/<portal>/pages/<name>.md`. */
  readonly pages: { readonly [id: string]: Page }
}

export type Portal = {
  readonly id: string
  readonly title: Text
  readonly languages: readonly Locale[]
  readonly operator: {
    readonly name: Text
    readonly phone: string
    readonly mail: string
    /** Address and display name of mails: `{ name: 総合ポータルサイト, address: from@mail.example.jp }` */
    readonly sender: { readonly name: string; readonly address: string }
  }
  readonly contactHours: Text
  /** Attributes that make a member's name over the menu; none: the login name. */
  readonly memberName: readonly string[]
  readonly banner?: Note
  /** Links of the header, beside login or the member's name. */
  readonly menu: { readonly visitor: readonly Link[]; readonly account: readonly Link[] }
  /** Tiles of the top page, in order. */
  readonly tiles: readonly Tile[]
  readonly footer: readonly Link[]
  readonly catalogue: readonly {
    readonly title: Text
    readonly lead: Text
    readonly cards: readonly Card[]
  }[]
  readonly facilityTypes: readonly FacilityType[]
}
export type Tile = {
  readonly title: Text
  readonly caption: Text
  /** Address below the portal, or undefined: not yet open (公開準備中). */
  readonly href?: string
  /** Shown to whom. */
  readonly for: 'visitor' | 'account' | 'everyone'
}
export type Card = {
  readonly title: Text
  readonly description: Text
  readonly state: 'open' | 'preparation' | 'restricted'
  readonly href?: string
}
export type FacilityType = {
  readonly id: string
  readonly label: Text
  readonly order: number
  /** Digits of the code for further users; undefined: one user per facility. */
  readonly codeDigits?: number
}

export type Mail = {
  readonly id: string
  readonly subject: Text
  /** Text part with {{placeholders}}. */
  readonly text: Text
  /** HTML compiled from MJML, with the same placeholders; values are escaped when filled in. */
  readonly html: Text
  /** Every placeholder used, for check and for filling. */
  readonly placeholders: readonly string[]
}

export type Page = {
  readonly id: string
  readonly title: Text
  /** Sanitised blocks from Markdown; no raw HTML. */
  readonly blocks: readonly Block[]
}
export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | {
      readonly kind: 'list'
      readonly ordered: boolean
      readonly items: readonly (readonly Span[])[]
    }
export type Span =
  | { readonly kind: 'text' | 'strong'; readonly text: string }
  | {
      readonly kind: 'link'
      readonly text: string
      readonly href: string
      /** What the link leads to, where its own words do not say it. */
      readonly about?: string
    }

/** What is wrong in a YAML file, or could be better; for its author. All are collected. */
export type Problem = {
  /** A warning stops nothing. */
  readonly severity: 'error' | 'warning'
  /** `yaml.syntax`, `key.unknown`, `ref.unknown`, … listed in docs/errors.md */
  readonly code: string
  /** Relative to the checked folder. */
  readonly file: string
  /** From 1; the column counts characters, full width as one. */
  readonly line: number
  readonly column: number
  readonly message: string
  /** The nearest thing that would be right, or what to do. */
  readonly hint?: string
  /** The line with a caret under the place, two columns wide under full-width text. */
  readonly frame: string
}
