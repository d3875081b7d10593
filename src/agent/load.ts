import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { CardManifest } from '../cards/contract.ts'
import { checkManifest, type ManifestProblem } from '../cards/manifest.ts'
import type { Json } from '../form/form.ts'

const MANIFEST_BYTES_MAX = 64 * 1024

/** The manifest of a plugin's folder: data, read and checked while none of its code is. */
export async function readManifest(
  folder: URL,
): Promise<
  { readonly manifest: CardManifest } | { readonly problems: readonly ManifestProblem[] }
> {
  const problem = (ja: string, en: string) => ({ problems: [{ path: '', ja, en }] })
  const bytes = await readFile(new URL('manifest.json', folder)).catch(() => undefined)
  if (!bytes) return problem('manifest.json がありません。', 'There is no manifest.json.')
  if (bytes.length > MANIFEST_BYTES_MAX)
    return problem('manifest.json が大きすぎます。', 'The manifest.json is too large.')
  const name =
    fileURLToPath(folder)
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? ''
  let json: Json
  try {
    json = JSON.parse(bytes.toString('utf8')) as Json
  } catch {
    // Text that is no JSON is an ordinary answer to a file somebody wrote.
    return problem(
      'manifest.json を JSON として読み取れません。',
      'The manifest.json cannot be read as JSON.',
    )
  }
  return checkManifest(json, name)
}
