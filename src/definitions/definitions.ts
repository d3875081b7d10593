import type { Calendar, Condition, Form, Link, Locale, Note, Ref, Text } from '../form/form.ts'
import type { FacilityFact } from '../form/facts.ts'
import type { Align } from '../plugins/contract.ts'
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
  readonly documents: { readonly [name: string]: Document }
  /** By `<portal>/<name>`: `forms/<portal>/pages/<name>.md`. */
  readonly pages: { readonly [id: string]: Page }
  /** By `<portal>/<name>`: `forms/<portal>/notices/<name>.md`. */
  readonly notices: { readonly [id: string]: Notice }
  /** By `<portal>/<name>`: `forms/<portal>/faq/<name>.md`. */
  readonly faqs: { readonly [id: string]: FaqCategory }
  readonly staff: Staff
}

/** What a role of the staff can be allowed; each address of theirs asks for one of these. */
export const RIGHTS = [
  /** The list of the review desk, and its submissions. */
  'queue',
  /** Actions of workflows, as far as an action's `roles` name the role. */
  'act',
  /** What applicants attached. */
  'files',
  'assign',
  /** Writing internal notes. */
  'note',
  /** Trying a submission's steps again, or going on without them. */
  'repair',
  /** Jobs of the whole program that failed. */
  'jobs',
  /** Lists as CSV files. */
  'export',
  /** The facility master. */
  'master',
  /** Which mails went where, and what became of them. */
  'mails',
  'resend',
  /** Making secret numbers and initial passwords anew. */
  'secret-numbers',
  /** Inviting members of the staff, and resetting their second factor. */
  'staff',
  'audit',
  /** Loading definitions anew. */
  'definitions',
] as const
export type Right = (typeof RIGHTS)[number]

/** Who of the office may do what: `forms/staff.yaml`. */
export type Staff = {
  readonly secondFactor: {
    /** Production asks for it in any case. */
    readonly required: boolean
    /** How long a code counts for what asks for a fresh one. */
    readonly freshMs: number
    /** Rights whose use asks for a fresh code. */
    readonly stepUp: readonly Right[]
    /** Whether a card that its owner has registered stands in for the code. */
    readonly cards: boolean
  }
  readonly roles: { readonly [name: string]: StaffRole }
  /** How the desk calls, shows and compares what the facility master has; left out: its own words, as stored. */
  readonly master?: { readonly [fact in FacilityFact]?: MasterFact }
}
export type MasterFact = {
  readonly label?: Text
  /** What its values are called. */
  readonly values?: { readonly [value: string]: Text }
  /** What counts as the same; left out: `text`. */
  readonly compare?: MasterCompare
}
/** `text`: but for width, spaces and hyphens. `digits`: the digits alone, without zeros before them. `exact`: each character. */
export const MASTER_COMPARES = ['text', 'digits', 'exact'] as const
export type MasterCompare = (typeof MASTER_COMPARES)[number]
export type StaffRole = {
  readonly label: Text
  readonly rights: readonly Right[]
  /** What it sees; everything when left out. */
  readonly portals?: readonly string[]
  readonly workflows?: readonly string[]
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
  /** When the office answers; undefined: nothing is said about whether it is open now. */
  readonly hours?: Hours
  /** Topics that notices, questions and documents may belong to. */
  readonly topics?: { readonly [topic: string]: Text }
  readonly noticeTags?: { readonly [tag: string]: NoticeTag }
  /** Words and how they are read, longer words first. */
  readonly furigana?: readonly (readonly [word: string, reading: string])[]
  /** Groups of documents, as a page with `shows: documents` lists them. */
  readonly documents?: readonly DocumentGroup[]
  /** Attributes that make a member's name over the menu; none: the login name. */
  readonly memberName: readonly string[]
  readonly banner?: Note
  readonly theme?: Theme
  /** Links of the header, beside login or the member's name. */
  readonly menu: { readonly visitor: readonly Link[]; readonly account: readonly Link[] }
  /** Tiles of the top page, in order. */
  readonly tiles: readonly Tile[]
  readonly footer: readonly Link[]
  readonly catalogue: readonly Category[]
  /** What breadcrumbs call the catalogue; undefined: 各種申請. */
  readonly catalogueCrumb?: Text
  /** Lists of what was issued to a member's facility or filed by the member: `/<portal>/lists/<id>`. */
  readonly lists: readonly List[]
  readonly facilityTypes: readonly FacilityType[]
}
/** Colours of a portal as `#rrggbb`, readable where they stand; those left out stay as they are. */
export type Theme = {
  /** Buttons and lines, and the text of buttons on white. */
  readonly accent?: string
  readonly accentText?: string
  readonly link?: string
  /** Behind the title of the portal. */
  readonly header?: string
  readonly headerText?: string
}
export type List = {
  readonly id: string
  readonly title: Text
  readonly lead?: Text
  /** Said instead of a list without rows. */
  readonly empty: Text
  readonly shows:
    | {
        readonly kind: 'accounts'
        /** The kind of account, as a step `issue` calls it. */
        readonly issue: string
        /** Which of its ids are shown, under which heading. */
        readonly ids: readonly { readonly name: string; readonly label: Text }[]
      }
    | { readonly kind: 'documents'; readonly document: string }
    /** What the member has filed under these workflows. */
    | { readonly kind: 'submissions'; readonly workflows: readonly string[] }
}
export type Tile = {
  readonly title: Text
  readonly caption: Text
  /** Address below the portal, or undefined: not yet open (公開準備中). */
  readonly href?: string
  /** Shown to whom. */
  readonly for: 'visitor' | 'account' | 'everyone'
}
export type Category = {
  readonly title: Text
  readonly lead: Text
  readonly cards: readonly Card[]
}
export type Card = {
  readonly title: Text
  readonly description: Text
  readonly state: 'open' | 'preparation' | 'restricted'
  readonly href?: string
  /** The first and the last day it is open, in Japan. */
  readonly from?: string
  readonly until?: string
  /** The facility types that may go on. */
  readonly types?: readonly string[]
  /** Said to those who cannot go on. */
  readonly reason?: Text
}
/** Contact hours: open on these weekdays (0: Sunday) at these minutes of the day, but for the closed days of the calendar. */
export type Hours = {
  readonly calendar: Calendar
  readonly open: readonly {
    readonly weekdays: readonly number[]
    readonly from: number
    readonly to: number
  }[]
}
/** A document in `forms/<portal>/files/`. */
export type PortalFile = {
  readonly name: string
  readonly size: number
  readonly sha256: string
}
export type NoticeTag = { readonly label: Text; readonly tone: 'info' | 'warning' }
export type DocumentGroup = {
  readonly title: Text
  readonly items: readonly {
    readonly title: Text
    readonly description?: Text
    readonly href: string
    /** What is handed out at that address. */
    readonly file?: PortalFile
    readonly for: Audience
  }[]
}
/** Who may read something: only members of the portal, or everybody. */
export type Audience = 'account' | 'everyone'
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

