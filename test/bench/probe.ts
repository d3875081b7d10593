import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'

/** A visitor in a thread of their own, who opens one page after another until told to stop; then says how long each took. */
const { url, everyMs } = workerData as { readonly url: string; readonly everyMs: number }
const times: number[] = []
let isOver = false
parentPort?.once('message', () => (isOver = true))
while (!isOver) {
  const began = performance.now()
  const answer = await fetch(url)
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  times.push(performance.now() - began)
  await pause(everyMs)
}
parentPort?.postMessage(times)
