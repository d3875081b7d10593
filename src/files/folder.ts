import { createReadStream } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isFileId, type Place } from './place.ts'
import { fileFault } from './trouble.ts'

/** Large enough to keep the disk busy, small enough for many readers at once. */
const READ_BYTES = 512 * 1024

/**
 * Files in a folder of this machine, spread over 256 folders by the first two characters of their id. A file appears by
 * renaming, so a reader sees all of it or nothing; file and folder are flushed before it counts as kept.
 */
export async function openFolder(folder: string): Promise<Place> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw fileFault(cause)
  })
  const pathOf = (id: string) => join(folder, id.slice(0, 2), id)
  const has = async (id: string) =>
    isFileId(id) &&
    (await stat(pathOf(id)).then(
      (found) => found.isFile(),
      () => false,
    ))
  return {
    has,
    async keep({ id, path }) {
      const target = pathOf(id)
      try {
        await mkdir(dirname(target), { recursive: true, mode: 0o700 })
        await moved(path, target)
        await flushed(dirname(target))
      } catch (cause) {
        throw fileFault(cause)
      }
    },
    get: async (id) =>
      (await has(id)) ? createReadStream(pathOf(id), { highWaterMark: READ_BYTES }) : undefined,
    async remove(id) {
      if (isFileId(id)) await rm(pathOf(id), { force: true })
    },
    async *list() {
      for (const shelf of await readdir(folder))
        for (const id of await readdir(join(folder, shelf)).catch((): string[] => [])) {
          const found = isFileId(id) ? await stat(pathOf(id)).catch(() => undefined) : undefined
          if (found) yield { id, at: found.mtime }
        }
    },
  }
}

/** By renaming; onto another disk by a copy beside the target that is renamed when it is complete. */
async function moved(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EXDEV')) throw cause
    await copyFile(from, `${to}.part`)
    await flushed(`${to}.part`)
    await rename(`${to}.part`, to)
  }
}

/** A name is only safe on the disk when its folder is. */
async function flushed(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
