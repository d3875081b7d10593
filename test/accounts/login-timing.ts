/**
 * Measures whether the time of a refused login tells a known name from an unknown one (S03). Prints figures, asserts
 * nothing: `npx node test/accounts/login-timing.ts [attempts per kind, default 1000]`.
 */
import { performance } from 'node:perf_hooks'
import { createPasswords } from '../../src/accounts/passwords.ts'
import { accountsOn, addAccount, openTestStore } from './setup.ts'

const attempts = Number(process.argv[2] ?? '1000')
const { store, close } = await openTestStore()
const passwords = createPasswords({ concurrency: 1, queueMax: 10 })
const accounts = accountsOn(store, { clock: () => new Date(), passwords })
const hash = await passwords.hash('Kasa2nagagutsu')
for (let index = 0; index < attempts; index++)
  await addAccount(store, `known${index}@example.jp`, hash)

const known: number[] = []
const unknown: number[] = []
for (let index = 0; index < attempts; index++)
  // In turn, and the first of each pair in turn too, so that a slow moment of the machine falls on both.
  for (const kind of index % 2 ? ['known', 'unknown'] : ['unknown', 'known']) {
    const login = `${kind}${index}@example.jp`
    const startMs = performance.now()
    await accounts.authenticate({
      portal: 'sample',
      login,
      password: 'wrong',
      address: `2001:db8:${(index % 65_536).toString(16)}::1`,
    })
    ;(kind === 'known' ? known : unknown).push(performance.now() - startMs)
  }
await close()

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
console.log(`refused logins per kind   ${attempts}`)
console.log(`median, known name        ${median(known).toFixed(2)} ms`)
console.log(`median, unknown name      ${median(unknown).toFixed(2)} ms`)
console.log(
  `p (same distribution)     ${rankTest(known, unknown).toFixed(3)}   S03 asks for > 0.01`,
)

/** Two-sided p of the Mann–Whitney rank test, by its normal approximation; good from some dozens of values on. */
function rankTest(a: readonly number[], b: readonly number[]): number {
  const ranked = [
    ...a.map((value) => ({ value, isA: true })),
    ...b.map((value) => ({ value, isA: false })),
  ].sort((x, y) => x.value - y.value)
  const rankSum = ranked.reduce((sum, { isA }, index) => sum + (isA ? index + 1 : 0), 0)
  const u = rankSum - (a.length * (a.length + 1)) / 2
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  const z = Math.abs(u - (a.length * b.length) / 2) / deviation
  return 2 * (1 - normal(z))
}

/** Standard normal distribution, by the series of the error function. */
function normal(z: number): number {
  if (z > 6) return 1
  let term = z
  let sum = z
  for (let k = 1; k < 200; k++) {
    term *= (-z * z) / (2 * k)
    sum += term / (2 * k + 1)
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI)
}
