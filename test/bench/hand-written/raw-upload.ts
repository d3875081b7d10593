import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The least that can be done with a file: its bytes go to the disk as they come, and are flushed. */
let count = 0
const server = createServer((request, response) => {
  const path = join(process.env.DATA_DIR ?? '.', String(++count))
  pipeline(request, createWriteStream(path, { flush: true })).then(
    () => response.end('{}'),
    () => response.destroy(),
  )
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.once('SIGTERM', () => server.close())
