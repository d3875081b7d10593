import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Binding, BoundCard, Watch } from './binding.ts'

/**
 * The service `pcscd` by the protocol of its own socket (decision 013): nothing native in the process, and every card has
 * a connection of its own, so that one that never answers keeps up nothing else. What is closed is cleaned up there.
 */
const SOCKET = '/run/pcscd/pcscd.comm'

/** Messages are structures of 32-bit numbers, in the order of bytes of every machine there is a driver for. */
const VERSION = 0x11
const GET_READERS_STATE = 0x12
const WAIT_READER_STATE_CHANGE = 0x13
const ESTABLISH_CONTEXT = 0x01
const CONNECT = 0x04
const RECONNECT = 0x05
const DISCONNECT = 0x06
const BEGIN_TRANSACTION = 0x07
const END_TRANSACTION = 0x08
const TRANSMIT = 0x09

const MAJOR = 4
/** 4 is spoken since 1.8.24 and understood by those that speak 6; those that speak 5 ask for 5, with the same messages. */
const MINORS: readonly number[] = [4, 5]

const SCOPE_SYSTEM = 2
const SHARED = 2
const T0_OR_T1 = 3
const LEAVE = 0
const RESET = 1
const SERVICE_STOPPED = 0x8010001e

const NAME_BYTES = 128
const READERS_MAX = 16
/** Name, counter, state, sharing, answer to reset (33 bytes and 3 to align), its length, protocol. */
const STATE_BYTES = NAME_BYTES + 4 + 4 + 4 + 36 + 4 + 4
const ATR_BYTES_MAX = 33
const PRESENT = 0x04
/** Of the structure that names a protocol, on a machine of 64 bits. */
const PCI_BYTES = 16
const BUFFER_BYTES = 65_548

export function createBinding(path: string = SOCKET): Binding {
  let watching: Link | undefined
  return {
    async open(watch) {
      const link = await openLink(path)
      watching = link
      // The readers are told before this settles; what changes later comes from the loop.
      const known = tell(watch, new Map(), await statesOf(link, WAIT_READER_STATE_CHANGE))
      void follow(link, watch, known).catch(() => watching === link && watch.onDown())
    },
    close() {
      watching?.end()
      watching = undefined
    },
    connect: (name) => connectCard(path, name),
  }
}

type Known = ReadonlyMap<string, { readonly changes: number; readonly atr: Uint8Array | undefined }>

/** All readers as they are now; who asks by the second command hears of the next change on this connection. */
async function statesOf(
  link: Link,
  command: typeof GET_READERS_STATE | typeof WAIT_READER_STATE_CHANGE,
): Promise<Known> {
  link.send(command, Buffer.alloc(0))
  const bytes = await link.read(READERS_MAX * STATE_BYTES)
  const states = Array.from({ length: READERS_MAX }, (_, index) =>
    bytes.subarray(index * STATE_BYTES, (index + 1) * STATE_BYTES),
  )
  return new Map(
    states.flatMap((state) => {
      const name = state.toString('utf8', 0, NAME_BYTES).replace(/\0.*$/s, '')
      const isPresent = (state.readUInt32LE(NAME_BYTES + 4) & PRESENT) !== 0
      const length = state.readUInt32LE(NAME_BYTES + 48)
      // Longer than any: the reader is not ready. Without one: the card does not answer.
      const hasAtr = isPresent && length > 0 && length <= ATR_BYTES_MAX
      const atr = hasAtr ? state.subarray(NAME_BYTES + 12, NAME_BYTES + 12 + length) : undefined
      return name === ''
        ? []
        : [[name, { changes: state.readUInt32LE(NAME_BYTES), atr: atr && Uint8Array.from(atr) }]]
    }),
  )
}

async function follow(link: Link, watch: Watch, first: Known): Promise<never> {
  for (let known = first; ;) {
    await link.read(8)
    known = tell(watch, known, await statesOf(link, WAIT_READER_STATE_CHANGE))
  }
}

/** A card that was changed for another between two looks went away in between. */
function tell({ onReader, onGone }: Watch, before: Known, now: Known): Known {
  for (const name of before.keys()) if (!now.has(name)) onGone(name)
  for (const [name, { changes, atr }] of now) {
    if (atr && before.get(name)?.atr && before.get(name)?.changes !== changes)
      onReader(name, undefined)
    onReader(name, atr)
  }
  return now
}

