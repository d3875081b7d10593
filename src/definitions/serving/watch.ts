import { watch, type FSWatcher } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FOLDERS, LOAD_LIMITS } from '../load.ts'

/** Editors save in several steps (write aside, rename, touch); a change is over when nothing has moved for so long. */
const QUIET_MS = 80
/** Somebody who saves without a pause still sees the change. */
const QUIET_MS_MAX = 500

/**
 * Calls `onChange` after something below `forms/` or `workflows/` was written, renamed or removed. Folders are watched,
 * not files: a file that is replaced under its name stays watched. `onLost` when the system watches no more folders.
 */
export async function watchDefinitions(
  dir: string,
  onChange: () => void,
  onLost: (cause: unknown) => void,
): Promise<{ stop(): void }> {
  const watchers = new Map<string, FSWatcher>()
  let quiet: NodeJS.Timeout | undefined
  let firstMs: number | undefined
  let isStopped = false

  const lost = (path: string, cause: unknown) => {
    watchers.get(path)?.close()
    watchers.delete(path)
    if (!isGone(cause)) onLost(cause)
  }
  const add = (path: string, isOurs: (name: string) => boolean) => {
    if (watchers.has(path) || isStopped) return
    try {
      const watcher = watch(path, { persistent: false }, (_, name) => {
        if (name === null || isOurs(name)) stir()
      })
      watcher.on('error', (cause) => lost(path, cause))
      watchers.set(path, watcher)
    } catch (cause) {
      lost(path, cause)
    }
  }
  /** Watches the folders of the moment, all anew: one that was replaced keeps its name and loses its watcher. */
  const look = async () => {
    const folders: string[] = []
    for (const folder of FOLDERS) await collectFolders(join(dir, folder), 0, folders)
    for (const [path, watcher] of watchers)
      if (path !== dir) {
        watcher.close()
        watchers.delete(path)
      }
    for (const path of folders) add(path, isNoDraft)
  }
  const stir = () => {
    const now = performance.now()
    firstMs ??= now
    clearTimeout(quiet)
    quiet = setTimeout(settled, Math.max(0, Math.min(QUIET_MS, firstMs + QUIET_MS_MAX - now)))
  }
  const settled = () => {
    firstMs = undefined
    // Only then: what changes before the folders are watched anew is read, what changes later is noticed.
    look().then(() => {
      if (!isStopped) onChange()
    }, onLost)
  }

  add(dir, (name) => (FOLDERS as readonly string[]).includes(name))
  await look()
  return {
    stop() {
      isStopped = true
      clearTimeout(quiet)
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    },
  }
}

async function collectFolders(folder: string, depth: number, into: string[]): Promise<void> {
  if (depth > LOAD_LIMITS.depth) return
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if (isGone(cause)) return undefined
    throw cause
  })
  if (!entries) return
  into.push(folder)
  for (const entry of entries)
    if (entry.isDirectory() && isNoDraft(entry.name))
      await collectFolders(join(folder, entry.name), depth + 1, into)
}

/** Hidden files are no definitions: what editors keep aside is mostly hidden. */
function isNoDraft(name: string): boolean {
  return !name.startsWith('.')
}

function isGone(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
