import { importMaster } from '../master/import.ts'
import { configFrom, print, type Env } from './environment.ts'
import { withStore } from './open.ts'

/** `madoguchi import-master FILE`: progress on a terminal, then the report; true when no row was refused. */
export async function importMasterFile(
  env: Env,
  file: string,
  options: { json?: boolean },
): Promise<boolean> {
  const showsProgress = process.stderr.isTTY && !options.json
  const result = await withStore(configFrom(env), (store) =>
    importMaster(store, file, {
      now: () => new Date(),
      onProgress(counts, share) {
        if (!showsProgress) return
        const rows = counts.added + counts.changed + counts.unchanged + counts.refused
        process.stderr.write(`\r${Math.round(share * 100)} %  ${rows} rows`)
      },
    }),
  )
  if (showsProgress) process.stderr.write('\n')
  if (options.json) print(JSON.stringify(result, null, 2))
  else {
    for (const { line, column, message } of result.problems)
      print(`${file}:${line}: ${column}: ${message.ja} / ${message.en}`)
    const { added, changed, unchanged, refused, notInFile } = result
    print(
      `added ${added}, changed ${changed}, unchanged ${unchanged}, refused ${refused}; in the master but not in this file: ${notInFile}`,
    )
  }
  return result.refused === 0
}
