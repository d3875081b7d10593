import type { Block, DocumentGroup, Portal } from '../../src/definitions/definitions.ts'
import type { Sheet } from '../../src/plugins/contract.ts'
import type { CodeBody } from './code.ts'
import type { CaseBody, QueueBody } from './desk.ts'
import type {
  Answers,
  Facts,
  Form,
  Issue,
  Link,
  Locale,
  Lookups,
  Raw,
  Text,
} from '../../src/form/form.ts'
import type { Look } from './look.ts'
import type { ContactBody, Office, PortalPageBody } from './portal-bodies.ts'

/** All that a page shows, as plain data: what `renderPage` turns into HTML. */
export type Page = {
  /** undefined: the list of portals and the pages of staff. */
  readonly portal?: Portal
  readonly locale: Locale
  /** Unique; `renderPage` adds the portal's name and, with issues, エラー：. */
  readonly title: string
  /** Who is logged in: a member of the portal, or staff when there is no portal. */
  readonly account?: { readonly name: string }
  /** After so long without a request they are logged out: they are told before. */
  readonly sessionMs?: number
  /** Path of this page, for the menu and for coming back after login. */
  readonly path: string
  readonly status: number
  /** From the top of the portal down to this page; the last one has no address. None on the top page. */
  readonly crumbs?: readonly Crumb[]
  /** How this visitor wants pages to look. */
  readonly look?: Look
  /** Whether somebody answers the phone at this moment, where the portal says when. */
  readonly office?: Office
  readonly body: Body
  /** Addresses of the built files, by `buildAssets`: `/assets/main-<hash>.js`. */
  readonly assets: PageAssets
}

export type Crumb = { readonly label: string; readonly href?: string }

export type PageAssets = {
  readonly style: string
  readonly script: string
  /** The picture in the browser's tab; without one browsers ask for /favicon.ico. */
  readonly icon?: string
  /** What the toolbar can do with script only, on every page of a portal. */
  readonly tools?: string
  /** Reads cards outside of forms. */
  readonly card?: string
  /** Draws PDFs that are looked at on the spot. */
  readonly evidence?: string
  /** Says that one will be logged out, before. */
  readonly session?: string
  /** Files the script imports: asked for at once rather than after it has come. */
  readonly preload?: readonly string[]
  /** In their place for forms with a field type of `fields/more.ts`. */
  readonly more?: { readonly script: string; readonly preload: readonly string[] }
}

export type Body =
  | FormBody
  | { readonly kind: 'portals'; readonly portals: readonly Portal[] }
  | PortalPageBody
  | TextBody
  | LinkBody
  /** A link that cannot be used: unknown, used, expired and revoked look the same (registration.md §2.11). */
  | { readonly kind: 'link-error' }
  | ErrorBody
  | TableBody
  | SheetBody
  | CodeBody
  | QueueBody
  | CaseBody

export type FormBody = {
  readonly kind: 'form'
  readonly state: FormState
  /** In development: the choices for which sample data can be filled in. */
  readonly samples?: readonly { readonly value: string; readonly label: string }[]
  /** Said above the form. */
  readonly said?: string | undefined
  /** Why the office gave it back, in its words, and what is to be corrected. */
  readonly returned?: {
    readonly title: string
    readonly lines: readonly { readonly label: string; readonly value: string }[]
    readonly itemsTitle: string
    readonly items: readonly { readonly id: string; readonly label: string }[]
    readonly back: { readonly label: string; readonly href: string }
  }
  /** The form has changed since the page was opened; what was typed into it and has no place any more. */
  readonly renewed?: { readonly homeless: readonly Homeless[] }
}

/** `value` is left out where nobody knows any more whether it is a secret. */
export type Homeless = { readonly label: string; readonly value?: string }

/** A Markdown page, with what may be done from it. */
export type TextBody = {
  readonly kind: 'text'
  readonly blocks: readonly Block[]
  /** The form it is read before. */
  readonly start?: Link
  readonly contact?: ContactBody
  readonly documents?: readonly DocumentGroup[]
  readonly actions?: readonly PostButton[]
  /** What the last action did, announced: 「メールを再送しました。」 */
  readonly notice?: string
}

/** GET of a one-time link: nothing happens before the button is pressed. */
export type LinkBody = {
  readonly kind: 'link'
  readonly line: string
  readonly action: PostButton
  /** The way out. */
  readonly back?: { readonly label: string; readonly href: string }
}

export type ErrorBody = {
  readonly kind: 'error'
  /** What happened, in plain words. */
  readonly what: string
  readonly remedy: string
  readonly links?: readonly { readonly label: string; readonly href: string }[]
  /** Short id under which the log knows the error. */
  readonly id?: string
}

/** An issued document with the same content as its PDF. */
export type SheetBody = {
  readonly kind: 'sheet'
  readonly sheet: Pick<Sheet, 'blocks'>
  readonly pdf: { readonly label: string; readonly href: string }
  readonly notice?: string
  /** A password stands on it: how long, and how to say that one has it, in two presses, since it is gone then. */
  readonly secret?: {
    readonly lead: string
    readonly question: string
    readonly warning: string
    readonly action: PostButton
  }
}

/** Simple lists for staff. */
export type TableBody = {
  readonly kind: 'table'
  readonly lead?: string
  readonly notice?: string
  readonly tables: readonly {
    readonly caption: string
    readonly columns: readonly string[]
    readonly rows: readonly (readonly Cell[])[]
    /** Said instead of a table without rows. */
    readonly empty: string
  }[]
}
export type Cell =
  string | { readonly text: string; readonly href: string } | { readonly action: PostButton }

