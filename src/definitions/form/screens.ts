import type { Condition, Form, Screen } from '../../form/form.ts'
import { CHECK_STEP } from '../../form/screens.ts'
import type { SectionDraft } from './checks.ts'
import type { Place } from '../frame.ts'
import { compileCondition, type RefUse } from '../refs.ts'
import {
  child,
  compact,
  compileNotes,
  compileText,
  itemsOf,
  optionalText,
  stringOf,
  suggest,
  type TextScope,
} from '../values.ts'
import type { MapNode, Node } from '../yaml/yaml.ts'

/** What the sections of one screen share. */
export type ScreenDraft = {
  readonly id: string
  readonly when: Condition | undefined
  readonly uses: readonly RefUse[]
  /** The node that holds `sections`. */
  readonly node: Node
}

/** Where the sections of a form stand: in its screens, or in the form itself. */
export function screensOf(root: MapNode, scope: TextScope): readonly ScreenDraft[] | undefined {
  const screens = child(root, 'screens')
  const sections = child(root, 'sections')
  if (screens && sections)
    scope.report('key.not-both', screens.at, { key: 'screens', other: 'sections' })
  if (!screens && !sections)
    scope.report('key.missing-one', root.at, { allowed: '「sections」「screens」' })
  if (!screens) return undefined
  const builtin = child(root, 'builtin')
  if (builtin) scope.report('key.not-both', screens.at, { key: 'screens', other: 'builtin' })
  return itemsOf(screens).map((node) => {
    const uses: RefUse[] = []
    const when = child(node, 'when')
    return {
      id: stringOf(child(node, 'id')) ?? '',
      when: when && compileCondition(when, uses, 'read', scope.report, { role: 'when' }),
      uses,
      node,
    }
  })
}

/** The screens themselves; their sections are compiled with those of other forms. */
export function compileScreens(
  drafts: readonly ScreenDraft[],
  sections: readonly SectionDraft[],
  scope: TextScope,
): Screen[] {
  const seen = new Map<string, Place>()
  return drafts.map(({ id, when, node }) => {
    const idNode = child(node, 'id')
    const at = idNode?.at ?? node.at
    const known = seen.get(id)
    if (id === CHECK_STEP) scope.report('name.reserved', at, { name: id })
    if (known)
      scope.report('name.duplicate', at, {
        name: id,
        kind: '画面',
        kindEn: 'screen',
        where: known.source.file,
      })
    seen.set(id, at)
    const ask = child(node, 'ask')
    return compact({
      id,
      title: compileText(child(node, 'title'), 'title', scope),
      lead: compileNotes(child(node, 'lead'), scope),
      when,
      next: optionalText(node, 'next', scope),
      back: optionalText(node, 'back', scope),
      agree: compileAgree(child(node, 'agree'), id, sections, scope),
      ask: ask && {
        title: compileText(child(ask, 'title'), 'title', scope),
        lead: compileText(child(ask, 'lead'), 'lead', scope),
      },
    } satisfies Screen)
  })
}

/** The consent that the button gives is one of this screen. */
function compileAgree(
  node: Node | undefined,
  screen: string,
  sections: readonly SectionDraft[],
  scope: TextScope,
): string | undefined {
  const name = stringOf(node)
  if (!node || name === undefined) return undefined
  const consents = sections
    .filter(({ section }) => section.screen === screen)
    .flatMap(({ fields }) => fields.filter(({ type }) => type.control === 'consent'))
    .map(({ field }) => field.id)
  if (!consents.includes(name))
    scope.report('ref.unknown', node.at, {
      kind: 'この画面の同意（consent）の項目',
      kindEn: 'consent on this screen',
      ...suggest(name, consents),
    })
  return name
}

/** A dialog shows chosen lines; a page shows every answer (A26), so it chooses none. */
export function compileConfirm(node: Node | undefined, scope: TextScope): Form['confirm'] {
  if (!node) return undefined
  const as = stringOf(child(node, 'as')) === 'page' ? 'page' : 'dialog'
  const show = child(node, 'show')
  if (as === 'page' && show) scope.report('confirm.page-shows-all', show.at)
  if (as === 'dialog' && !show) scope.report('key.missing', node.at, { key: 'show' })
  for (const key of ['back', 'submit']) {
    const words = child(node, key)
    if (as === 'dialog' && words) scope.report('confirm.dialog-words', words.at, { key })
  }
  return compact({
    as,
    title: compileText(child(node, 'title'), 'title', scope),
    lead: compileText(child(node, 'lead'), 'lead', scope),
    back: optionalText(node, 'back', scope),
    submit: optionalText(node, 'submit', scope),
  } satisfies Form['confirm'])
}
