import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFiles, type Files } from '../../src/files/files.ts'
import { tier } from '../tiers.ts'

/** A kind of place for files that can run here. */
export type PlaceKind = {
  readonly name: 'folder' | 's3'
  /** Opened on a place that nobody has used yet. */
  open(): Promise<Files>
}

/** Every kind this machine can run, and how to clean up after them. */
export async function startPlaces(): Promise<{
  readonly kinds: readonly PlaceKind[]
  stop(): Promise<void>
}> {
  const root = await mkdtemp(join(tmpdir(), 'madoguchi-files-'))
  let count = 0
  const kinds: PlaceKind[] = [
    {
      name: 'folder',
      open: () => {
        const dataDir = join(root, `folder-${++count}`)
        return openFiles({ dataDir, filesUrl: `file:${join(dataDir, 'files')}` })
      },
    },
  ]
  const s3 = await startS3(join(root, 's3'))
  if (s3)
    kinds.push({
      name: 's3',
      open: () => {
        const dataDir = join(root, `s3-${++count}`)
        return openFiles({ dataDir, filesUrl: `${s3.url}/portal-${count}` })
      },
    })
  return {
    kinds,
    async stop() {
      await s3?.stop()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** A local S3 server with one bucket, on a free port; undefined when it cannot start. */
export function startS3(directory: string) {
  return tier('s3', async () => {
    const server = fork(join(import.meta.dirname, 's3-server.ts'), [directory], { execArgv: [] })
    const port = await new Promise<number>((resolve, reject) => {
      server.once('message', resolve)
      server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    })
    return {
      url: `s3+http://S3RVER:S3RVER@127.0.0.1:${port}/files`,
      stop: async () => void server.disconnect(),
    }
  })
}
