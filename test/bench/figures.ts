/** One measured thing beside the limit measured in the same run. */
export type Figure = {
  readonly what: string
  readonly unit: '/s' | 'ms' | 'bytes' | 'MB' | 'MB/s'
  readonly ours: number
  /** Absent where there is nothing to compare with. */
  readonly limit?: { readonly what: string; readonly value: number; readonly ratio: number }
  /** Of the ratio to the limit, or of our own figure. Never asserted: machines differ. */
  readonly aim?: {
    readonly of: 'ratio' | 'ours'
    readonly atLeast?: number
    readonly atMost?: number
  }
}

export type Benchmark = {
  /** Measures; `once` goes through the same code with as little repetition as possible. */
  readonly run: (scale: Scale) => Promise<readonly Figure[]>
  readonly about: string
}
export type Scale = 'full' | 'once'

/** Lines for people, one a figure. */
export function formatFigures(figures: readonly Figure[]): string {
  return figures.map(formatFigure).join('\n')
}

function formatFigure({ what, unit, ours, limit, aim }: Figure): string {
  const parts = [`  ${what}: ${formatNumber(ours)} ${unit}`]
  if (limit)
    parts.push(
      `${limit.what} ${formatNumber(limit.value)} ${unit}`,
      `ratio ${limit.ratio.toFixed(2)}`,
    )
  if (aim) parts.push(formatAim(aim, aim.of === 'ratio' ? limit?.ratio : ours))
  return parts.join(' | ')
}

function formatAim(
  { of, atLeast, atMost }: NonNullable<Figure['aim']>,
  value: number | undefined,
): string {
  const bound = atLeast ?? atMost ?? 0
  const sign = atLeast === undefined ? '≤' : '≥'
  const isReached = value !== undefined && (atLeast === undefined ? value <= bound : value >= bound)
  const name = of === 'ratio' ? 'ratio ' : ''
  return `aim ${name}${sign} ${formatNumber(bound)} ${isReached ? 'reached' : 'MISSED'}`
}

function formatNumber(value: number): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : 2
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/**
 * Two contestants in turn, round by round, so that whatever else the machine does meets both. Each gives its figure of
 * one round; the result is the median of each and the median of the rounds' ratios.
 */
export async function inTurn(
  rounds: number,
  ours: () => Promise<number> | number,
  limit: () => Promise<number> | number,
): Promise<{ readonly ours: number; readonly limit: number; readonly ratio: number }> {
  const pairs: { ours: number; limit: number }[] = []
  for (let round = 0; round < rounds; round++) {
    // Whoever comes second may find warmer caches: each is second every other time.
    const first = round % 2 === 0 ? await ours() : undefined
    const second = await limit()
    pairs.push({ ours: first ?? (await ours()), limit: second })
  }
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    limit: median(pairs.map((pair) => pair.limit)),
    ratio: median(pairs.map((pair) => pair.ours / pair.limit)),
  }
}

/** What some work took by the clock, and of the processor in all threads: what others do meanwhile counts in the first only. */
export async function spent(
  work: () => unknown,
): Promise<{ readonly clockMs: number; readonly cpuMs: number }> {
  const started = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { clockMs: performance.now() - started, cpuMs: (user + system) / 1_000 }
}

/** Calls per second of a function that takes no time to speak of, over about `ms` milliseconds. */
export function callsPerSecond(call: (index: number) => unknown, ms: number): number {
  let count = 0
  const start = performance.now()
  let now = start
  do {
    // In batches: looking at the clock costs as much as the call.
    for (let batch = 0; batch < BATCH; batch++) call(count++)
    now = performance.now()
  } while (now - start < ms)
  return (count / (now - start)) * 1_000
}
const BATCH = 200
