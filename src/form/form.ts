/**
 * The shape of a compiled form: plain, frozen JSON. Made by `src/definitions` from YAML, read by server and browser alike.
 *
 * A form may have one *place* that another definition fills (a facility type). The compiler resolves every choice
 * beforehand: `variants[choice]` is the complete form for that choice, overlays applied, so nothing at run time merges.
 */

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }
export type JsonSchema = JsonObject

export type Locale = 'ja' | 'en'

/** A text in every language its portal declares; Japanese is always there. */
export type Text = { readonly ja: string; readonly en?: string }

/** One value. Absent answers are missing keys, never null or ''. */
export type Answer = Json
export type Answers = { readonly [fieldId: string]: Answer }

/** What was typed or posted, untouched, by field id. Several values: checkboxes and repeated keys. */
export type Raw = { readonly [fieldId: string]: readonly string[] }

/** Dotted path into answers and facts: `email`, `facility.hasAccount`, `account.phone`, `login.isTaken`, `today`. */
export type Ref = string

/**
 * Closed, typed data, never a string of code. An object of refs means all of them.
 * A comparison with an empty answer does not hold, except `{ empty: true }` and inside `not`.
 */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly [ref: Ref]: Test }
export type Scalar = string | number | boolean
export type Test =
  | Scalar
  | readonly Scalar[]
  | {
      readonly is?: Scalar | readonly Scalar[]
      readonly not?: Scalar | readonly Scalar[]
      readonly min?: number | string
      readonly max?: number | string
      readonly empty?: boolean
    }

/**
 * How a computed value is made, in closed, typed operators; a string is a ref. The whole is undefined while any part is
 * empty; `count` and `sum` take nothing as 0. Names of tables and calendars were replaced by their data when compiled.
 * - `format`: every `#` takes the next character of the value; a value of another length gives undefined.
 * - `choose`: the first line whose condition holds; without `when`: otherwise. A decision table is compiled to it.
 * - `count`, `sum`: rows or ticked values; `readers.count` is that part of every row.
 * - `era`: 令和6年4月1日. `month`: 2024-04 of a day; with `cutOffDay`, `by` months later for days up to it, else `later`.
 * - `months`, `days`, `businessDays` after or before a day.
 */
export type Expression =
  | Ref
  | { readonly is: Scalar }
  | { readonly join: readonly Expression[] }
  | { readonly format: string; readonly of: Expression }
  | { readonly choose: readonly { readonly when?: Condition; readonly then: Expression }[] }
  | { readonly count: Ref }
  | { readonly sum: Ref | readonly Expression[] }
  | { readonly table: { readonly [key: string]: Scalar }; readonly of: Expression }
  | { readonly checkDigit: Expression }
  | { readonly hasCheckDigit: Expression }
  | { readonly era: Expression }
  | { readonly month: Expression }
  | {
      readonly month: Expression
      readonly cutOffDay: number
      readonly by: number
      readonly later: number
    }
  | (({ readonly months: number } | { readonly days: number } | BusinessDays) &
      ({ readonly after: Expression } | { readonly before: Expression }))
type BusinessDays = { readonly businessDays: number; readonly calendar: Calendar }

/** Which days are business days beside Monday to Friday. Nothing is said of days outside `from` and `to`. */
export type Calendar = {
  readonly from: string
  readonly to: string
  readonly closed: readonly string[]
  readonly open: readonly string[]
}

export type Choice = {
  readonly value: string
  readonly label: Text
  /** Latin spelling from a reference table, so that it can be typed. */
  readonly romaji?: string
}

