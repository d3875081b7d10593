import { accept, type Acceptance } from '../../accept.ts'
import type { Outcome } from '../../advance.ts'
import type { Answers, Raw } from '../../form/form.ts'
import { appendAudit } from '../../store/audit.ts'
import { assign, staffNames } from '../../store/desk.ts'
import { actorText, eventsOf, loadSubmission } from '../../store/submissions.ts'
import type { OpenAction } from '../../workflow/act.ts'
import type { Event, Refusal } from '../../workflow/submission.ts'
import type { Visit } from '../route.ts'
import { isInScope, scopeOf } from '../staff/rights.ts'
import type { Opened } from './opened.ts'
import { MARKED, NOTE, type DeskForm } from './forms.ts'
import { historyLines, toldOf, whoIn } from './history.ts'
import { staffActor } from './opened.ts'

/** What the desk does with a submission, for its pages and for programs: the same checks, the same way through `advance`. */

/** What came with an action, read and checked by the forms it is made of. */
export function judged(
  visit: Visit,
  opened: Opened,
  desk: DeskForm,
  raw: Raw,
): Promise<Acceptance> {
  return accept(
    { ...visit.deps.accept, validators: desk.validators },
    { form: desk.form, raw, facts: opened.facts, address: visit.address },
  )
}

/** Takes an action. `seen`: by which entry into its state the person decided. */
export function takeAction(
  visit: Visit,
  { submission }: Opened,
  { name }: OpenAction,
  { [MARKED]: marked, [NOTE]: note, ...answers }: Answers,
  seen: number | undefined,
): Promise<Outcome> {
  return visit.deps.advance.act({
    submissionId: submission.id,
    action: name,
    answers,
    actor: staffActor(visit),
    locale: visit.locale,
    ...(typeof note === 'string' && { note }),
    ...(Array.isArray(marked) && { fields: marked.map(String) }),
    ...(seen !== undefined && { seen }),
  })
}

/** Agrees to a proposal or puts it aside, as it was seen: `seen` is the version of the whole submission. */
export function settleProposal(
  visit: Visit,
  wish: {
    readonly action: string
    readonly agrees: boolean
    readonly seen: number
    readonly note?: string
  },
): Promise<Outcome> {
  const submissionId = visit.params.id ?? ''
  return visit.deps.advance.confirm({ submissionId, actor: staffActor(visit), ...wish })
}

/** Hands a submission over; 'others-first' when it was with somebody else by then, undefined when there is none. */
export async function handOver(
  visit: Visit,
  change: { readonly from: string | null; readonly to: string | null },
): Promise<'done' | 'others-first' | undefined> {
  const { store, clock } = visit.deps
  const id = visit.params.id ?? ''
  return store.write(async (tx) => {
    const submission = await loadSubmission(tx, id)
    if (!submission || !isInScope(scopeOf(visit), submission)) return undefined
    if (!(await assign(tx, id, change))) return 'others-first'
    await appendAudit(tx, {
      at: clock().toISOString(),
      actor: actorText(staffActor(visit)),
      kind: 'submission.assigned',
      subject: id,
      data: change,
    })
    return 'done'
  })
}

/** Somebody else was faster, or the submission has moved on by itself. */
export function isBeaten({ code }: Refusal): boolean {
  return code === 'stale' || code === 'not-possible-now' || code === 'same-person'
}

export type News = {
  readonly at: string
  readonly who: string
  readonly lines: readonly string[]
}

/** What happened after `seen`, the last of it that somebody did; else the last thing at all that tells why. */
export async function newsSince(
  visit: Visit,
  opened: Opened,
  seen: number | undefined,
): Promise<News | undefined> {
  const { db } = visit.deps.store
  const [events, names] = await Promise.all([eventsOf(db, opened.submission.id), staffNames(db)])
  const told = toldOf(visit, opened, names)
  const later = events.filter(({ seq }) => seen !== undefined && seq > seen)
  const isTelling = ({ kind }: Event) => TELLING.has(kind)
  const last = later.findLast(isTelling) ?? later.at(-1) ?? events.findLast(isTelling)
  return last && { at: last.at, who: whoIn(told, last.actor), lines: historyLines(told, last) }
}

const TELLING: ReadonlySet<string> = new Set([
  'acted',
  'proposed',
  'declined',
  'elapsed',
  'noted',
  'replaced',
  'step-retried',
  'step-skipped',
])
