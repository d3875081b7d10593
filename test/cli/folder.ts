import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** Runs `work` with a temporary folder that holds copies of these parts of the project, and deletes it. */
export async function withCopy<T>(
  parts: readonly string[],
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'madoguchi-cli-'))
  try {
    for (const part of parts) await cp(join(root, part), join(dir, part), { recursive: true })
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export const DEFINITIONS = ['forms', 'workflows'] as const
