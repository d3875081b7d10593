import type { Json } from '../../form/form.ts'
import { jsonAnswer, troubleAnswer } from '../form/answers.ts'
import { csvAnswer } from '../office/csv.ts'
import { LIST_SIZE, noteExport, plainCell } from '../office/list.ts'
import { caseData } from './case-data.ts'
import { openCase } from './opened.ts'
import { queueReader } from './queue.ts'
import { needs } from '../staff/rights.ts'
import type { Route, Visit } from '../route.ts'

/** The review desk as a file and for programs, with the rights of its pages. */
export function reviewDataRoutes(): readonly Route[] {
  const get = { method: 'GET', body: 'none' } as const
  return [
    { ...get, path: '/review/csv', access: needs('queue', 'export'), answer: queueFile },
    { ...get, path: '/api/v1/staff/queue', access: needs('queue'), answer: queueData },
    { ...get, path: '/api/v1/staff/queue/:id', access: needs('queue'), answer: oneCase },
  ]
}

/** Rows of the file that are in memory at once. */
const CHUNK = 1_000

async function queueFile(visit: Visit): Promise<Response> {
  const { columns, read, cells } = await queueReader(visit)
  await noteExport(visit, 'queue')
  return csvAnswer(visit, {
    name: 'submissions',
    columns,
    rows: (async function* () {
      for (let offset = 0; ; offset += CHUNK) {
        const rows = await read(CHUNK, offset)
        for (const row of rows) yield (await cells(row)).map(plainCell)
        if (rows.length < CHUNK) return
      }
    })(),
  })
}

async function queueData(visit: Visit): Promise<Response> {
  const { page, read } = await queueReader(visit)
  const found = await read(LIST_SIZE + 1, (page - 1) * LIST_SIZE)
  const items = found.slice(0, LIST_SIZE) as readonly unknown[] as readonly Json[]
  return jsonAnswer({ page, items, hasMore: found.length > LIST_SIZE })
}

/** Looking at a submission is noted in the audit log, whoever looks (S43). */
async function oneCase(visit: Visit): Promise<Response> {
  const opened = await openCase(visit)
  return opened
    ? jsonAnswer(await caseData(visit, opened))
    : troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
}
