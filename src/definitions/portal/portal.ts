import type { Choice, Locale } from '../../form/form.ts'
import type { FacilityType, Portal } from '../definitions.ts'
import type { Parsed, PortalFiles } from '../files.ts'
import type { Report } from '../problems.ts'
import { compileLists } from './lists.ts'
import { compileCatalogue, compilePortalPages, type PortalScope } from './pages.ts'
import { compileTheme } from './theme.ts'
import {
  child,
  compact,
  compileLinks,
  compileNote,
  compileTarget,
  compileText,
  entriesOf,
  itemsOf,
  numberOf,
  stringOf,
  type TextScope,
} from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** Addresses of every portal that no form may take. */
export const BUILTIN_PATHS: ReadonlySet<string> = new Set([
  'applications',
  'documents',
  'downloads',
  'faq',
  'links',
  'lists',
  'logout',
  'notices',
  'pages',
  'search',
  'settings',
  'submissions',
])
/** First parts of addresses that are not portals. */
const BUILTIN_ROOTS: ReadonlySet<string> = new Set([
  'admin',
  'api',
  'assets',
  'healthz',
  'metrics',
  'openapi',
  'outbox',
  'readyz',
  'review',
])
/** Of the built-in paths, the ones a link may name. */
const LINKABLE_PATHS: readonly string[] = ['', 'applications', 'faq', 'notices', 'submissions']

/** What texts of a portal may name, with everything they do name noted in `used`. */
export function portalScope(
  files: PortalFiles,
  portals: Iterable<string>,
  used: Set<string>,
  report: Report,
): TextScope {
  const { id } = files
  const paths = new Set(LINKABLE_PATHS)
  for (const list of itemsOf(child(files.portal?.root, 'lists')))
    paths.add(`lists/${stringOf(child(list, 'list')) ?? ''}`)
  for (const form of files.forms.values()) {
    const path = stringOf(child(form.root, 'path'))
    if (path !== undefined) paths.add(path)
  }
  for (const { key } of entriesOf(child(files.portal?.root, 'topics')))
    for (const path of ['faq', 'notices']) paths.add(`${path}?topic=${key}`)
  for (const name of files.faqs.keys()) paths.add(`faq/${name}`)
  for (const name of files.notices.keys()) paths.add(`notices/${name}`)
  const messages = child(files.messages?.root, 'messages')
  const related = child(files.portal?.root, 'related')
  const others = [...portals].filter((other) => other !== id)
  return {
    report,
    portal: id,
    languages: languagesOf(files.portal),
    message(name) {
      used.add(`message ${id}/${name}`)
      return child(messages, name)
    },
    messageNames: () => entriesOf(messages).map((entry) => entry.key),
    addressOf(target) {
      const [path = '', name] = target.split('#')
      const page = path.startsWith('pages/') ? path.slice('pages/'.length) : undefined
      if (page !== undefined) used.add(`page ${id}/${page}`)
      const isThere = page === undefined ? paths.has(path) : files.pages.has(page)
      const isNamed = name === undefined || textAt(files, path).includes(`{#${name}}`)
      return isThere && isNamed ? `/${id}${target === '' ? '' : `/${target}`}` : undefined
    },
    targets: () => [...paths, ...[...files.pages.keys()].map((page) => `pages/${page}`)],
    relatedPortal(name) {
      used.add(`related ${id}/${name}`)
      return (
        stringOf(child(child(related, name), 'href')) ??
        (others.includes(name) ? `/${name}` : undefined)
      )
    },
    relatedPortals: () => [...entriesOf(related).map((entry) => entry.key), ...others],
  }
}

/** The Markdown at an address, in which headings may have names. */
function textAt(files: PortalFiles, path: string): string {
  const [folder, name = ''] = path.split('/')
  const source = (folder === 'pages' ? files.pages : files.faqs).get(name)
  return source?.text ?? ''
}

function languagesOf(parsed: Parsed | undefined): readonly Locale[] {
  const given = itemsOf(child(parsed?.root, 'languages')).map(stringOf)
  const known = (['ja', 'en'] as const).filter((locale) => given.includes(locale))
  return known.length > 0 ? known : ['ja']
}

