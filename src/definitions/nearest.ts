/**
 * The name somebody most likely meant, or undefined when nothing is near.
 * Full-width letters, look-alike hyphens and upper case count as almost nothing.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name)
  let best: { readonly candidate: string; readonly cost: number } | undefined
  for (const candidate of candidates) {
    if (candidate === name) continue
    const offered = plain(candidate)
    const cost = wanted === offered ? 0 : distance(wanted, offered)
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, offered.length) / 3))
    if (cost <= allowed && (!best || cost < best.cost)) best = { candidate, cost }
  }
  return best?.candidate
}

function plain(name: string): string {
  return name
    .slice(0, NAME_MAX)
    .normalize('NFKC')
    .replace(/[\p{Pd}\u2212ー_\s]/gu, '-')
    .toLowerCase()
}
/** The table below grows with the square of the length. */
const NAME_MAX = 100

/** Damerau-Levenshtein (optimal string alignment): insert, delete, replace, swap two neighbours. */
export function distance(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  let twoAgo: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const current = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      let cost = Math.min(
        (previous[j] as number) + 1,
        (current[j - 1] as number) + 1,
        (previous[j - 1] as number) + (same ? 0 : 1),
      )
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (isSwap) cost = Math.min(cost, (twoAgo[j - 2] as number) + 1)
      current.push(cost)
    }
    twoAgo = previous
    previous = current
  }
  return previous[right.length] as number
}
