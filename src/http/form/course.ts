import type { AcceptDeps, Acceptance } from '../../accept.ts'
import type { Wish } from '../../ask.ts'
import { grantedIn, type Correction } from '../../correct.ts'
import type { Facts, Form, Issue } from '../../form/form.ts'
import type { FormBody, FormState } from '../../../web/views/page.ts'
import type { Checks, Deps } from '../deps.ts'
import type { Input } from './inputs.ts'
import type { Visit } from '../route.ts'

/** A form on its way between browser and server, until it is accepted. */
export type Course = {
  readonly form: Form
  readonly facts: Facts
  /** Address the form is posted to. */
  readonly action: string
  /** Of a form that the present set does not have like this: its own checks. */
  readonly checks?: Checks
  /** Of a submission that was returned: what may be typed, and what the page says about it. */
  readonly correcting?: Correcting
  /** Whether typed secrets come back sealed; a login asks for the password anew. */
  readonly keepsSecrets: boolean
  /** Only judge the answers: nothing is stored of them. */
  readonly dry?: boolean
  /**
   * The answer to what has been accepted before: a resent POST, the Back button, another tab. `other` when the key stands
   * for other answers.
   */
  readonly earlier?: (input: Input) => Promise<Response | 'other' | undefined>
  /** What happens when nothing is wrong. `again` shows the form once more with these issues. */
  readonly finish: (accepted: Acceptance, input: Input, again: Again) => Promise<Response>
}
export type Again = (
  issues: readonly Issue[],
  options?: { readonly status?: number; readonly retryAfterMs?: number },
) => Promise<Response>

export type Opening = Pick<Course, 'form' | 'facts' | 'action' | 'checks' | 'correcting'>

export type Correcting = {
  readonly correction: Correction
  readonly page: NonNullable<FormState['correction']>
  readonly returned: FormBody['returned']
  /** Where its page asks while typing. */
  readonly api: string
}

/** What is asked of `accept` for one input. */
export function wishOf(
  visit: Visit,
  { form, facts, correcting }: Opening,
  { key, raw }: Pick<Input, 'key' | 'raw'>,
): Wish {
  const { account, address } = visit
  const { correction } = correcting ?? {}
  return {
    ...{ form, facts, raw, draftId: key, accountId: account?.id, address },
    ...(correction && {
      closed: correction.closed,
      filed: correction.filed,
      granted: grantedIn(correction, raw),
    }),
  }
}

/** What `accept` needs for one form. */
export function acceptDepsOf(
  deps: Deps,
  form: Form,
  { validators } = deps.validators(form.id),
): AcceptDeps {
  return { ...deps.accept, validators }
}

export function checksOf(deps: Deps, { form, checks }: Opening): Checks {
  return checks ?? deps.validators(form.id)
}
