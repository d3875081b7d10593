/**
 * Letters and digits that are not taken for one another on paper. Left out are 0 O o, 1 I i l, 2 Z z, 5 S s, 8 B, 6 b G,
 * g q, u v U V, j, small letters shaped like their capital (c k p w x y), and m, which rn looks like.
 */
const SORTS = ['ACDEFHJKLMNPQRTWXY', 'adefhnrt', '3479'] as const
const ALL = SORTS.join('')

/**
 * A password that no two eyes read differently, with at least one capital, one small letter and one digit.
 * `randomBelow(n)` gives a number from 0 to n - 1 from the system's secure source.
 */
export function newPassword(length: number, randomBelow: (n: number) => number): string {
  const letters = [
    ...SORTS.map((sort) => sort[randomBelow(sort.length)] ?? ''),
    ...Array.from({ length: length - SORTS.length }, () => ALL[randomBelow(ALL.length)] ?? ''),
  ]
  // Shuffled, so that the first three are not known by their sort.
  for (let last = letters.length - 1; last > 0; last--) {
    const other = randomBelow(last + 1)
    ;[letters[last], letters[other]] = [letters[other] ?? '', letters[last] ?? '']
  }
  return letters.join('')
}