export type Field = {
  /** Unique in the form, over all variants: `email`, `judo.regPrefix`, `checkup.email`. Key of `Form.fields`. */
  readonly uid: string
  /** Immutable name of the answer, unique in each variant. ASCII letters and digits. */
  readonly id: string
  /** Name of a field type in `fields/index.ts`. */
  readonly type: string
  readonly label: Text
  /** Printed behind the label, also in the required panel: 入力項目（…）. */
  readonly hint?: Text
  /** The format rule or explanation, shown between label and input. */
  readonly note?: Text
  /** The balloon behind ⓘ. */
  readonly help?: { readonly text: Text; readonly open: boolean }
  /** Shown as 例) … between label and input; never a placeholder. */
  readonly example?: Text
  readonly required: boolean
  readonly requiredWhen?: Condition
  readonly when?: Condition
  /** HTML autocomplete token. */
  readonly autocomplete?: string
  /** Drawn beside the previous field (姓 and 名). */
  readonly beside?: boolean
  /** The server compares the answer with a secret value in constant time, after validation. */
  readonly verify?: Verification
  /** An own text for one of the type's issue codes. */
  readonly say?: { readonly [issueCode: string]: Text }
  /** What the field type itself declares; checked against its `options` schema. */
  readonly options: JsonObject
  /** `never`: used while the form is filled in and compared, never stored. `sealed`: stored so that only the key opens it. */
  readonly keep?: 'never' | 'sealed'
  /** Initial value from facts in edit forms: `account.lastName`. */
  readonly from?: Ref
}

export type Verification = {
  /** A secret property of a lookup result: `facility.code`. */
  readonly against: Ref
  readonly tries: number
  readonly perMs: number
  /** The tries are counted by this value: `facility.facilityId`. */
  readonly by: Ref
  readonly say: Text
}

/** `options` of the field type `lookup`. */
export type LookupOptions = {
  /** `<plugin>.<function>` */
  readonly source: string
  readonly by: { readonly [input: string]: Expression }
  /** The result's properties shown as read-only lines, in this order. */
  readonly show: readonly {
    readonly property: string
    readonly label: Text
    readonly help?: { readonly text: Text; readonly open: boolean }
  }[]
  /** Ids of fields that what is found goes into while they are empty, by property. */
  readonly fill?: { readonly [property: string]: string }
  /** The input at which an issue of this lookup stands. */
  readonly at: string
  readonly notFound: Text
  /** Asked in order when nothing was found; the first that finds something refuses with its text. */
  readonly elsewhere: readonly {
    readonly by: { readonly [input: string]: Expression }
    readonly say: Said
  }[]
  readonly refuse: readonly { readonly when: Condition; readonly say: Said }[]
}

/** `options` of the field types whose button asks a plugin. */
export type PressOptions = Pick<LookupOptions, 'source' | 'by'> & {
  /** Said while the inputs are not complete. */
  readonly needs: Text
}

/** `options` of the field type `fill`. */
export type FillOptions = PressOptions & {
  readonly fill: { readonly [property: string]: string }
  readonly notFound: Text
}

/** `options` of the field type `verification`. */
export type VerificationOptions = PressOptions & {
  readonly limit: Limit
  readonly wrong: Text
  readonly blocked?: Text
}

/** `times` within `perMs` milliseconds. */
export type Limit = { readonly times: number; readonly perMs: number }

/** A message with links under it. */
export type Said = { readonly text: Text; readonly links: readonly Link[] }
export type Link = {
  readonly label: Text
  readonly href: string
  /** Where it leads, for those who hear the links alone: needed where the label says too little (こちら). */
  readonly about?: Text
  /** Opens beside the page, so that what is typed there stays. */
  readonly newTab?: boolean
}

export type Section = {
  readonly id: string
  readonly title?: Text
  /** Paragraphs at the top of the section. */
  readonly notes: readonly Note[]
  readonly when?: Condition
  /** Only read, never filled in: drawn as a list of what is known (the block of the facility). */
  readonly readOnly?: boolean
  /** The screen it stands on, in forms of several. */
  readonly screen?: string
  /** uids into `Form.fields` */
  readonly fields: readonly string[]
}

/** One of the pages of a form that asks step by step. Its sections name it. */
export type Screen = {
  readonly id: string
  /** Heading and title of its page. */
  readonly title: Text
  readonly lead: readonly Note[]
  readonly when?: Condition
  /** Words of the button that goes on; the last screen has the form's `submit`. */
  readonly next?: Text
  /** Words of the button that goes back. */
  readonly back?: Text
  /** A consent that is given by pressing the button instead of by a box to tick. */
  readonly agree?: string
  /** Asked before going on. */
  readonly ask?: { readonly title: Text; readonly lead: Text }
}

