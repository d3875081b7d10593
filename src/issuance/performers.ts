import type { JsonObject } from '../form/form.ts'
import type { Call, EffectResult } from '../plugins/contract.ts'
import type { DocumentOrder, IssueOrder } from '../workflow/workflow.ts'
import { issueAccounts, type IssuanceDeps } from './accounts.ts'
import { type DocumentDeps, issueDocuments } from './documents.ts'

/** The effects the core performs itself: their jobs are stored by the steps `issue` and `document` and by nobody else. */
export function issuancePerformers(deps: IssuanceDeps & DocumentDeps): {
  readonly [effect: string]: (payload: JsonObject, call: Call) => Promise<EffectResult>
} {
  return {
    'accounts.issue': (payload, call) => issueAccounts(deps, payload as IssueOrder, call),
    'documents.issue': (payload, call) => issueDocuments(deps, payload as DocumentOrder, call),
  }
}
