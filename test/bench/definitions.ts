import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseDocument } from 'yaml'
import { compile, type ReadBefore } from '../../src/definitions/index.ts'
import { inTurn, spent, type Benchmark, type Figure, type Scale } from './figures.ts'
import { kinds, manyForms } from './many-forms.ts'

/** Checking many forms, and taking up one that was changed, beside parsing their YAML alone. */
export const definitionsBenchmark: Benchmark = {
  about: 'check of 200 forms with 20 fields each beside parsing the same files',
  run,
}

const FORMS = { full: 200, once: 5 } as const
const ROUNDS = { full: 7, once: 1 } as const
/** Sets held at once: so much that what else moves on the heap does not count. */
const HELD = { full: 4, once: 40 } as const
const OPTIONS = {
  locale: 'en',
  compileBody: async () => ({ html: '', warnings: [] }),
} as const

async function run(scale: Scale): Promise<readonly Figure[]> {
  const files = manyForms(FORMS[scale])
  const check = async (before?: ReadBefore, changed = files) => {
    const { definitions, problems } = await compile(changed, kinds, { ...OPTIONS, before })
    if (!definitions) throw new Error(JSON.stringify(problems.slice(0, 3)))
    return definitions
  }
  // The very first call, before anything is optimised: what the verb takes without loading the program.
  const cold = await spent(check)
  const whole = await inTurn(
    ROUNDS[scale],
    () => clock(check),
    () => clock(() => parseAll(files)),
  )
  const cpu = await inTurn(
    ROUNDS[scale],
    async () => (await spent(check)).cpuMs,
    async () => (await spent(() => parseAll(files))).cpuMs,
  )
  const before: ReadBefore = new Map()
  await check(before)
  let count = 0
  const one = await inTurn(
    ROUNDS[scale],
    () =>
      clock(() =>
        check(
          before,
          files.map((file) =>
            file.path.endsWith('/form-1.yaml')
              ? { ...file, text: `${file.text}# ${count++}\n` }
              : file,
          ),
        ),
      ),
    () => clock(() => parseAll(files)),
  )
  const limit = { what: 'YAML alone' }
  const kept = await bytesKept(check, HELD[scale])
  return [
    {
      what: 'cold check',
      unit: 'ms',
      ours: cold.clockMs,
      limit: { ...limit, value: whole.limit, ratio: cold.clockMs / whole.limit },
      aim: { of: 'ours', atMost: 1_000 },
    },
    {
      what: 'cold check, CPU time',
      unit: 'ms',
      ours: cold.cpuMs,
      limit: { ...limit, value: cpu.limit, ratio: cold.cpuMs / cpu.limit },
      aim: { of: 'ours', atMost: 1_000 },
    },
    {
      what: 'check, warm',
      unit: 'ms',
      ours: whole.ours,
      limit: { ...limit, value: whole.limit, ratio: whole.ratio },
      aim: { of: 'ours', atMost: 1_000 },
    },
    {
      what: 'check, warm, CPU time',
      unit: 'ms',
      ours: cpu.ours,
      limit: { ...limit, value: cpu.limit, ratio: cpu.ratio },
      aim: { of: 'ours', atMost: 1_000 },
    },
    {
      what: 'one file changed',
      unit: 'ms',
      ours: one.ours,
      limit: { ...limit, value: one.limit, ratio: one.ratio },
      aim: { of: 'ours', atMost: 1_000 },
    },
    { what: 'a compiled form in memory', unit: 'bytes', ours: Math.round(kept / FORMS[scale]) },
  ]
}

function parseAll(files: readonly { readonly text: string }[]): void {
  for (const { text } of files) parseDocument(text, { schema: 'core', prettyErrors: false })
}

async function clock(work: () => unknown): Promise<number> {
  return (await spent(work)).clockMs
}

/** What a compiled set holds on the heap once nothing else is left of compiling it. */
async function bytesKept(make: () => Promise<unknown>, count: number): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const start = process.memoryUsage().heapUsed
  const held: unknown[] = []
  while (held.length < count) held.push(await make())
  collect()
  const end = process.memoryUsage().heapUsed
  return (end - start) / held.length
}
