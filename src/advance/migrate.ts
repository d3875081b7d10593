import { openLinksOf } from '../store/links.ts'
import { timersOf } from '../store/jobs.ts'
import { loadSubmission } from '../store/submissions.ts'
import { planMove, type Obstacle } from '../workflow/move.ts'
import type { Move } from '../workflow/workflow.ts'
import { change, type Desk, system, transact } from './commit.ts'

/** undefined: there is nothing to do. */
export type MigrateOutcome =
  { readonly move: Move } | { readonly obstacles: readonly Obstacle[] } | undefined

/** Plans and carries out in one transaction: what was planned is what is there. */
export async function migrate(
  desk: Desk,
  submissionId: string,
  { isTrial }: { readonly isTrial: boolean },
): Promise<MigrateOutcome> {
  const { deps, sets } = desk
  const next = deps.definitions()
  const outcome = await transact(desk, async (work): Promise<MigrateOutcome> => {
    const { tx } = work
    const submission = await loadSubmission(tx, submissionId)
    if (!submission || submission.end !== undefined || submission.definition === next.hash)
      return undefined
    const { workflow, form, definition } = submission
    const before = (await sets.of(tx, definition)).forms[form]
    const known = {
      hash: next.hash,
      workflow: next.workflows[workflow],
      form: next.forms[form]?.workflow === workflow ? next.forms[form] : undefined,
    }
    const links = await openLinksOf(tx, submissionId)
    const timers = await timersOf(tx, submissionId)
    const plan = planMove(submission, before, known, { timers, links })
    if ('obstacles' in plan || isTrial) return plan
    const at = deps.clock().toISOString()
    await sets.keep(work, next, at)
    await change(desk, work, submission, { kind: 'migrate', move: plan.move, actor: system, at })
    return plan
  })
  return outcome && 'refusal' in outcome
    ? { obstacles: [{ code: 'busy', name: outcome.refusal.code }] }
    : outcome
}
