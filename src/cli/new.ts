import { access, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pluginsFor } from '../../plugins/index.ts'
import type { Definitions, Problem } from '../definitions/definitions.ts'
import { compile, formatProblems, type File, type Kinds } from '../definitions/index.ts'
import { loadFiles } from '../definitions/load.ts'
import { compileMailBody } from '../definitions/mail/body.ts'
import { nearest } from '../definitions/nearest.ts'
import { collectProblems } from '../definitions/problems.ts'
import { kebab } from '../definitions/shapes.ts'
import { Fault } from '../fault.ts'
import { fieldTypes } from '../form/fields/index.ts'
import type { Locale } from '../form/form.ts'
import { pluginKinds } from '../plugins/host.ts'
import { courseFiles } from '../scaffold/course.ts'
import { facilityTypeFiles } from '../scaffold/facility-type.ts'
import { formFiles } from '../scaffold/form.ts'
import { pluginFiles, pluginLines, readerFiles } from '../scaffold/plugin.ts'
import { layoutFiles, portalFiles } from '../scaffold/portal.ts'
import { wordsFor, type NewFile } from '../scaffold/words.ts'
import { definitionsFolder, localeFrom, print, type Env } from './environment.ts'
import { KINDS } from './new-kinds.ts'

type Kind = (typeof KINDS)[number]

export type NewOptions = {
  readonly portal?: string
  /** Of a plugin: `reader` for a driver of card readers. */
  readonly kind?: string
  readonly json?: boolean
  readonly lang: string
}

type Wish = {
  readonly kind: Kind
  readonly name: string
  readonly portal: string | undefined
  readonly locale: Locale
  readonly isReader: boolean
}
type Outcome = { readonly written: readonly string[]; readonly problems: readonly Problem[] }

/**
 * `madoguchi new <kind> <name>`: writes files that pass `check` together with what is there, or none at all.
 * False when there are problems; a Fault `usage.*` for a wish that cannot be fulfilled as it is worded.
 */
export async function writeNew(
  env: Env,
  kind: string,
  name: string,
  options: NewOptions,
): Promise<boolean> {
  const locale = localeFrom(options.lang)
  const wish = {
    kind: kindFrom(kind, locale),
    name,
    portal: options.portal,
    locale,
    isReader: options.kind === 'reader',
  }
  checkName(wish)
  const { written, problems } =
    wish.kind === 'plugin' ? await newPlugin(wish) : await newDefinition(env, wish)
  const next = problems.length === 0 ? nextSteps(wish, written) : []
  if (options.json) print(JSON.stringify({ written, next, problems }, null, 2))
  else if (problems.length > 0) {
    print(formatProblems(problems))
    print(
      say(
        locale,
        '何も書いていません。先に上の点を直してください。',
        'Nothing was written. Repair this first.',
      ),
    )
  } else {
    for (const path of written) print(say(locale, `書きました：${path}`, `Wrote ${path}`))
    print(say(locale, '\n次にすること：', '\nNext:'))
    for (const step of next) print(`- ${step}`)
  }
  return problems.length === 0
}

function say(locale: Locale, ja: string, en: string): string {
  return locale === 'ja' ? ja : en
}

function refuse(code: string, locale: Locale, ja: string, en: string): never {
  throw new Fault(`usage.${code}`, say(locale, ja, en))
}

function kindFrom(kind: string, locale: Locale): Kind {
  const known = KINDS.find((one) => one === kind)
  if (known) return known
  const near = nearest(kind, KINDS)
  const list = KINDS.join(locale === 'ja' ? '、' : ', ')
  return refuse(
    'kind',
    locale,
    `「${kind}」は作れません。${near ? `「${near}」のことですか。` : ''}作れるもの：${list}`,
    `Cannot make '${kind}'. ${near ? `Did you mean '${near}'? ` : ''}Possible: ${list}`,
  )
}

/** Names that mean something else at the place where the file would go. */
const TAKEN_NAMES: { readonly [kind in Kind]?: readonly string[] } = {
  portal: ['shared'],
  form: ['portal', 'messages'],
  workflow: ['portal', 'messages'],
}

function checkName(wish: Wish): void {
  const { kind, name, locale } = wish
  if (!new RegExp(kebab.pattern ?? '', 'u').test(name))
    refuse(
      'name',
      locale,
      `「${name}」は名前にできません。${kebab['x-rule']?.ja ?? ''}`,
      `'${name}' cannot be a name. ${kebab['x-rule']?.en ?? ''}`,
    )
  if (TAKEN_NAMES[kind]?.includes(name)) refuseTaken(wish)
}

function refuseTaken({ name, locale }: Wish): never {
  return refuse(
    'name',
    locale,
    `「${name}」は別の意味で使われています。ほかの名前にしてください。`,
    `'${name}' means something else here. Choose another name.`,
  )
}

async function newPlugin(wish: Wish): Promise<Outcome> {
  if (!(await exists(join('plugins', 'index.ts'))))
    refuse(
      'folder',
      wish.locale,
      'plugins/index.ts がありません。プログラムのフォルダーで実行してください。',
      'There is no plugins/index.ts. Run this in the folder of the program.',
    )
  const files = await (wish.isReader ? readerFiles : pluginFiles)(wish.name)
  await refuseExisting('.', files, wish.locale)
  return { written: await writeFiles('.', files), problems: [] }
}

