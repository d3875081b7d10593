import type { Form, Json } from '../form/form.ts'
import { canonicalJson, sha256 } from '../hash.ts'

/** Enough of a hash to tell the wordings of one form apart. */
const LENGTH = 16

/** Forms are never changed, so each is hashed once. */
const known = new WeakMap<Form, string>()

/** Names the wording of a form: equal forms of any two sets have the same edition. */
export function editionOf(form: Form): string {
  const found = known.get(form)
  if (found !== undefined) return found
  const edition = sha256(canonicalJson(form as unknown as Json)).slice(0, LENGTH)
  known.set(form, edition)
  return edition
}
