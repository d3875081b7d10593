import { pageAnswer, redirectTo, textIn, troubleAnswer } from '../form/answers.ts'
import { own } from '../guard.ts'
import { needs } from '../staff/rights.ts'
import { caseContent } from './case.ts'
import { openCase, staffActor, type Opened } from './opened.ts'
import { handOver } from './deeds.ts'
import { queueContent } from './queue.ts'
import { SAID, type SaidName } from './said.ts'
import type { Route, Visit } from '../route.ts'

/** The review desk: the list, one submission, who deals with it. */
export function reviewRoutes(): readonly Route[] {
  return [
    { method: 'GET', path: '/review/', access: needs('queue'), body: 'none', answer: list },
    { method: 'GET', path: '/review/:id', access: needs('queue'), body: 'none', answer: show },
    {
      method: 'POST',
      path: '/review/:id/assign',
      access: needs('assign'),
      body: 'form',
      answer: take,
    },
    {
      method: 'POST',
      path: '/review/:id/release',
      access: needs('assign'),
      body: 'form',
      answer: release,
    },
  ]
}

async function list(visit: Visit): Promise<Response> {
  return pageAnswer(visit, await queueContent(visit))
}

async function show(visit: Visit): Promise<Response> {
  const opened = await openCase(visit)
  if (!opened) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  const said = own(SAID, visit.query.get('said') ?? '')
  return caseAnswer(visit, opened, said && { notice: textIn(said, visit.locale) })
}

export async function caseAnswer(
  visit: Visit,
  opened: Opened,
  said?: Parameters<typeof caseContent>[2],
): Promise<Response> {
  return pageAnswer(visit, await caseContent(visit, opened, said))
}

export function saidPath(id: string, said: SaidName): string {
  return `/review/${id}?said=${said}`
}

async function take(visit: Visit): Promise<Response> {
  const from = visit.fields.from?.[0] ?? ''
  const { staffId } = staffActor(visit)
  return assigned(visit, { from: from === '' ? null : from, to: staffId }, 'taken')
}

async function release(visit: Visit): Promise<Response> {
  return assigned(visit, { from: staffActor(visit).staffId, to: null }, 'released')
}

async function assigned(
  visit: Visit,
  change: Parameters<typeof handOver>[1],
  said: SaidName,
): Promise<Response> {
  if ((await handOver(visit, change)) === 'done')
    return redirectTo(saidPath(visit.params.id ?? '', said))
  const opened = await openCase(visit)
  return opened
    ? caseAnswer(visit, opened, { warning: textIn(SAID.othersFirst, visit.locale), status: 409 })
    : troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
}