async function newDefinition(env: Env, wish: Wish): Promise<Outcome> {
  const dir = await definitionsFolder(env, undefined, wish.locale)
  const loading = collectProblems()
  const present = await loadFiles(dir, loading.report)
  if (loading.count() > 0) return { written: [], problems: loading.finish(wish.locale) }
  const plugins = pluginsFor({ smtpUrl: undefined }).map(({ plugin }) => plugin)
  const kinds: Kinds = { fieldTypes, ...pluginKinds(plugins) }
  const made = await filesFor(wish, present, kinds)
  if ('problems' in made) return { written: [], ...made }
  await refuseExisting(dir, made.files, wish.locale)
  const { problems } = await compile([...present, ...made.files], kinds, {
    locale: wish.locale,
    compileBody: compileMailBody,
  })
  if (problems.some(({ code }) => code === 'name.reserved')) refuseTaken(wish)
  return { written: problems.length > 0 ? [] : await writeFiles(dir, made.files), problems }
}

type Made = { readonly files: readonly NewFile[] } | { readonly problems: readonly Problem[] }

async function filesFor(wish: Wish, present: readonly File[], kinds: Kinds): Promise<Made> {
  const layouts = layoutFiles.filter(({ path }) => !present.some((file) => file.path === path))
  if (wish.kind === 'portal') return { files: [...portalFiles(wish.name), ...layouts] }
  const { definitions, problems } = await compile(present, kinds, {
    locale: wish.locale,
    // Here only the portals count; the mails are compiled with the new files.
    compileBody: () => Promise.resolve({ html: '', warnings: [] }),
  })
  if (!definitions) return { problems }
  const portal = portalFrom(wish, definitions)
  const words = wordsFor(portal.languages)
  const { name } = wish
  if (wish.kind === 'form') return { files: formFiles(portal.id, name, words) }
  if (wish.kind === 'workflow') {
    const names = { portal: portal.id, form: name, workflow: name }
    return { files: [...courseFiles(names, words), ...layouts] }
  }
  const order = 1 + Math.max(0, ...portal.facilityTypes.map((type) => type.order))
  return { files: facilityTypeFiles(portal.id, name, order, kinds.lookups, words) }
}

function portalFrom(
  { portal, locale }: Wish,
  { portals }: Definitions,
): Definitions['portals'][string] {
  const ids = Object.keys(portals)
  const id = portal ?? (ids.length === 1 ? (ids[0] ?? '') : undefined)
  const list = ids.join(locale === 'ja' ? '、' : ', ')
  if (id === undefined)
    return refuse(
      'portal',
      locale,
      `どのポータルのものかを --portal で書いてください。ポータル：${list}`,
      `Say with --portal which portal it belongs to: ${list}`,
    )
  const found = Object.hasOwn(portals, id) ? portals[id] : undefined
  return (
    found ??
    refuse(
      'portal',
      locale,
      `ポータル「${id}」がありません。ポータル：${list}`,
      `There is no portal '${id}'. Portals: ${list}`,
    )
  )
}

async function refuseExisting(
  dir: string,
  files: readonly NewFile[],
  locale: Locale,
): Promise<void> {
  for (const { path } of files)
    if (await exists(join(dir, path)))
      refuse(
        'exists',
        locale,
        `${path} がすでにあります。ほかの名前にするか、そのファイルを直してください。`,
        `${path} exists already. Choose another name, or edit that file.`,
      )
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function writeFiles(dir: string, files: readonly NewFile[]): Promise<string[]> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text, { flag: 'wx' })
  }
  return files.map(({ path }) => path)
}

function nextSteps({ kind, name, locale, isReader }: Wish, written: readonly string[]): string[] {
  if (kind === 'plugin' && isReader)
    return [
      say(
        locale,
        `plugins/cards.ts の一覧に '${name}' を加える`,
        `Add '${name}' to the list in plugins/cards.ts`,
      ),
      say(
        locale,
        `plugins/${name}/device.ts に機器とのやりとりを書く`,
        `Write plugins/${name}/device.ts`,
      ),
      `npx madoguchi plugin-test plugins/${name}`,
    ]
  if (kind === 'plugin') {
    const [importLine, entry] = pluginLines(name)
    return [
      say(
        locale,
        `plugins/index.ts の先頭に：${importLine}`,
        `At the top of plugins/index.ts: ${importLine}`,
      ),
      say(locale, `その一覧（return [ … ]）に：${entry}`, `In its list (return [ … ]): ${entry}`),
      `npx vitest run test/plugins/${name}.test.ts`,
    ]
  }
  const master =
    kind === 'facility-type'
      ? [
          say(
            locale,
            `施設の一覧を取り込む（facility_type は ${name}）：npx madoguchi import-master ファイル`,
            `Import its facilities (facility_type is ${name}): npx madoguchi import-master FILE`,
          ),
        ]
      : []
  const yaml = written.filter((path) => path.endsWith('.yaml') || path.endsWith('.md'))
  return [
    say(
      locale,
      `見本の文と項目を直す：${yaml.join('、')}`,
      `Edit the sample texts and fields: ${yaml.join(', ')}`,
    ),
    say(
      locale,
      '直したら確かめる：npx madoguchi check',
      'Check after each change: npx madoguchi check',
    ),
    ...master,
    say(
      locale,
      'エディターで入力の候補を出す：npx madoguchi schema（はじめの1回）',
      'For completion in an editor, once: npx madoguchi schema',
    ),
  ]
}
