/** Longest address a mail server must take (RFC 5321 §4.5.3.1.3: a path of 256 with its brackets), and local part. */
const ADDRESS_MAX = 254
const LOCAL_MAX = 64

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/**
 * Whether a text is exactly one plain address: dot-atom before the sign, a domain of two labels or more behind it.
 * Quoted local parts, comments, groups, lists, display names, address literals, spaces and control characters are
 * refused, since readers disagree about them and a mail could reach somebody it was not meant for (S29).
 */
export function isMailAddress(text: string): boolean {
  if (text.length > ADDRESS_MAX) return false
  const sign = text.indexOf('@')
  const local = text.slice(0, sign)
  const labels = text.slice(sign + 1).split('.')
  return (
    sign > 0 &&
    local.length <= LOCAL_MAX &&
    LOCAL.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  )
}