export function compilePortal(files: PortalFiles, scope: PortalScope): Portal | undefined {
  const root = files.portal?.root
  if (!root) return undefined
  if (BUILTIN_ROOTS.has(files.id))
    scope.report('name.reserved', (child(root, 'portal') ?? root).at, { name: files.id })
  const operator = child(root, 'operator')
  const sender = child(operator, 'sender')
  const banner = child(root, 'banner')
  const theme = child(root, 'theme')
  checkRelated(child(root, 'related'), scope)
  return compact({
    id: files.id,
    title: compileText(child(root, 'title'), 'title', scope),
    languages: scope.languages,
    operator: {
      name: compileText(child(operator, 'name'), 'name', scope),
      phone: stringOf(child(operator, 'phone')) ?? '',
      mail: stringOf(child(operator, 'mail')) ?? '',
      sender: {
        name: stringOf(child(sender, 'name')) ?? '',
        address: stringOf(child(sender, 'address')) ?? '',
      },
    },
    contactHours: compileText(child(root, 'contactHours'), 'contactHours', scope),
    ...compilePortalPages(root, scope),
    memberName: itemsOf(child(root, 'memberName')).map((item) => stringOf(item) ?? ''),
    banner: banner && compileNote(banner, scope),
    theme: theme && compileTheme(theme, scope.report),
    menu: {
      visitor: compileLinks(child(child(root, 'menu'), 'visitor'), scope),
      account: compileLinks(child(child(root, 'menu'), 'account'), scope),
    },
    tiles: itemsOf(child(root, 'tiles')).map((tile) => compileTile(tile, scope)),
    footer: compileLinks(child(root, 'footer'), scope),
    ...compileCatalogue(root, [...files.types.keys()], scope),
    lists: compileLists(child(root, 'lists'), scope),
    facilityTypes: facilityTypesOf(files, scope),
  } satisfies Portal)
}

function compileTile(node: Node, scope: TextScope): Portal['tiles'][number] {
  const audience = stringOf(child(node, 'for'))
  return compact({
    title: compileText(child(node, 'title'), 'title', scope),
    caption: compileText(child(node, 'caption'), 'caption', scope),
    href: compileTarget(child(node, 'to'), scope),
    for: audience === 'visitor' || audience === 'account' ? audience : ('everyone' as const),
  })
}

/** Addresses of other portals: a path of this program, or an address over TLS. */
function checkRelated(node: Node | undefined, scope: TextScope): void {
  for (const { value } of entriesOf(node)) {
    const href = child(value, 'href')
    const address = stringOf(href)
    if (!href || address === undefined) continue
    const isPath = /^\/[a-z0-9][a-z0-9/-]*$/.test(address)
    const isUrl = /^https:\/\/[^\s\\]+$/.test(address) && URL.canParse(address)
    if (!isPath && !isUrl) scope.report('link.unsafe', href.at, { name: address })
    compileText(child(value, 'label'), 'label', scope)
  }
}

/** The portal's facility types by `order`, then by name. */
export function sortTypes(files: PortalFiles): ReadonlyMap<string, Parsed> {
  const order = ([, parsed]: readonly [string, Parsed]) =>
    numberOf(child(parsed.root, 'order')) ?? 0
  return new Map([...files.types].sort((a, b) => order(a) - order(b) || (a[0] < b[0] ? -1 : 1)))
}

export function facilityTypesOf(files: PortalFiles, scope: TextScope): FacilityType[] {
  return [...sortTypes(files)].map(([id, { root }]) =>
    compact({
      id,
      label: compileText(child(root, 'label'), 'label', scope),
      order: numberOf(child(root, 'order')) ?? 0,
      codeDigits: numberOf(child(child(root, 'account'), 'codeDigits')),
    }),
  )
}

export function facilityChoices(files: PortalFiles, scope: TextScope): Choice[] {
  return facilityTypesOf(files, scope).map(({ id, label }) => ({ value: id, label }))
}
