import type { Files } from '../files.ts'
import type { FormDraft } from '../form/form.ts'
import { BUILTIN_PATHS } from './portal.ts'
import type { Report } from '../problems.ts'
import { UNREAD } from '../refs.ts'
import { child, itemsOf, stringOf, suggest } from '../values.ts'

type Work = {
  readonly files: Files
  readonly report: Report
  readonly used: Set<string>
  readonly forms: ReadonlyMap<string, FormDraft>
}

/** What only shows when all forms of a portal are known: addresses, purposes, what facility types change. */
export function checkPortalForms(portal: string, work: Work): void {
  const forms = [...work.forms.values()].filter(({ form }) => form.portal === portal)
  const paths = new Map<string, string>()
  for (const draft of forms) {
    checkPath(draft, paths, work.report)
    checkPurpose(draft, work)
  }
  checkTypes(portal, forms, work)
}

function checkPath({ parsed }: FormDraft, paths: Map<string, string>, report: Report): void {
  const node = child(parsed.root, 'path')
  const path = stringOf(node)
  if (!node || path === undefined) return
  if (BUILTIN_PATHS.has(path)) report('name.reserved', node.at, { name: path })
  const other = paths.get(path)
  if (other !== undefined)
    report('name.duplicate', node.at, {
      name: path,
      kind: 'アドレス',
      kindEn: 'address',
      where: other,
    })
  else paths.set(path, parsed.source.file)
}

/** A form starts a workflow, or is built in, or belongs to an action. */
function checkPurpose({ form, parsed }: FormDraft, { files, report, used }: Work): void {
  const { root, name } = parsed
  const workflow = child(root, 'workflow')
  const started = stringOf(workflow)
  if (workflow && child(root, 'builtin'))
    report('key.not-both', workflow.at, { key: 'workflow', other: 'builtin' })
  if (workflow && started !== undefined) {
    used.add(`workflow ${started}`)
    if (!files.workflows.has(started))
      report('ref.unknown', workflow.at, {
        kind: '流れ（workflows）',
        kindEn: 'workflow',
        ...suggest(started, files.workflows.keys()),
      })
  }
  const isStarted = workflow !== undefined || form.builtin !== undefined
  if (!isStarted && !used.has(`form ${form.id}`)) report('form.no-purpose', root.at, { name })
  if (isStarted && !child(root, 'path')) report('form.no-path', root.at, { name })
}

function checkTypes(portal: string, forms: readonly FormDraft[], { files, report }: Work): void {
  const placed = forms.filter(({ form }) => form.place !== undefined)
  const ids = new Set(placed.flatMap(({ baseIds }) => [...baseIds]))
  for (const [type, { root }] of files.portals.get(portal)?.types ?? []) {
    for (const item of itemsOf(child(root, 'overlay'))) {
      const node = child(item, 'id')
      const id = stringOf(node)
      if (node && id !== undefined && !ids.has(id) && !ids.has(UNREAD))
        report('overlay.unknown', node.at, suggest(id, ids))
    }
    const identifier = child(child(root, 'account'), 'identifier')
    const name = stringOf(identifier)
    if (!identifier || name === undefined) continue
    const drafts = placed.flatMap((draft) => {
      const sections = draft.variants.get(type)?.sections ?? []
      return sections.flatMap((section) => section.fields)
    })
    const field = drafts.find((draft) => draft.field.id === name)
    if (field && field.type.control !== 'lookup') report('ref.not-lookup', identifier.at, { name })
    if (!field && placed.length > 0)
      report('ref.unknown', identifier.at, {
        kind: '項目',
        kindEn: 'field',
        ...suggest(
          name,
          drafts.map((draft) => draft.field.id),
        ),
      })
  }
}
