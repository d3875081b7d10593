import type { Block } from '../definitions/definitions.ts'
import { encodeKept } from './compression.ts'
import { jsonAnswer, pageAnswer, redirectTo, troubleAnswer } from './form/answers.ts'
import type { Deps, OutboxMail } from './deps.ts'
import { openApi } from './api/openapi.ts'
import type { Route, Visit } from './route.ts'
import { themeSheet } from './portal/theme.ts'
import { word } from './words.ts'

/** Answers so far, by status. */
export type Counts = ReadonlyMap<string, number>

const YEAR_SECONDS = 31_536_000
const EVERYBODY = { access: { kind: 'public' }, body: 'none', method: 'GET' } as const
const VISITOR = { access: { kind: 'visitor' }, body: 'none', method: 'GET' } as const
const DEVELOPMENT = { access: { kind: 'development' }, body: 'none', method: 'GET' } as const

/** Pages that are only read, files, and what operators and their machines ask for. */
export function pageRoutes(requests: Counts): readonly Route[] {
  return [
    { ...VISITOR, path: '/', answer: portals },
    { ...EVERYBODY, path: '/assets/:file', answer: asset },
    { ...EVERYBODY, path: '/assets/:package/:file', answer: asset },
    { ...EVERYBODY, path: '/healthz', answer: () => plain('ok\n') },
    { ...EVERYBODY, path: '/readyz', answer: ready },
    { ...EVERYBODY, path: '/metrics', answer: (visit) => metrics(visit, requests) },
    {
      ...EVERYBODY,
      path: '/openapi.json',
      answer: ({ deps }) => jsonAnswer(openApi(deps.definitions(), deps.config.baseUrl)),
    },
    { ...DEVELOPMENT, path: '/outbox', answer: outboxPage },
    { ...DEVELOPMENT, path: '/outbox.json', answer: outboxData },
    { ...VISITOR, path: '/:portal', answer: (visit) => redirectTo(`/${visit.portal?.id ?? ''}/`) },
    { ...EVERYBODY, path: '/:portal/theme.css', answer: themeSheet },
  ]
}

function portals(visit: Visit): Promise<Response> {
  return pageAnswer(visit, {
    title: word('portals', visit.locale),
    body: { kind: 'portals', portals: Object.values(visit.deps.definitions().portals) },
  })
}

/** The name of a file changes with its content, so browsers may keep it for ever. */
async function asset(visit: Visit): Promise<Response> {
  const file = visit.deps.assets.get(visit.path)
  if (!file) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  const { body, encoding } = await encodeKept(
    file.body,
    visit.request.headers.get('accept-encoding'),
  )
  return new Response(body, {
    headers: {
      'Content-Type': file.type,
      'Content-Length': String(body.length),
      'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
      Vary: 'Accept-Encoding',
      ...(encoding && { 'Content-Encoding': encoding }),
    },
  })
}

async function ready({ deps }: Visit): Promise<Response> {
  const missing = await deps.notReady()
  return missing.length === 0 ? plain('ready\n') : plain(`not ready: ${missing.join(', ')}\n`, 503)
}

async function metrics({ deps }: Visit, requests: Counts): Promise<Response> {
  const jobs = await deps.jobsByState()
  const lines = [
    '# HELP madoguchi_requests_total Answers by status.',
    '# TYPE madoguchi_requests_total counter',
    ...[...requests].map(([status, n]) => `madoguchi_requests_total{status="${status}"} ${n}`),
    '# HELP madoguchi_jobs Jobs by state.',
    '# TYPE madoguchi_jobs gauge',
    ...Object.entries(jobs).map(([state, n]) => `madoguchi_jobs{state="${state}"} ${n}`),
    '# HELP madoguchi_definitions_info The definitions served, by hash.',
    '# TYPE madoguchi_definitions_info gauge',
    `madoguchi_definitions_info{hash="${deps.definitions().hash}"} 1`,
  ]
  return plain(`${lines.join('\n')}\n`)
}

async function outboxPage(visit: Visit): Promise<Response> {
  const mails = await kept(visit.deps)
  return pageAnswer(visit, {
    title: word('outbox', visit.locale),
    body: {
      kind: 'text',
      blocks:
        mails.length > 0 ? mails.flatMap(mailBlocks) : [line(word('outboxEmpty', visit.locale))],
    },
  })
}

async function outboxData({ deps }: Visit): Promise<Response> {
  const mails = await kept(deps)
  return jsonAnswer(
    mails.map(({ to, subject, text, html, at }) => ({ to, subject, text, html, at })),
  )
}

async function kept(deps: Deps): Promise<readonly OutboxMail[]> {
  return (await deps.readOutbox?.()) ?? []
}

/** The text part, its links to be followed. */
function mailBlocks({ to, subject, text, at }: OutboxMail): readonly Block[] {
  return [
    { kind: 'heading', level: 2, text: subject },
    line(`${to}　${at}`),
    ...text
      .split('\n')
      .filter((each) => each.trim() !== '')
      .map(line),
  ]
}

function line(text: string): Block {
  const spans = text
    .split(/(https?:\/\/\S+)/)
    .filter((part) => part !== '')
    .map((part) =>
      /^https?:\/\//.test(part)
        ? ({ kind: 'link', text: part, href: part } as const)
        : ({ kind: 'text', text: part } as const),
    )
  return { kind: 'paragraph', spans }
}

function plain(text: string, status = 200): Response {
  return new Response(text, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  })
}
