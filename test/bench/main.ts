import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { benchmarks } from './benchmarks.ts'
import { formatFigures } from './figures.ts'

/** Prints figures and ratios. Fails only when a benchmark does not run: how fast a machine is, is no defect. */
async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !Object.hasOwn(benchmarks, name))
  if (unknown.length > 0) {
    const known = Object.keys(benchmarks).join(', ')
    process.stderr.write(`There is no benchmark ${unknown.join(', ')}; there are ${known}\n`)
    process.exitCode = 2
    return
  }
  const memory = Math.round(totalmem() / 2 ** 30)
  print(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${memory} GiB`,
  )
  for (const [name, { about, run }] of Object.entries(benchmarks)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    print(`\n${name}: ${about}`)
    const before = loadavg()[0] ?? 0
    print(formatFigures(await run('full')))
    print(`  load ${before.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`)
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

await main(process.argv.slice(2))
