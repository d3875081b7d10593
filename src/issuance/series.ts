/** `W0000000`: letters, then a zero for each digit of the number. */
export const PATTERN = /^([A-Z]{1,8})(0{3,12})$/

/** The id with this number; undefined when the pattern has no room for it. */
export function idOf(pattern: string, number: number): string | undefined {
  const [, letters = '', zeros = ''] = PATTERN.exec(pattern) ?? []
  const digits = String(number)
  return digits.length > zeros.length
    ? undefined
    : `${letters}${digits.padStart(zeros.length, '0')}`
}
