import type { AcceptDeps } from '../accept.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Advance } from '../advance.ts'
import type { Config } from '../config.ts'
import type { Definitions } from '../definitions/definitions.ts'
import type { Form } from '../form/form.ts'
import type { Known } from '../form/sample/sample.ts'
import type { Validators } from '../form/validators.ts'
import type { AttachmentDeps } from '../files/attachments.ts'
import type { Files } from '../files/files.ts'
import type { IssuanceDeps } from '../issuance/accounts.ts'
import type { DocumentDeps } from '../issuance/documents.ts'
import type { Keys } from '../keys.ts'
import type { NoticeViews } from './portal/notice-views.ts'
import type { Readings } from '../readings.ts'
import type { SearchIndex } from '../search/index.ts'
import type { Store } from '../store/open.ts'
import type { Page, PageAssets } from '../../web/views/page.ts'

/** All that answers to requests are made from; put together in `src/portal.ts`, by fakes at these contracts in tests. */
export type Deps = {
  readonly config: Pick<Config, 'environment' | 'baseUrl' | 'proxyHops'>
  /** The present set; a reload swaps it whole. */
  readonly definitions: () => Definitions
  readonly store: Store
  readonly advance: AdvancePort
  readonly accounts: AccountsPort
  /** Lookups, throttles and checks of `accept`; the validators are those of the present definitions. */
  readonly accept: Omit<AcceptDeps, 'validators'>
  /** The compiled checks of a form and where the browser finds the same module. */
  readonly validators: (formId: string) => Checks
  /** A form as it was, by its edition; undefined when nobody remembers. */
  readonly earlierForm: (edition: string) => Form | undefined
  /** The checks of a form of an earlier set. */
  readonly earlierChecks: (form: Form) => Promise<Checks>
  /** By address, `/assets/main-<hash>.js`: immutable files. */
  readonly assets: ReadonlyMap<string, Asset>
  readonly pageAssets: PageAssets
  readonly renderPage: (page: Page) => string
  /** Card readings; undefined: fields for them are filled by hand only. */
  readonly readings?: Readings
  /** Bytes of attachments and documents. */
  readonly files: Files
  /** How files of applicants are taken. */
  readonly attachments: AttachmentDeps
  /** Issued documents, drawn or fetched for their owners. */
  readonly issuance: DocumentDeps & IssuanceDeps
  /** By portal: what can be found in it. */
  readonly search: ReadonlyMap<string, SearchIndex>
  /** Where a document that a portal hands out is kept, by its content's hash. */
  readonly documentPath: (sha256: string) => string
  /** How often notices were opened. */
  readonly noticeViews: NoticeViews
  readonly keys: Keys
  readonly clock: () => Date
  readonly newId: () => string
  readonly log: LogPort
  /** The mails kept instead of sent, newest first; undefined when they are sent. */
  readonly readOutbox?: () => Promise<readonly OutboxMail[]>
  /** What lookups know at the moment, for filling forms with sample data; given in development only. */
  readonly sampleSource?: () => Promise<readonly Known[]>
  /** What is not ready, by name; empty when the portal can serve (database, definitions, migrations). */
  readonly notReady: () => Promise<readonly string[]>
  /** Number of jobs by state, for `/metrics`. */
  readonly jobsByState: () => Promise<{ readonly [state: string]: number }>
}

/** `url` is '' when the server alone checks. */
export type Checks = { readonly validators: Validators; readonly url: string }

export type Asset = {
  readonly body: Uint8Array
  /** Content-Type */
  readonly type: string
}

export type OutboxMail = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly at: string
}

/** Structured log; what a person typed never gets here. */
export type LogPort = {
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

/** What `src/advance.ts` does for requests. */
export type AdvancePort = Pick<
  Advance,
  | 'submit'
  | 'act'
  | 'confirm'
  | 'note'
  | 'repair'
  | 'openTo'
  | 'byLink'
  | 'peekLink'
  | 'definitionsOf'
>

/** What `src/accounts` does for requests. */
export type AccountsPort = Pick<
  Accounts,
  'authenticate' | 'startSession' | 'readSession' | 'tokenIn' | 'facts'
>
