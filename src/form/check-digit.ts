/**
 * The check digit of a code without it (domain README §7.2): from the right, digits count twice and once in turn, two-digit products by
 * the sum of their digits. undefined for anything but digits.
 */
export function checkDigit(code: string): string | undefined {
  if (!/^[0-9]+$/.test(code)) return undefined
  let sum = 0
  for (let index = 0; index < code.length; index++) {
    const digit = Number(code[code.length - 1 - index])
    const product = index % 2 === 0 ? digit * 2 : digit
    sum += product > 9 ? product - 9 : product
  }
  return String((10 - (sum % 10)) % 10)
}

/** Whether the last digit is the check digit of those before it. */
export function hasCheckDigit(code: string): boolean {
  return code.length > 1 && checkDigit(code.slice(0, -1)) === code.at(-1)
}
