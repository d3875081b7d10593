import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { freePort, startProgram } from '../e2e/program.ts'
import { pdf } from '../files/made.ts'
import { median, type Benchmark, type Figure, type Scale } from './figures.ts'

/** Large files from many people at once (trust-and-ux R20), while somebody else opens pages. */
export const uploadBenchmark: Benchmark = {
  about: '20 files of 100 MB at once, hashed and looked into, beside a raw stream to the disk',
  run,
}

const PAGE = '/demonstration/notice'
const API = `/api/v1${PAGE}`
const MB = 1024 * 1024
/** As the page sends them on a fast line (`web/elements/send-file.ts`). */
const PART_BYTES = 4 * MB
const PROBE_MS = 50
const LOOK_MS = 50
/** A whole mebibyte below what a field takes by default, and the frame of a PDF around it. */
const FILE_MB = 99

type Server = { readonly url: string; readonly pid: number; readonly remove: () => Promise<void> }
type Load = { readonly files: number; readonly bytes: Buffer; readonly warmVisits: number }
type Send = (server: Server, agent: Agent, bytes: Buffer) => Promise<void>
/** Of one round: megabytes a second, the most memory beyond what there was before, times of the page. */
type Round = { readonly rate: number; readonly extra: number; readonly pages: readonly number[] }

async function run(scale: Scale): Promise<readonly Figure[]> {
  const isFull = scale === 'full'
  const load: Load = isFull
    ? { files: 20, bytes: pdfOf(FILE_MB * MB), warmVisits: 20 }
    : { files: 2, bytes: pdfOf(MB), warmVisits: 1 }
  const found: Record<'parts' | 'form' | 'raw', Round[]> = { parts: [], form: [], raw: [] }
  for (let round = 0; round < (isFull ? 2 : 1); round++) {
    await withServer(openOurs, async (server) => {
      found.parts.push(await measure(server, load, inParts, PAGE))
      if (!isFull) found.form.push(await measure(server, load, asForm, PAGE))
    })
    // In a process of its own, since memory is not given back.
    if (isFull)
      await withServer(openOurs, async (server) => {
        found.form.push(await measure(server, load, asForm, PAGE))
      })
    await withServer(openRaw, async (server) => {
      found.raw.push(await measure(server, load, asBody))
    })
  }
  const limit = median(found.raw.map(({ rate }) => rate))
  return [
    ...figuresOf('in parts', found.parts, limit),
    ...figuresOf('with the form, no script', found.form, limit),
    { what: 'raw stream, memory', unit: 'MB', ours: most(found.raw) },
  ]
}

async function withServer(
  open: () => Promise<Server>,
  work: (server: Server) => Promise<void>,
): Promise<void> {
  const server = await open()
  try {
    await work(server)
  } finally {
    await server.remove()
  }
}

function figuresOf(what: string, rounds: readonly Round[], raw: number): Figure[] {
  const ours = median(rounds.map(({ rate }) => rate))
  const pages = rounds.flatMap((round) => round.pages).toSorted((a, b) => a - b)
  return [
    { what, unit: 'MB/s', ours, limit: { what: 'raw stream', value: raw, ratio: ours / raw } },
    {
      what: `${what}, memory beyond that before`,
      unit: 'MB',
      ours: most(rounds),
      aim: { of: 'ours', atMost: 150 },
    },
    {
      what: `${what}, p95 of a page meanwhile`,
      unit: 'ms',
      ours: pages[Math.floor(pages.length * 0.95)] ?? 0,
      aim: { of: 'ours', atMost: 500 },
    },
  ]
}

function most(rounds: readonly Round[]): number {
  return Math.max(...rounds.map(({ extra }) => extra))
}

/** A server that has served a page, all files at once, and somebody who opens pages until the last one is there. */
async function measure(
  server: Server,
  { files, bytes, warmVisits }: Load,
  send: Send,
  page?: string,
): Promise<Round> {
  const agent = new Agent({ keepAlive: true })
  const small = pdfOf(64 * 1024)
  try {
    // A portal has served others before.
    for (let visit = 0; visit < warmVisits; visit++) {
      if (page !== undefined) await (await fetch(`${server.url}${page}`)).arrayBuffer()
      await send(server, agent, small)
    }
    const memory = watchMemory(server.pid)
    const probe = page === undefined ? undefined : watchPage(`${server.url}${page}`)
    const began = performance.now()
    await Promise.all(Array.from({ length: files }, () => send(server, agent, bytes)))
    const seconds = (performance.now() - began) / 1_000
    const pages = (await probe?.end()) ?? []
    return { rate: (files * bytes.length) / MB / seconds, extra: await memory.end(), pages }
  } finally {
    agent.destroy()
  }
}

