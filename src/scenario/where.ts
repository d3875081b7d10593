import type { File } from '../definitions/index.ts'
import type { Branch } from './coverage.ts'

/**
 * Where a way is written, as `path:line`, for people who look for what they have not tried: the line with the name of the
 * field, section, state or button in the file of its type, form, pack or workflow. undefined when it is not found.
 */
export function whereOf({ id, where }: Branch, files: readonly File[]): string | undefined {
  const [, kind = '', ...names] = id.split(' ')
  const isForm = where.includes('/')
  if (!isForm) {
    const [head = '', , state = '', action] = id.split(' ')
    const path = `workflows/${where}.yaml`
    if (head === 'start') return lineIn(files, [path], new RegExp(`\\bto: ${state}\\b`))
    const name = action ?? state
    const from = action === undefined ? undefined : new RegExp(`^\\s+${state}:`)
    return lineIn(files, [path], new RegExp(`^\\s+${name}:`), from)
  }
  const [portal = '', form = ''] = where.split('/')
  const own = `forms/${portal}/${form}.yaml`
  const typeFile = (type: string) => `forms/${portal}/facility-types/${type}.yaml`
  const [name = ''] = names
  if (kind === 'choice') return name === '' ? `${own}:1` : `${typeFile(name)}:1`
  const [type = '', field] = name.split('.')
  const packs = files.map(({ path }) => path).filter((path) => path.startsWith('forms/shared/'))
  const types = files
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`forms/${portal}/facility-types/`))
  const paths = field === undefined ? [own, ...packs, ...types] : [typeFile(type), own, ...packs]
  return lineIn(files, paths, new RegExp(`\\bid: ${field ?? type}\\b`))
}

/** The first line that matches, in the first of the files that has one; after the line `from`, if that is given. */
function lineIn(
  files: readonly File[],
  paths: readonly string[],
  pattern: RegExp,
  from?: RegExp,
): string | undefined {
  for (const path of paths) {
    const lines = files.find((file) => file.path === path)?.text.split('\n') ?? []
    const start = from ? lines.findIndex((line) => from.test(line)) : 0
    const at = lines.findIndex((line, index) => index >= start && pattern.test(line))
    if (at >= 0) return `${path}:${at + 1}`
  }
  return undefined
}