/** A document to be issued: `workflows/documents/<name>.yaml`. What it looks like on paper is decided elsewhere. */
export type Document = {
  readonly id: string
  readonly title: Template
  readonly language: Locale
  readonly size: 'A4' | 'A5'
  readonly header: PageTemplate
  readonly footer: PageTemplate
  readonly body: readonly DocumentBlock[]
  /** Prints an initial password: it is drawn each time it is opened, and never kept. */
  readonly isSealed: boolean
  /** Every value it takes; those of the items of its own `each` and `table` come with the list. */
  readonly refs: readonly Ref[]
}
/** Text and, between `{{` and `}}`, values. */
export type Template = readonly (string | TemplateValue)[]
export type PageTemplate = readonly (
  string | TemplateValue | { readonly number: 'page' | 'pages' }
)[]
/** `otherwise`: printed where there is no value. */
export type TemplateValue = { readonly ref: Ref; readonly otherwise?: string }
/** Left out when `when` does not hold. */
export type DocumentBlock = { readonly when?: Condition } & (
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: Template }
  | { readonly kind: 'paragraph'; readonly text: Template; readonly align: Align }
  | { readonly kind: 'note'; readonly text: Template }
  | { readonly kind: 'rows'; readonly rows: readonly DocumentRow[] }
  | {
      readonly kind: 'table'
      readonly of: Ref
      readonly as: string
      readonly columns: readonly DocumentColumn[]
      /** Said instead of a table without rows. */
      readonly empty: Template
    }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly Template[] }
  | { readonly kind: 'qr'; readonly value: Template; readonly caption: Template }
  | { readonly kind: 'new-page' }
  | {
      /** The body once for each item of a list, each on a page of its own if so wished. */
      readonly kind: 'each'
      readonly of: Ref
      readonly as: string
      readonly hasOwnPage: boolean
      readonly body: readonly DocumentBlock[]
    }
)
export type DocumentRow = {
  readonly label: Template
  readonly value: Template
  /** Printed when every value of the row is empty. */
  readonly empty: string
  readonly face: 'plain' | 'credential'
  readonly when?: Condition
}
export type DocumentColumn = {
  readonly label: string
  readonly value: Template
  readonly empty: string
  readonly align: Align
}

export type Page = {
  readonly id: string
  readonly title: Text
  readonly for: Audience
  /** The form this page is read before, and the words of the button that opens it. */
  readonly start?: Link
  /** What follows the text. */
  readonly shows?: 'contact' | 'documents'
  /** Sanitised blocks from Markdown; no raw HTML. */
  readonly blocks: readonly Block[]
}
export type Notice = {
  readonly id: string
  readonly title: Text
  /** The day in Japan from which it is shown, and the last one. */
  readonly date: string
  readonly until?: string
  /** A name from the portal's `noticeTags`. */
  readonly tag: string
  readonly isPinned: boolean
  readonly topic?: string
  readonly for: Audience
  readonly blocks: readonly Block[]
}
export type FaqCategory = {
  readonly id: string
  readonly title: Text
  readonly order: number
  readonly topic?: string
  readonly for: Audience
  /** What stands before the first heading. */
  readonly lead: readonly Block[]
  /** In order; the first may have no title: questions before the first `##`. */
  readonly groups: readonly FaqGroup[]
}
export type FaqGroup = {
  readonly id: string
  readonly title?: string
  readonly items: readonly FaqItem[]
}
/** `id`: its address on the page of its category. */
export type FaqItem = {
  readonly id: string
  readonly question: string
  readonly answer: readonly Block[]
}
export type Block =
  | {
      readonly kind: 'heading'
      readonly level: 2 | 3
      readonly text: string
      /** Its address on the page, where it was given one. */
      readonly id?: string
    }
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
