import { copyFile, mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Definitions } from './definitions/definitions.ts'
import { editionOf } from './definitions/edition.ts'
import {
  buildValidators,
  loadValidators,
  type BuiltValidators,
} from './definitions/validators/index.ts'
import { assert, Fault } from './fault.ts'
import type { Form } from './form/form.ts'
import { sha256 } from './hash.ts'
import type { Asset, Checks } from './http/deps.ts'
import { indexPortals } from './search/entries.ts'
import type { SearchIndex } from './search/index.ts'

/** One whole set with all that is made from it. A reload makes another one; none is ever changed. */
export type Served = {
  readonly definitions: Definitions
  /** The compiled checks of a form of this set, and where the browser finds the same module. */
  readonly validators: (formId: string) => Checks
  /** By address: the check modules of this set, and of sets before it for pages that are still open. */
  readonly assets: ReadonlyMap<string, Asset>
  /** By edition: the forms of this set, and of sets before it for pages that are still open. */
  readonly forms: ReadonlyMap<string, Form>
  /** By portal: what can be found in it. */
  readonly search: ReadonlyMap<string, SearchIndex>
}

/** Forms and modules kept beyond those of the present set; a page opened that many changes ago checks on the server only. */
const EARLIER_MAX = 200

/** Each form's check module: imported here, served to browsers under an address made of its content. */
export async function serve(
  definitions: Definitions,
  checks: { readonly [formId: string]: BuiltValidators },
  earlier?: Served,
): Promise<Served> {
  const modules = new Map<string, Checks>()
  const assets = new Map<string, Asset>()
  for (const [formId, { file, hash, code }] of Object.entries(checks)) {
    const url = `/assets/check-${hash}.js`
    modules.set(formId, { validators: await loadValidators(file), url })
    assets.set(url, earlier?.assets.get(url) ?? assetOf(code))
  }
  const before = [...(earlier?.assets ?? [])].filter(([url]) => !assets.has(url))
  const forms = new Map(Object.values(definitions.forms).map((form) => [editionOf(form), form]))
  const formsBefore = [...(earlier?.forms ?? [])].filter(([edition]) => !forms.has(edition))
  return {
    definitions,
    validators(formId) {
      const found = modules.get(formId)
      assert(found, `form ${formId} has no compiled checks`)
      return found
    },
    assets: new Map([...before.slice(-EARLIER_MAX), ...assets]),
    search: indexPortals(definitions),
    forms: new Map([...formsBefore.slice(-EARLIER_MAX), ...forms]),
  }
}

/**
 * Keeps the documents of a set under their content's hash, so that what is handed out is what was checked, whatever becomes
 * of the folder. Throws a Fault when a document has changed since its set was compiled.
 */
export async function keepDocuments(
  definitions: Pick<Definitions, 'portals'>,
  folders: { readonly definitionsDir: string; readonly cacheDir: string },
): Promise<void> {
  const shelf = join(folders.cacheDir, 'documents')
  await mkdir(shelf, { recursive: true })
  for (const { id, documents = [] } of Object.values(definitions.portals))
    for (const { file } of documents.flatMap(({ items }) => items)) {
      if (!file) continue
      const kept = join(shelf, file.sha256)
      if ((await hashOf(kept)) === file.sha256) continue
      const fresh = `${kept}.new`
      await copyFile(join(folders.definitionsDir, 'forms', id, 'files', file.name), fresh)
      if ((await hashOf(fresh)) !== file.sha256)
        throw new Fault('definitions.compiler', `${file.name} changed while it was loaded`)
      await rename(fresh, kept)
    }
}

/** undefined: there is no such file. */
async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return bytes && sha256(bytes)
}

function assetOf(code: string): Asset {
  return { body: Buffer.from(code), type: 'text/javascript; charset=utf-8' }
}

/**
 * The checks of a form that a submission stays on though the present set has another one; compiled when they are not there
 * any more. Browsers are given the module while it is served, otherwise the server alone checks.
 */
export async function checksOfEarlier(
  form: Form,
  cacheDir: string,
  served: Pick<Served, 'assets'>,
): Promise<Checks> {
  const built = (await buildValidators({ forms: { [form.id]: form }, cacheDir }))[form.id]
  assert(built, `checks of ${form.id} were built`)
  const url = `/assets/check-${built.hash}.js`
  return {
    validators: await loadValidators(built.file),
    url: served.assets.has(url) ? url : '',
  }
}
