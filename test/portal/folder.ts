import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runVerb } from '../e2e/program.ts'

/** A folder with the portal that `madoguchi new portal` writes, to be edited while it is served. */
export type Folder = {
  readonly dir: string
  read(path: string): Promise<string>
  /** Writes the file aside and renames it into place, as most editors save. */
  save(path: string, content: string | Uint8Array): Promise<void>
  /** Replaces a text that must be there. */
  edit(path: string, from: string, to: string): Promise<void>
  remove(): Promise<void>
}

export async function newFolder(): Promise<Folder> {
  const dir = await mkdtemp(join(tmpdir(), 'madoguchi-folder-'))
  const { code, output, errors } = await runVerb(['new', 'portal', 'guild'], {
    DEFINITIONS_DIR: dir,
  })
  if (code !== 0) throw new Error(`${output}${errors}`)
  return folderAt(dir)
}

export function folderAt(dir: string): Folder {
  const read = (path: string) => readFile(join(dir, path), 'utf8')
  const save = async (path: string, content: string | Uint8Array) => {
    await writeFile(join(dir, `${path}~`), content)
    await rename(join(dir, `${path}~`), join(dir, path))
  }
  return {
    dir,
    read,
    save,
    async edit(path, from, to) {
      const text = await read(path)
      if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`)
      await save(
        path,
        text.replace(from, () => to),
      )
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}