const inParts: Send = async (server, agent, bytes) => {
  const wish = { field: 'evidence', name: '通知書.pdf', size: bytes.length, sitting: newKey() }
  const json = { 'content-type': 'application/json' }
  const begun = await ask(server, agent, `${API}/uploads`, json, JSON.stringify(wish))
  const { upload } = JSON.parse(begun) as { upload: string }
  const part = { 'content-type': 'application/octet-stream' }
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const content = bytes.subarray(at, at + PART_BYTES)
    await ask(server, agent, `${API}/uploads/${upload}/parts/${at}`, part, content)
  }
  const finished = await ask(server, agent, `${API}/uploads/${upload}/finish`, json, '{}')
  const { file } = JSON.parse(finished) as { file?: { sha256: string } }
  if (file?.sha256 !== sha256(bytes)) throw new Error(`not the same bytes: ${finished}`)
}

const asForm: Send = async (server, agent, bytes) => {
  const boundary = '----madoguchi'
  const field = (head: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`
  const head = Buffer.from(
    field('name="_key"', newKey()) +
      field('name="_action"', 'attach:evidence') +
      field('name="evidence"; filename="a.pdf"\r\nContent-Type: application/pdf', '').slice(0, -2),
  )
  const body = [head, bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]
  const type = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  const page = await ask(server, agent, PAGE, type, ...body)
  if (!page.includes(sha256(bytes))) throw new Error('the page does not hold the file')
}

const asBody: Send = async (server, agent, bytes) => void (await ask(server, agent, '/', {}, bytes))

/** Posts a body as a page of ours would; gives the answer. */
async function ask(
  { url }: Server,
  agent: Agent,
  path: string,
  headers: { readonly [name: string]: string },
  ...body: readonly (Buffer | string)[]
): Promise<string> {
  const length = body.reduce((sum, part) => sum + Buffer.byteLength(part), 0)
  const sent = request(`${url}${path}`, {
    agent,
    method: 'POST',
    headers: { ...headers, 'content-length': length, 'sec-fetch-site': 'same-origin' },
  })
  for (const part of body) sent.write(part)
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  if ((answer.statusCode ?? 500) >= 300) throw new Error(`${answer.statusCode}: ${text}`)
  return text
}

/** The most a process held since now, beyond what it holds now, in MB. Nothing where the system does not tell. */
function watchMemory(pid: number): { readonly end: () => Promise<number> } {
  const now = async () => {
    const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    return Number(/VmRSS:\s+([0-9]+) kB/.exec(text)?.[1] ?? 0) / 1024
  }
  const before = now()
  let highest = 0
  const look = async () => (highest = Math.max(highest, await now()))
  const timer = setInterval(() => void look(), LOOK_MS)
  return {
    async end() {
      clearInterval(timer)
      // Less than one cannot be told from nothing.
      return Math.max(1, (await look()) - (await before))
    },
  }
}

function watchPage(url: string): { readonly end: () => Promise<readonly number[]> } {
  const probe = new Worker(new URL('./probe.ts', import.meta.url), {
    workerData: { url, everyMs: PROBE_MS },
  })
  return {
    async end() {
      const said = once(probe, 'message') as Promise<[readonly number[]]>
      probe.postMessage('end')
      const [times] = await said
      await probe.terminate()
      return times
    },
  }
}

function openOurs(): Promise<Server> {
  return startProgram({ DEFINITIONS_DIR: 'test/samples/attachments' })
}

async function openRaw(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-bench-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, ['test/bench/hand-written/raw-upload.ts'], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, PORT: String(port) },
    stdio: 'inherit',
  })
  const answers = () =>
    fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
  while (!(await answers()))
    if (child.exitCode !== null) throw new Error('the raw server ended at start')
  return {
    url,
    pid: child.pid ?? 0,
    async remove() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A PDF of about this size that no check refuses; its padding holds no two equal pieces of 64 kB. */
function pdfOf(size: number): Buffer {
  const hex = randomBytes(Math.ceil(size / 2)).toString('hex')
  return pdf(`% ${hex}`)
}

let keys = 0
function newKey(): string {
  return `benchmark-key-${String(++keys).padStart(10, '0')}`
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
