/** Command and response APDUs of ISO 7816-4, cases 1 to 4, short and extended. */
export type Command = {
  readonly cla: number
  readonly ins: number
  readonly p1: number
  readonly p2: number
  readonly data?: Uint8Array
  /** Bytes expected; 256 (short) or 65536 (extended) means as many as there are. */
  readonly le?: number
}

export type Response = { readonly data: Uint8Array; readonly sw: number }

const SHORT_MAX = 256

/** The bytes of a command; extended lengths only where short ones cannot say it. */
export function encodeCommand({ cla, ins, p1, p2, data, le }: Command): Uint8Array {
  const length = data?.length ?? 0
  const head = [cla, ins, p1, p2]
  if (length < SHORT_MAX && (le ?? 0) <= SHORT_MAX)
    return Uint8Array.from([
      ...head,
      ...(data && length > 0 ? [length, ...data] : []),
      ...(le === undefined ? [] : [le & 0xff]),
    ])
  return Uint8Array.from([
    ...head,
    0,
    ...(data && length > 0 ? [length >> 8, length & 0xff, ...data] : []),
    ...(le === undefined ? [] : [(le >> 8) & 0xff, le & 0xff]),
  ])
}

/** The command behind the bytes; undefined when they are none. */
export function decodeCommand(bytes: Uint8Array): Command | undefined {
  if (bytes.length < 4) return undefined
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, ...body] = bytes
  const head = { cla, ins, p1, p2 }
  if (body.length === 0) return head
  const [first = 0] = body
  if (body.length === 1) return { ...head, le: first === 0 ? SHORT_MAX : first }
  if (first !== 0) {
    const data = Uint8Array.from(body.slice(1, 1 + first))
    if (data.length !== first || body.length > first + 2) return undefined
    if (body.length === first + 1) return { ...head, data }
    const le = body[first + 1] ?? 0
    return { ...head, data, le: le === 0 ? SHORT_MAX : le }
  }
  const long = ((body[1] ?? 0) << 8) | (body[2] ?? 0)
  if (body.length === 3) return { ...head, le: long === 0 ? 65_536 : long }
  const data = Uint8Array.from(body.slice(3, 3 + long))
  if (long === 0 || data.length !== long) return undefined
  const rest = body.slice(3 + long)
  if (rest.length === 0) return { ...head, data }
  if (rest.length !== 2) return undefined
  const le = ((rest[0] ?? 0) << 8) | (rest[1] ?? 0)
  return { ...head, data, le: le === 0 ? 65_536 : le }
}

/** Data and status word; undefined for fewer than the two bytes of a status word. */
export function decodeResponse(bytes: Uint8Array): Response | undefined {
  if (bytes.length < 2) return undefined
  const at = bytes.length - 2
  return { data: bytes.slice(0, at), sw: ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0) }
}

/** What a log may say of a command: never its data, which may be a PIN. */
export function describeCommand({ cla, ins, p1, p2, data, le }: Command): string {
  const head = [cla, ins, p1, p2].map(hexByte).join('')
  return `${head} lc=${data?.length ?? 0}${le === undefined ? '' : ` le=${le}`}`
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join('')
}

/** Bytes of an even number of hexadecimal digits; undefined for anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(text)) return undefined
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}

/** SELECT an application by its whole name, without asking for its description. */
export function selectApplication(aid: Uint8Array): Command {
  return { cla: 0x00, ins: 0xa4, p1: 0x04, p2: 0x0c, data: aid }
}

/** SELECT a file below the present application. */
export function selectFile(id: number): Command {
  return { cla: 0x00, ins: 0xa4, p1: 0x02, p2: 0x0c, data: Uint8Array.of(id >> 8, id & 0xff) }
}

/** READ BINARY of the selected file; offsets have 15 bits. */
export function readBinary(offset: number, le: number): Command {
  return { cla: 0x00, ins: 0xb0, p1: (offset >> 8) & 0x7f, p2: offset & 0xff, le }
}