/** A POST form with one button. */
export type PostButton = {
  readonly label: string
  /** Address the form is posted to. */
  readonly href: string
  readonly name?: string
  readonly value?: string
  /** Hidden `_key`: the same wish posted twice is done once. */
  readonly key?: string
}

/** One form as of the last round trip. It goes to the browser as JSON, so nothing secret may be in it. */
export type FormState = {
  readonly form: Form
  readonly action: string
  /** Hidden `_key`, made when the form was opened. */
  readonly key: string
  /** Which wording of the form this is: hidden `_form`. Pages of staff have none. */
  readonly edition?: string
  /** As typed, without the answers of secret fields. */
  readonly raw: Raw
  readonly lookups: Lookups
  readonly issues: readonly Issue[]
  /** Sealed secrets by field id: hidden inputs `_kept.<id>`. An empty secret input then counts as filled. */
  readonly kept: { readonly [fieldId: string]: string }
  /** Sealed results of comparisons by field id, carried to the next page: hidden inputs `_proof.<id>`. */
  readonly proofs?: { readonly [fieldId: string]: string }
  readonly facts: Facts
  readonly pressed?: Pressed
  /** `ask`: the question of a screen, as a page of its own. */
  readonly mode: 'edit' | 'ask' | 'confirm'
  /** The screen shown, in forms of several. */
  readonly screen?: string
  /** The page was opened to change one item: the way leads back to the confirmation. */
  readonly isChange?: boolean
  /** What was typed is kept on the server, for the how-manieth time; its pages have addresses. */
  readonly version?: number
  /** An address of a later page, of which nothing is kept any more. */
  readonly isLost?: boolean
  /** It can be left and gone on with: the version the page goes on from (hidden `_draft`), and what the page says about it. */
  readonly draft?: {
    readonly version: number
    readonly said?: 'saved' | 'resumed' | 'stale' | 'full' | 'too-long'
    readonly savedAt?: string
  }
  /** Sealed: whose page it is (hidden `_for`), so that nothing is lost when their session has ended meanwhile. */
  readonly owner?: string | undefined
  /** Comparisons that were right when it was filed, and count still. */
  readonly granted?: Answers
  /** It is corrected: the words of the button, and by id what stands in place of the inputs that stay as they are. */
  readonly correction?: {
    readonly submit: Text
    readonly closed: { readonly [fieldId: string]: string }
  }
  readonly locale: Locale
  /** Readings of the words in it, for those who want furigana. */
  readonly readings?: Portal['furigana']
  /** Address of the form's check module; '' when there is none: then the server alone checks. */
  readonly validators: string
  /** `/api/v1/<portal>/<form>`; '' when there is none: then every press of the button is a round trip. */
  readonly api: string
}

/**
 * How far the buttons that ask something are, by field id: an input is missing, the answer is awaited, or this one of what
 * was found was taken.
 */
export type Pressed = { readonly [fieldId: string]: 'needs' | 'asking' | number }

/** Where a page of a form is: `step` names a screen or `check`; the key tells what was typed, never whose it is. */
export function stepHref(
  { action, key }: Pick<FormState, 'action' | 'key'>,
  { step, change }: { readonly step?: string; readonly change?: string } = {},
): string {
  const parts = [
    `sitting=${key}`,
    ...(step === undefined ? [] : [`step=${step}`]),
    ...(change === undefined ? [] : ['change=1']),
  ]
  const hash = change ? `#${inputId(change)}` : ''
  return `${action}${action.includes('?') ? '&' : '?'}${parts.join('&')}${hash}`
}

/** Name of the hidden input with the screen that was filled in. */
export const SCREEN = '_screen'
/** Name of the hidden input of a page opened to change one item. */
export const CHANGE = '_change'
/**
 * Name of the submit buttons: `refresh`, `check` (goes on), `asked` (goes on after the question), `back`, `edit`, `reset`,
 * `change:<field>`, `press:<field>`, `save` (as a draft), `submit`.
 */
export const ACTION = '_action'
/** Name in the address that asks for a form filled with sample data, in development only. */
export const SAMPLE = 'sample'
/** Name of the toolbar's buttons on a page with a form: `size.large.<mode of the page>`. What was typed comes along. */
export const LOOK = '_look'
/** Id of the form of a page, by its mode: the toolbar's buttons belong to it. */
export const FORM_IDS = { edit: 'entry', ask: 'check', confirm: 'check' } as const
/** Name of the hidden input with `FormState.key`. */
export const KEY = '_key'
/** Name of the hidden input with `FormState.edition`. */
export const FORM = '_form'
/** Name of the field with the id of the window that saves a draft, where there is script. */
export const WINDOW = '_window'
/** Name of the hidden input with the version of a draft. */
export const DRAFT = '_draft'
/** Name of the hidden input with `FormState.owner`. */
export const OWNER = '_for'
/** Start of the names of hidden inputs with sealed secrets. */
export const KEPT = '_kept.'
/** Start of the names of hidden inputs with sealed results of comparisons. */
export const PROOF = '_proof.'

/** The hidden inputs of everything that is sealed. */
export function sealedInputs({
  kept,
  proofs = {},
  draft,
  owner,
}: FormState): readonly [string, string][] {
  return [
    ...(draft ? [[DRAFT, String(draft.version)] as [string, string]] : []),
    ...(owner === undefined ? [] : [[OWNER, owner] as [string, string]]),
    ...Object.entries(kept).map(([id, text]): [string, string] => [`${KEPT}${id}`, text]),
    ...Object.entries(proofs).map(([id, text]): [string, string] => [`${PROOF}${id}`, text]),
  ]
}
/** Id of the input of a field; the target of chips and of the links in the error summary. */
export const inputId = (fieldId: string) => `f-${fieldId}`
