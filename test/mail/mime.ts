/** Reads a received mail as a mail program would, as far as our own mails need it (RFC 5322, 2045–2047). */
export type ReceivedMail = {
  /** By lower-case name, decoded, every occurrence. */
  readonly headers: { readonly [name: string]: readonly string[] }
  readonly text: string
  readonly html: string
}

type Part = { readonly headers: Record<string, string[]>; readonly body: string }

export function readMail(raw: Buffer): ReceivedMail {
  const whole = readPart(raw.toString('latin1'))
  const boundary = /boundary="?([^";]+)"?/.exec(header(whole, 'content-type'))?.[1]
  if (boundary === undefined) throw new Error('The mail has one part only')
  const parts = whole.body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => readPart(part.replace(/^\r\n/, '').replace(/\r\n$/, '')))
  const find = (type: string) => {
    const part = parts.find((one) => header(one, 'content-type').startsWith(type))
    if (!part) throw new Error(`The mail has no part ${type}`)
    return decodeBody(part)
  }
  const headers = Object.fromEntries(
    Object.entries(whole.headers).map(([name, values]) => [name, values.map(decodeWords)]),
  )
  return { headers, text: find('text/plain'), html: find('text/html') }
}

function readPart(raw: string): Part {
  const end = raw.indexOf('\r\n\r\n')
  const headers: Record<string, string[]> = {}
  const unfolded = raw.slice(0, end).replace(/\r\n(?=[ \t])/g, '')
  for (const line of unfolded.split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()]
  }
  return { headers, body: raw.slice(end + 4) }
}

function header(part: Part, name: string): string {
  return part.headers[name]?.[0] ?? ''
}

function decodeBody(part: Part): string {
  const encoding = header(part, 'content-transfer-encoding').toLowerCase()
  const bytes =
    encoding === 'base64'
      ? Buffer.from(part.body, 'base64')
      : encoding === 'quoted-printable'
        ? fromQuoted(part.body.replace(/=\r\n/g, ''))
        : Buffer.from(part.body, 'latin1')
  return bytes.toString('utf8').replace(/\r\n/g, '\n')
}

function decodeWords(value: string): string {
  const joined = value.replace(/(=\?[^?]+\?[BQ]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
  // Neighbouring words may share one character, so their bytes are joined before they are read.
  return joined.replace(/(?:=\?[^?]+\?[BQ]\?[^?]*\?=)+/gi, (run) =>
    Buffer.concat(
      Array.from(run.matchAll(/=\?[^?]+\?([BQ])\?([^?]*)\?=/gi), ([, kind = '', body = '']) =>
        kind.toUpperCase() === 'B'
          ? Buffer.from(body, 'base64')
          : fromQuoted(body.replaceAll('_', ' ')),
      ),
    ).toString('utf8'),
  )
}

function fromQuoted(text: string): Buffer {
  const plain = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}