/** What is shown before the answers are filed: a dialog with chosen lines, or a page with every answer. */
export type Confirmation = {
  readonly as: 'dialog' | 'page'
  readonly title: Text
  readonly lead: Text
  /** Words of the two buttons of a page. */
  readonly back?: Text
  readonly submit?: Text
}
export type Note = {
  readonly text: Text
  readonly links: readonly Link[]
  readonly tone: 'plain' | 'info' | 'warning'
}

/** One line of the confirmation: a field id, or a property of a lookup (`facility.name`). */
export type ConfirmLine = { readonly ref: Ref; readonly label: Text }

export type Variant = {
  readonly sections: readonly Section[]
  readonly confirm: readonly ConfirmLine[]
}

export type Form = {
  /** `<portal>/<name>` */
  readonly id: string
  readonly portal: string
  /** Address below the portal: `register` gives `/<portal>/register`. */
  readonly path: string
  readonly title: Text
  /** Heading of the page made of facts (the member's name); the title when left out or empty. */
  readonly heading?: Expression
  readonly lead: readonly Note[]
  /** Who may open it. */
  readonly access: 'visitor' | 'account'
  /** What an accepted form starts: a workflow by name, or `login`; undefined for forms of an action. */
  readonly workflow?: string
  readonly builtin?: 'login'
  /** What must be so before it can be filed, and what is said while it is not. */
  readonly requires?: readonly { readonly when: Condition; readonly say: Said }[]
  /** 申請区分: what an application is called that is the first, and one that changes an accepted one, whose answers it begins with. */
  readonly class?: { readonly new: Text; readonly change: Text }
  readonly submit: Text
  readonly languages: readonly Locale[]
  /** The field whose answer chooses the variant. */
  readonly place?: string
  readonly fields: { readonly [uid: string]: Field }
  /** Key '' when nothing is chosen yet, or when the form has no place. */
  readonly variants: { readonly [choice: string]: Variant }
  readonly confirm?: Confirmation
  /** Links drawn under the form (login page: password forgotten, register). */
  readonly after: readonly Note[]
  /**
   * How the page is laid out (operations.md §9): items with 必須情報 and the button beside them, a table of two columns with
   * the buttons below, or one narrow column when left out.
   */
  readonly style?: 'panel' | 'table'
  /** There is a button that brings back the state as opened. */
  readonly reset?: boolean
  /** What is typed can be left and gone on with, for so long after the last time; undefined: it is filed at once or not. */
  readonly drafts?: { readonly keepMs: number }
  /** A way out, among the buttons of the (first) page. */
  readonly back?: Link
  /** The pages of a form that asks step by step, in their order; without any it is one page. */
  readonly screens?: readonly Screen[]
}

/** What is wrong with one answer; data, worded by `messages.ts`. `field` is a field id, or '' for the whole form. */
export type Issue = {
  readonly field: string
  readonly code: string
  readonly params?: { readonly [name: string]: string | number }
  /** Own text of the definition; wins over the catalogue. */
  readonly text?: Text
  readonly links?: readonly Link[]
}

/** The outcome of a lookup call, known to server and browser. Secret properties never leave the server. */
export type LookupResult =
  | { readonly status: 'found'; readonly value: JsonObject }
  | { readonly status: 'missing' }
  /** Found by `elsewhere[index]`. */
  | { readonly status: 'elsewhere'; readonly index: number }
  /** Throttled or unreachable: nothing is known; the text says when to try again. */
  | { readonly status: 'unavailable'; readonly retryAfterMs: number }
  /** Compared wrongly too often. */
  | { readonly status: 'blocked'; readonly forMs: number }

/** Results by `lookupKey(field, inputs)`, so that a late answer to an old question is never mistaken for the present one. */
export type Lookups = { readonly [key: string]: LookupResult }

export type Facts = JsonObject
