import { fieldsByName } from '../definitions/answered.ts'
import type { Definitions } from '../definitions/definitions.ts'
import { assert } from '../fault.ts'
import { japanDate } from '../form/dates.ts'
import { evaluateExpression } from '../form/expression.ts'
import type { Facts, JsonObject, Locale } from '../form/form.ts'
import { findAccount, findAccountByLogin, findFacilityCode } from '../store/accounts.ts'
import { facilityFacts } from '../store/facilities.ts'
import { filedFacts } from '../store/filed.ts'
import type { Db, Tx } from '../store/open.ts'
import { firstEventOf, usesOf } from '../store/submissions.ts'
import { stepOfJob } from '../workflow/progress.ts'
import { later } from '../workflow/time.ts'
import { isSealed } from './sealed.ts'
import type { Command, Given, Submission } from '../workflow/submission.ts'
import type { Action, Workflow } from '../workflow/workflow.ts'

export type FieldTypes = {
  readonly [type: string]: { readonly isSecret?: boolean; readonly isInput?: boolean }
}

/**
 * All a decision may look at, read in its transaction. `account` is missing from the facts when the account that filed
 * the submission is no longer active.
 */
export async function gather(
  tx: Tx,
  { fieldTypes, newId }: { readonly fieldTypes: FieldTypes; readonly newId: () => string },
  known: {
    readonly definitions: Definitions
    readonly workflow: Workflow
    readonly submission: Submission | undefined
    readonly command: Command
    readonly locale: Locale | undefined
  },
): Promise<Given> {
  const { definitions, workflow, submission, command } = known
  const filing = command.kind === 'submit' ? { ...command.filing, ...command } : submission
  assert(filing !== undefined, 'A command other than submit needs a submission')
  const wished = command.kind === 'act' || command.kind === 'confirm' ? command.action : undefined
  const action = wished === undefined ? undefined : actionOf(workflow, submission, wished)
  const form = definitions.forms[filing.form]
  const forms = [filing.form, action?.form && `${filing.portal}/${action.form}`]
  const secrets = forms
    .flatMap((id) => Object.values((id && definitions.forms[id]?.fields) || {}))
    .filter((field) => fieldTypes[field.type]?.isSecret && !isSealed(field))
    .map((field) => field.id)
  const own = Object.values(form?.fields ?? {})
  const idsOf = (isInput: boolean) =>
    own.filter(({ type }) => (fieldTypes[type]?.isInput ?? false) === isInput).map(({ id }) => id)
  const isDeciding = decides(command, submission)
  const facts = isDeciding ? await factsOf(tx, known, filing, command.at) : {}
  return {
    workflow,
    facts,
    secrets,
    typed: idsOf(true),
    made: idsOf(false),
    fields: fieldsByName(definitions, { ...filing, workflow: workflow.id }, facts),
    placeholders: Object.fromEntries(
      Object.values(definitions.mails).map((mail) => [mail.id, mail.placeholders]),
    ),
    documents: Object.fromEntries(
      Object.values(definitions.documents).map((document) => [document.id, document.refs]),
    ),
    locale: known.locale ?? (isDeciding ? await localeOf(tx, submission) : 'ja'),
    uses:
      action?.limit && wished !== undefined
        ? await usesOf(tx, filing.id, wished, later(command.at, -action.limit.perMs))
        : [],
    newId,
  }
}

/** Recording what became of an effect that is no step, or of a replaced submission, asks for nothing. */
function decides(command: Command, submission: Submission | undefined): boolean {
  if (command.kind === 'replace') return false
  if (command.kind !== 'effect-done' && command.kind !== 'effect-failed') return true
  return submission !== undefined && stepOfJob(submission.progress, command.jobId) !== undefined
}

/** `today`, `operator`; `login.isTaken` for workflows that name a login; `account.*` and `facility.*` of the account that filed. */
export async function factsOf(
  tx: Db,
  { definitions, workflow }: { readonly definitions: Definitions; readonly workflow: Workflow },
  filing: Pick<Submission, 'portal' | 'accountId' | 'answers'>,
  at: string,
): Promise<Facts> {
  const { portal, accountId, answers } = filing
  const login = workflow.login && evaluateExpression(workflow.login, { answers, facts: {} })
  const isTaken =
    typeof login === 'string' && (await findAccountByLogin(tx, portal, login)) !== undefined
  const row = accountId === undefined ? undefined : await findAccount(tx, accountId)
  const operator = definitions.portals[portal]?.operator
  const common: Facts = {
    today: japanDate(new Date(at)),
    ...(operator && { operator: { mail: operator.mail, phone: operator.phone } }),
    ...(workflow.login !== undefined && { login: { isTaken } }),
  }
  if (!row || row.portal !== portal) return common
  const code = row.facility_id ? await findFacilityCode(tx, portal, row.facility_id) : undefined
  const account: JsonObject = {
    ...(JSON.parse(row.attributes) as JsonObject),
    id: row.id,
    login: row.login,
    ...(row.facility_type !== null && { facilityType: row.facility_type }),
    ...(row.facility_id !== null && { facilityId: row.facility_id }),
    ...(row.identifier !== null && { identifier: row.identifier }),
    ...(code !== undefined && { code }),
  }
  const facility =
    row.facility_id === null
      ? undefined
      : await facilityFacts(tx, {
          portal,
          facilityId: row.facility_id,
          identifier: row.identifier ?? '',
        })
  const own = row.facility_id === null ? {} : { facilityId: row.facility_id }
  const filed = await filedFacts(tx, { id: row.id, portal, ...own })
  return { ...common, account, ...filed, ...(facility && { facility }) }
}

/** Mails that nobody's request sets off are written in the language the submission was filed in. */
async function localeOf(tx: Tx, submission: Submission | undefined): Promise<Locale> {
  if (!submission) return 'ja'
  const first = await firstEventOf(tx, submission.id)
  return first?.data.locale === 'en' ? 'en' : 'ja'
}

/** An action open in the present state, by a name that may come from a request. */
export function actionOf(
  workflow: Workflow | undefined,
  submission: Submission | undefined,
  name: string,
): Action | undefined {
  const actions = submission && workflow?.states[submission.state]?.actions
  return actions && Object.hasOwn(actions, name) ? actions[name] : undefined
}
