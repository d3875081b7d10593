import type { Form } from '../../form/form.ts'
import type { FieldDraft } from './field.ts'
import type { Known } from '../refs.ts'
import {
  child,
  compileSaid,
  compileText,
  itemsOf,
  stringOf,
  suggest,
  type TextScope,
} from '../values.ts'
import { APPLICATION } from '../workflow/checks.ts'
import type { MapNode } from '../yaml/yaml.ts'

type Names = ReadonlyMap<string, Known>

/** 申請区分: what a first application is called and what a change of an accepted one. */
export function compileClass(root: MapNode, scope: TextScope): Form['class'] {
  const node = child(root, 'class')
  if (!node) return undefined
  needAccount(root, 'class', scope)
  return {
    new: compileText(child(node, 'new'), 'new', scope),
    change: compileText(child(node, 'change'), 'change', scope),
  }
}

/** Such a form also knows which it is, and the answers of the last accepted one. */
export function classFacts(root: MapNode, facts: Names): Names {
  return child(root, 'class')
    ? new Map([...facts, ['application', APPLICATION], ['previous', { schema: {} }]])
    : facts
}

/** `previous.<field>` names a field of the form itself. */
export function checkPrevious(drafts: readonly FieldDraft[], { report }: TextScope): void {
  const ids = new Set(drafts.map(({ field }) => field.id))
  for (const use of new Set(drafts.flatMap(({ uses }) => uses))) {
    const [first, id = ''] = use.ref.split('.')
    if (first === 'previous' && !ids.has(id))
      report('ref.unknown', use.at, { kind: '項目', kindEn: 'field', ...suggest(id, ids) })
  }
}

/** `requires`: forms of which one must have been accepted before this one can be filed. */
export function compileRequires(root: MapNode, facts: Names, scope: TextScope): Form['requires'] {
  const node = child(root, 'requires')
  if (!node) return undefined
  needAccount(root, 'requires', scope)
  const filed = facts.get('filed')?.schema.properties
  const names = Object.keys((filed ?? {}) as object)
  return itemsOf(node).map((item) => {
    const given = child(item, 'form')
    const name = stringOf(given) ?? ''
    if (given && filed && !names.includes(name))
      scope.report('ref.unknown', given.at, {
        kind: 'フォーム',
        kindEn: 'form',
        ...suggest(name, names),
      })
    return {
      when: { [`filed.${name}.count`]: { min: 1 } },
      say: compileSaid(child(item, 'say'), 'say', scope),
    }
  })
}

/** Only of somebody who is logged in is it known what was filed before. */
function needAccount(root: MapNode, key: string, { report }: TextScope): void {
  const at = root.entries.get(key)?.at
  if (at && stringOf(child(root, 'access')) !== 'account') report('form.account-only', at, { key })
}
