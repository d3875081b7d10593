import type { Scope } from '../expression.ts'
import type { Row } from '../rows.ts'
import type {
  Answer,
  Answers,
  Choice,
  Facts,
  Field,
  Issue,
  Json,
  JsonSchema,
  Locale,
  LookupResult,
  Raw,
  Text,
} from '../form.ts'

/** How the page draws a field; each name is one view in `web/views`. */
export type Control =
  | 'input'
  | 'password'
  | 'radio'
  | 'select'
  | 'combobox'
  | 'consent'
  | 'output'
  | 'lookup'
  | 'code'
  | 'fill'
  | 'verification'
  | 'unit-input'
  | 'parts'
  | 'checkboxes'
  | 'text-area'
  | 'rows'
  | 'card-reading'
  | 'attachment'
  | 'heading'
  | 'note'

/** What the compiler turns an option's YAML into before it reaches `Field.options`. */
export type OptionKind =
  /** As it stands in YAML. */
  | 'plain'
  /** Text */
  | 'text'
  /** Choice[]: from a map value→text, a list of {value, label}, or the name of a reference table. */
  | 'choices'
  | 'expression'
  /** A day (`2024-04-01`) as it stands, or the expression that makes one. */
  | 'day-bound'
  /** The same of a month; an expression may give a day of it. */
  | 'month-bound'
  /** Expression by input name. */
  | 'expressions'
  | 'condition'
  /** Id of another field of the form. */
  | 'field'
  /** Said: the name of a message of the portal, or { text, links }. */
  | 'said'
  /** Text: the text of a message of the portal, or a text. */
  | 'message'
  /** Link[] */
  | 'links'
  /** Field[]: the fields of a row. */
  | 'fields'
  /** RowsOptions['total'] */
  | 'rows-total'
  /** LookupOptions['show'] */
  | 'lookup-show'
  /** LookupOptions['elsewhere'] */
  | 'lookup-elsewhere'
  /** LookupOptions['refuse'] */
  | 'lookup-refuse'
  /** CardReadingOptions['into'] */
  | 'card-into'
  /** In the notation of `definitions/pattern.ts`; the field then has an example. */
  | 'pattern'
  /** `<plugin>.<function>` */
  | 'lookup-source'
  /** Id of a field of the form, before or behind, by property of a candidate. */
  | 'fill'
  /** Limit */
  | 'limit'

export type OptionSpec = {
  readonly kind: OptionKind
  /** JSON Schema of the YAML; `description` feeds editor and documents. */
  readonly schema: JsonSchema
  readonly required?: boolean
}

/** What is wrong with a value; `validate` adds the field. */
export type Wrong = Pick<Issue, 'code' | 'params'>

/** One of several small inputs that make up one answer; all of them are posted under the field's id, in this order. */
export type Part = {
  /** What this input is called. */
  readonly label: Text
  /** The label is drawn behind the input (年, 月, 日); otherwise it is there for screen readers only. */
  readonly isUnit?: boolean
  /** Characters it is wide. */
  readonly width?: number
  /** A list to choose from instead of an input. */
  readonly choices?: readonly Choice[]
  /** Drawn before it: a hyphen, a wave. */
  readonly before?: string
  readonly inputMode?: FieldType['inputMode']
}

/**
 * One kind of value: its options, how raw input becomes a value, what values are allowed, how it is shown.
 * Pure and total: no function here throws, whatever was typed.
 */
export type FieldType = {
  readonly name: string
  /** One sentence for editor and documents. */
  readonly description: Text
  readonly options: { readonly [name: string]: OptionSpec }
  readonly control: Control
  /** Whether a person fills it; false for computed, constant, lookup, fact: never read from a request. */
  readonly isInput: boolean
  /** Never echoed in clear, logged or stored as typed. */
  readonly isSecret?: boolean
  /** Compared or used, then dropped: never part of the stored answers (confirmation, current password). */
  readonly isTransient?: boolean
  /** Id of the field that this one repeats; it is read as that one (`pairOf` in `index.ts`). */
  pair?(field: Field): string | undefined
  /** Can be asked for, never demanded: there is another way to everything it does. */
  readonly isNeverRequired?: boolean
  /** Issue code of a required field left empty; R01 when left out. */
  readonly missingCode?: string
  /** `inputmode` of the native input. */
  readonly inputMode?: 'numeric' | 'email' | 'tel' | 'text'
  /** For the control `parts`: its inputs. What `read` gets are their texts in this order, or the whole as one text. */
  parts?(field: Field, scope: Scope): readonly Part[]
  /** The texts of `parts` for a whole value. */
  split?(value: Answer, field: Field): readonly string[]
  /** For fields that nobody fills: the value from answers and facts (computed, constant, fact). */
  derive?(field: Field, scope: Scope): Answer | undefined
  /**
   * For fields whose button asks a plugin (`by`, `source` of their options): the value that its answer gives. The answer
   * counts for the inputs it was given for.
   */
  asked?(result: LookupResult): Answer | undefined
  /** Folds what was typed (width, hyphens, spaces, line breaks). undefined: nothing was typed. */
  read(raw: readonly string[], field: Field): Answer | undefined
  /** For the type `rows`: reads each of its rows in place of `read`. */
  rows?(field: Field, raw: Raw, scope: Scope, typeOf: (field: Field) => FieldType): readonly Row[]
  /** How a JSON value other than text, truth or a list of texts would have been posted; undefined: it is none of this type. */
  toRaw?(value: Json): readonly string[] | undefined
  /** Whether the value can be computed with and looked up: a code with all its digits. Always, when left out. */
  isComplete?(value: Answer, field: Field): boolean
  /** JSON Schema 2020-12 of a value that is present. Patterns must be linear-time. */
  schema(field: Field): JsonSchema
  /** Names the issue for a failed keyword of `schema`: R02, R03, R05 … of registration.md §11. */
  issue(keyword: string, field: Field, value: Answer): Wrong
  /** What needs the other answers (a confirmation equal to its pair). undefined: nothing wrong. */
  check?(value: Answer, field: Field, answers: Answers, facts: Facts): Wrong | undefined
  /** Pointed out beside the input and never in the way. undefined: nothing to say. */
  advise?(value: Answer, field: Field, answers: Answers, facts: Facts): Wrong | undefined
  /** For confirmation, mail, PDF. */
  show(value: Answer, field: Field, locale: Locale): string
}
