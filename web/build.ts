import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { sha256 } from '../src/hash.ts'
import type { PageAssets } from './views/page.ts'

/** One built file. */
export type Asset = {
  readonly body: Uint8Array
  /** Content-Type */
  readonly type: string
}

/** By address, such as `/assets/main-<hash>.js`. Names change with the content, so all may be cached for ever. */
export type Assets = ReadonlyMap<string, Asset>

const { resolve } = createRequire(import.meta.url)
const PDF_PACKAGE = dirname(resolve('pdfjs-dist/package.json'))
const PDF_VERSION = (
  JSON.parse(readFileSync(join(PDF_PACKAGE, 'package.json'), 'utf8')) as { version: string }
).version
const PDF_READER = `/assets/pdf-${PDF_VERSION}/`

/** Builds script, style sheet and icon. Reads only the project's files; takes some 100 ms. */
export async function buildAssets(): Promise<Assets> {
  const [few, all, tools, card, session, evidence, style, icon, reader] = await Promise.all([
    buildScripts('main', [withoutMore, withoutAuthoring]),
    buildScripts('more', [withoutAuthoring]),
    buildScripts('tools', []),
    buildScripts('card', []),
    buildScripts('session', []),
    buildScripts('evidence', []),
    buildStyle(),
    readIcon(),
    readPdfReader(),
  ])
  return new Map([
    ...few,
    ...all,
    ...tools,
    ...card,
    ...session,
    ...evidence,
    ...reader,
    style,
    icon,
  ])
}

/** The addresses a page links to. */
export function pageAssets(assets: Assets): PageAssets {
  const find = (pattern: RegExp) => [...assets.keys()].find((path) => pattern.test(path)) ?? ''
  const script = find(/^\/assets\/main-[^/]+\.js$/)
  const more = find(/^\/assets\/more-[^/]+\.js$/)
  return {
    style: find(/^\/assets\/main-[^/]+\.css$/),
    script,
    tools: find(/^\/assets\/tools-[^/]+\.js$/),
    card: find(/^\/assets\/card-[^/]+\.js$/),
    session: find(/^\/assets\/session-[^/]+\.js$/),
    evidence: find(/^\/assets\/evidence-[^/]+\.js$/),
    icon: find(/^\/assets\/icon-[^/]+\.svg$/),
    preload: importedBy(script, assets),
    more: { script: more, preload: importedBy(more, assets) },
  }
}

/** The files without which a script cannot start, itself left out. What it asks for later is not among them. */
function importedBy(script: string, assets: Assets): readonly string[] {
  const found = new Set([script])
  for (const path of found) {
    const code = Buffer.from(assets.get(path)?.body ?? []).toString()
    // Written by the builder; `import("./…")` asks later.
    for (const [, name = ''] of code.matchAll(/(?:from|import)"\.\/([^"]+)"/g))
      found.add(`/assets/${name}`)
  }
  return [...found].slice(1)
}

const ENTRIES = {
  main: 'main.ts',
  more: 'main.ts',
  tools: 'tools/tools.ts',
  card: 'card.ts',
  session: 'session.ts',
  evidence: 'evidence.ts',
} as const

/**
 * One script with what it imports: `main` for most forms, `more` for those with any of the rarer field types, `tools` for the
 * toolbar, `card` for pages that read a card outside of a form, `session` for those of somebody who is logged in, `evidence` for
 * those that show PDFs.
 */
async function buildScripts(
  name: keyof typeof ENTRIES,
  plugins: Plugin[],
): Promise<(readonly [string, Asset])[]> {
  const result = await build({
    entryPoints: {
      [name]: join(import.meta.dirname, ENTRIES[name]),
    },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: ['es2022'],
    conditions: ['browser', 'production'],
    legalComments: 'none',
    entryNames: '[name]-[hash]',
    chunkNames: `${name}.[name]-[hash]`,
    outdir: '/assets',
    write: false,
    plugins: [...plugins, operatorsWhenNeeded],
    define: { PDF_READER: JSON.stringify(PDF_READER) },
    external: [`${PDF_READER}*`],
  })
  return result.outputFiles.map((file) => [
    `/assets/${file.path.split('/').at(-1) ?? ''}`,
    { body: file.contents, type: 'text/javascript; charset=utf-8' },
  ])
}

/** Expressions reach the further operators through the module that loads them when the page's form needs them. */
const operatorsWhenNeeded: Plugin = {
  name: 'operators-when-needed',
  setup(bundle) {
    bundle.onResolve({ filter: /^\.\/operators\.ts$/ }, ({ importer }) =>
      importer.endsWith('/src/form/expression.ts')
        ? { path: join(import.meta.dirname, 'operators.ts') }
        : undefined,
    )
  },
}

