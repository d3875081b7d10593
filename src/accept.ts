import type { JsonObject, LookupResult } from './form/form.ts'
import type { Validators } from './form/validators.ts'
import type { Limit } from './store/throttle.ts'

/** What `accept` asks of the other parts. */
export type AcceptDeps = {
  readonly validators: Validators
  /** Throttled by address; the value holds secret properties too. */
  readonly lookup: (source: string, input: JsonObject, address: string) => Promise<LookupResult>
  readonly publicValue: (source: string, value: JsonObject) => JsonObject
  readonly hashPassword: (password: string) => Promise<string>
  readonly checkPassword: (accountId: string, password: string, address: string) => Promise<boolean>
  /**
   * Whether a try counts as right: not blocked under `key`, and `isRight`. A wrong one is counted; all in one
   * transaction, so that tries at the same moment do not share one place.
   */
  readonly tryOnce: (key: string, limit: Limit, isRight: boolean) => Promise<boolean>
}
