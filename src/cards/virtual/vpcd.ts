import { connect } from 'node:net'
import type { VirtualCard } from './card.ts'
import { damaged, SLOW_MS, type FaultKind } from './hardware.ts'

/** Of the service's virtual reader driver; each entry of its configuration has two slots, at this port and the next. */
export const VPCD_PORT = 35_963

const FRAME_BYTES_MAX = 0xffff

/**
 * Puts a virtual card into the slot that listens at `port`; closing the connection takes it out. `onCommand` hears of
 * each command before the card does, and may say what goes wrong with it.
 */
export function insertIntoVpcd(
  card: VirtualCard,
  port: number = VPCD_PORT,
  onCommand?: (command: Uint8Array) => FaultKind | undefined,
): Promise<{ remove(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.setNoDelay(true)
    socket.once('error', reject)
    let bytes = Buffer.alloc(0)
    const answer = (body: Uint8Array) => {
      const frame = Buffer.alloc(body.length + 2)
      frame.writeUInt16BE(body.length)
      frame.set(body, 2)
      socket.write(frame)
    }
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE()) {
        const body = bytes.subarray(2, 2 + bytes.readUInt16BE())
        bytes = bytes.subarray(2 + body.length)
        // One byte is a control: 0 power off, 1 power on, 2 reset, 4 the answer to reset.
        if (body.length === 1) {
          if (body[0] === 4) answer(card.atr)
          else card.reset()
          continue
        }
        const command = Uint8Array.from(body)
        const fault = onCommand?.(command)
        const reply = damaged(card.process(command), fault)
        if (fault === 'removed') socket.destroy()
        else if (fault === 'slow') setTimeout(answer, SLOW_MS, reply)
        else if (fault !== 'never') answer(reply.subarray(0, FRAME_BYTES_MAX))
      }
    })
    socket.once('connect', () => {
      socket.off('error', reject)
      // The other side goes away with its service.
      socket.on('error', () => undefined)
      card.reset()
      resolve({
        remove: () =>
          new Promise((done) => {
            if (socket.closed) return done()
            socket.once('close', () => done())
            socket.destroy()
          }),
      })
    })
  })
}