async function connectCard(path: string, name: string): Promise<BoundCard> {
  const link = await openLink(path)
  try {
    const context = (await link.call(ESTABLISH_CONTEXT, [SCOPE_SYSTEM, 0])).readUInt32LE(4)
    const wish = Buffer.alloc(NAME_BYTES + 24)
    wish.writeUInt32LE(context)
    wish.write(name, 4, NAME_BYTES - 1)
    wish.writeUInt32LE(SHARED, 4 + NAME_BYTES)
    wish.writeUInt32LE(T0_OR_T1, 8 + NAME_BYTES)
    const got = await link.call(CONNECT, wish)
    const card = got.readInt32LE(12 + NAME_BYTES)
    const protocol = got.readUInt32LE(16 + NAME_BYTES)
    const atr = [...(await statesOf(link, GET_READERS_STATE))].find(([one]) => one === name)?.[1]
      .atr
    return cardOver(link, card, protocol, atr ?? new Uint8Array())
  } catch (cause) {
    link.end()
    throw cause
  }
}

function cardOver(link: Link, card: number, protocol: number, atr: Uint8Array): BoundCard {
  const disposition = (how: 'reset' | 'leave') => (how === 'reset' ? RESET : LEAVE)
  const state = { protocol, isHeld: false }
  const end = async (how: 'reset' | 'leave') => {
    if (!state.isHeld) return
    state.isHeld = false
    await link.call(END_TRANSACTION, [card, disposition(how)])
  }
  return {
    atr,
    async begin() {
      await link.call(BEGIN_TRANSACTION, [card])
      state.isHeld = true
    },
    end,
    async reconnect() {
      const got = await link.call(RECONNECT, [card, SHARED, T0_OR_T1, LEAVE, 0])
      state.protocol = got.readUInt32LE(16)
    },
    async transmit(command) {
      const { protocol: one } = state
      const wish = [card, one, PCI_BYTES, command.length, one, PCI_BYTES, BUFFER_BYTES]
      return Uint8Array.from(await link.call(TRANSMIT, wish, command))
    },
    async close(how) {
      try {
        // While an answer is outstanding there is nothing to say: the service cleans up as soon as it can.
        if (link.isWaiting()) return
        await end(how)
        await link.call(DISCONNECT, [card, disposition(how)])
      } finally {
        // Whatever is still open there is let go, and the card reset, when the connection ends.
        link.end()
      }
    },
  }
}

type Link = {
  /**
   * A message whose answer is the same structure; its last number says how it went. With a command for the card, the
   * answer is the card's: its length is the last number but one.
   */
  call(message: number, wish: readonly number[] | Buffer, command?: Uint8Array): Promise<Buffer>
  isWaiting(): boolean
  send(command: number, body: Uint8Array): void
  read(length: number): Promise<Buffer>
  end(): void
}

/** A connection on which both sides speak the same version. */
async function openLink(path: string): Promise<Link> {
  const socket = connect(path)
  // Heard by whoever reads; without anybody it must not end the process.
  socket.on('error', () => undefined)
  await once(socket, 'connect').catch(() => {
    throw failure(SERVICE_STOPPED)
  })
  const link = linkOver(socket)
  try {
    for (const minor of MINORS) {
      link.send(VERSION, numbers([MAJOR, minor, 0]))
      const answer = await link.read(12)
      if (answer.readUInt32LE(8) === 0) return link
      if (answer.readUInt32LE(0) !== MAJOR) break
    }
    throw failure(SERVICE_STOPPED)
  } catch (cause) {
    link.end()
    throw cause
  }
}

function linkOver(socket: Socket): Link {
  let bytes = Buffer.alloc(0)
  let wake = () => undefined as void
  let isOver = false
  let isWaiting = false
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    wake()
  })
  socket.once('close', () => {
    isOver = true
    wake()
  })
  const send = (command: number, body: Uint8Array) =>
    void socket.write(Buffer.concat([numbers([body.length, command]), body]))
  const read = async (length: number) => {
    while (bytes.length < length) {
      if (isOver) throw failure(SERVICE_STOPPED)
      await new Promise<void>((resolve) => (wake = resolve))
    }
    const taken = bytes.subarray(0, length)
    bytes = bytes.subarray(length)
    return taken
  }
  return {
    send,
    read,
    async call(message, wish, command) {
      const body = Buffer.isBuffer(wish) ? wish : numbers([...wish, 0])
      isWaiting = true
      try {
        send(message, body)
        if (command) socket.write(command)
        const answer = await read(body.length)
        const code = answer.readUInt32LE(answer.length - 4)
        if (code !== 0) throw failure(code)
        return command ? await read(answer.readUInt32LE(answer.length - 8)) : answer
      } finally {
        isWaiting = false
      }
    },
    isWaiting: () => isWaiting,
    end: () => void socket.destroy(),
  }
}

function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeInt32LE(value | 0, index * 4))
  return bytes
}

/** `0x80100069`, as the specification of PC/SC numbers what went wrong. */
function failure(code: number): Error {
  return Object.assign(new Error('pcscd'), { code: code.toString(16) })
}