/**
 * A field type also tells authors of YAML what it is and which options it takes, and the compiler which values are right:
 * text that the browser never reads and that would be a tenth of what it downloads. The formatter indents properties by
 * two spaces and what belongs to them deeper, so lines are enough to leave them out.
 */
const withoutAuthoring: Plugin = {
  name: 'without-authoring',
  setup(bundle) {
    bundle.onLoad({ filter: /\/src\/form\/fields\/[\w-]+\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        /^ {2}(?:description|options|schema)\b.*\n(?: {3,}.*\n| {2}[)\]}].*\n)*/gm,
        '',
      ),
      loader: 'ts',
    }))
  },
}

/** In place of the lists of rarer field types and their controls, and of what screens and tables need, nothing. */
const withoutMore: Plugin = {
  name: 'without-more',
  setup(bundle) {
    bundle.onLoad({ filter: /\/src\/form\/fields\/more\.ts$/ }, () => ({
      contents: 'export const moreTypes = {}',
    }))
    bundle.onLoad({ filter: /\/web\/views\/more-controls\.ts$/ }, () => ({
      contents: 'export const moreControls = {}',
    }))
    bundle.onLoad({ filter: /\/web\/views\/steps\.ts$/ }, () => ({
      contents: 'export const stepViews = {}',
    }))
  },
}

async function buildStyle(): Promise<readonly [string, Asset]> {
  const parts = await build({
    entryPoints: [join(import.meta.dirname, 'styles/main.css')],
    bundle: true,
    write: false,
  })
  const css = parts.outputFiles[0]?.text ?? ''
  const tokens = await readFile(
    createRequire(import.meta.url).resolve('@digital-go-jp/design-tokens/dist/tokens.css'),
    'utf8',
  )
  const result = await build({
    stdin: { contents: `${usedTokens(tokens, css)}\n${css}`, loader: 'css' },
    minify: true,
    target: ['chrome111', 'firefox115', 'safari16'],
    write: false,
  })
  const contents = result.outputFiles[0]?.contents ?? new Uint8Array()
  return [
    `/assets/main-${hashOf(contents)}.css`,
    { body: contents, type: 'text/css; charset=utf-8' },
  ]
}

async function readIcon(): Promise<readonly [string, Asset]> {
  const contents = await readFile(join(import.meta.dirname, 'styles/icon.svg'))
  return [`/assets/icon-${hashOf(contents)}.svg`, { body: contents, type: 'image/svg+xml' }]
}

/**
 * The package that reads PDFs comes as it is: its two scripts, what it needs for pictures of scanners, and the encodings and
 * fonts that a PDF may leave out. Its version is in the address, so browsers may keep these files, too.
 */
async function readPdfReader(): Promise<(readonly [string, Asset])[]> {
  const read = async (folder: string, wanted: RegExp) => {
    const names = (await readdir(join(PDF_PACKAGE, folder))).filter((name) => wanted.test(name))
    return Promise.all(
      names.map(async (name) => {
        const body = await readFile(join(PDF_PACKAGE, folder, name))
        const type = /js$/.test(name)
          ? 'text/javascript; charset=utf-8'
          : 'application/octet-stream'
        return [`${PDF_READER}${name}`, { body, type }] as const
      }),
    )
  }
  const files = await Promise.all([
    read('legacy/build', /^pdf(?:\.worker)?\.min\.mjs$/),
    read('wasm', /^(?:jbig2|openjpeg)_nowasm_fallback\.js$/),
    read('cmaps', /\.bcmap$/),
    read('standard_fonts', /\.(?:pfb|ttf)$/),
  ])
  return files.flat()
}

function hashOf(contents: Uint8Array): string {
  return sha256(contents).slice(0, 8).toUpperCase()
}

/** The design system's variables that the style sheet uses, and those they rest on: a tenth of the whole. */
function usedTokens(tokens: string, css: string): string {
  const values = new Map(
    [...tokens.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )
  const used = new Set<string>()
  const take = (text: string) => {
    for (const [, name = ''] of text.matchAll(/var\((--[\w-]+)/g)) {
      const value = values.get(name)
      if (value === undefined || used.has(name)) continue
      used.add(name)
      take(value)
    }
  }
  take(css)
  return `:root{${[...used].map((name) => `${name}:${values.get(name) ?? ''}`).join(';')}}`
}
