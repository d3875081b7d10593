import type { Json, JsonObject } from '../form/form.ts'
import { CARD_API_VERSION, type CardManifest, type Operation } from './contract.ts'
import { fromHex } from './apdu.ts'
import { FORBIDDEN_AIDS, FORBIDDEN_INS, UID_COMMAND } from './filter.ts'

/** What is wrong with a manifest, where and what to do. */
export type ManifestProblem = { readonly path: string; readonly ja: string; readonly en: string }

const KINDS = ['reader', 'card-profile', 'file-source']
const STATUSES = ['experimental', 'testing', 'production']
const PLATFORMS = ['linux', 'darwin', 'win32']
const ASSURANCES = ['none', 'read', 'card-proved']
const OPERATIONS: readonly Operation[] = ['identify', 'attributes', 'certificate', 'challenge']
const SENSITIVITIES = ['public', 'personal', 'secret']
const KEYS = [
  'id',
  'version',
  'apiVersion',
  'kind',
  'status',
  'label',
  'licence',
  'platforms',
  'config',
  'permissions',
  'timeouts',
  'card',
]
/** One command longer than this is a hung reader; a whole session is a person waiting. */
const COMMAND_MS_MAX = 60_000
const SESSION_MS_MAX = 300_000

/**
 * Holds a manifest against the contract, before any code of its plugin is loaded. Gives the manifest, or every problem
 * together. `folder`: the name the id must equal.
 */
export function checkManifest(
  json: Json,
  folder: string,
): { readonly manifest: CardManifest } | { readonly problems: readonly ManifestProblem[] } {
  const problems: ManifestProblem[] = []
  const wrong = (path: string, ja: string, en: string) => problems.push({ path, ja, en })
  const root = objectOf(json)
  if (!root) {
    wrong('', 'オブジェクト { … } で書いてください。', 'Write an object { … }.')
    return { problems }
  }
  for (const key of Object.keys(root))
    if (!KEYS.includes(key))
      wrong(key, `使えるもの：${KEYS.join('、')}`, `Possible: ${KEYS.join(', ')}`)
  if (root.id !== folder || !/^[a-z][a-z0-9-]{1,60}$/.test(folder))
    wrong(
      'id',
      `フォルダー名と同じ「${folder}」にしてください。`,
      `Make it '${folder}', as the folder is called.`,
    )
  if (!matches(root.version, /^\d{1,5}\.\d{1,5}\.\d{1,5}$/))
    wrong('version', '1.0.0 のように書いてください。', 'Write it like 1.0.0.')
  const refused = versionRefusal(root.apiVersion)
  if (refused) wrong('apiVersion', refused.ja, refused.en)
  oneOf(wrong, 'kind', root.kind, KINDS)
  oneOf(wrong, 'status', root.status, STATUSES)
  if (typeof objectOf(root.label)?.ja !== 'string')
    wrong(
      'label',
      '{ "ja": "…", "en": "…" } の形で書いてください。',
      'Write { "ja": "…", "en": "…" }.',
    )
  if (!matches(root.licence, /^.{1,100}$/))
    wrong('licence', 'MIT のように書いてください。', 'Write it like MIT.')
  const platforms = listOf(root.platforms)
  if (platforms.length === 0)
    wrong('platforms', `1つ以上：${PLATFORMS.join('、')}`, `One or more of ${PLATFORMS.join(', ')}`)
  for (const platform of platforms) oneOf(wrong, 'platforms', platform, PLATFORMS)
  if (objectOf(root.config)?.type !== 'object')
    wrong(
      'config',
      '"type": "object" の JSON Schema にしてください。',
      'Make it a JSON Schema with "type": "object".',
    )
  if (!Array.isArray(root.permissions))
    wrong('permissions', '一覧 [ … ] で書いてください。', 'Write a list [ … ].')
  for (const permission of listOf(root.permissions))
    if (!matches(permission, /^(?:pcsc|fs:[A-Za-z][A-Za-z0-9]*)$/))
      wrong(
        'permissions',
        'pcsc か fs:<設定の名前> だけが使えます。',
        'Only pcsc and fs:<key of the configuration> are possible.',
      )
  const timeouts = objectOf(root.timeouts)
  inRange(wrong, 'timeouts.commandMs', timeouts?.commandMs, COMMAND_MS_MAX)
  inRange(wrong, 'timeouts.sessionMs', timeouts?.sessionMs, SESSION_MS_MAX)
  if (root.kind === 'card-profile') checkAccess(objectOf(root.card), wrong)
  else if (root.card !== undefined)
    wrong('card', 'card-profile だけに書けます。', 'Only a card-profile has it.')
  return problems.length > 0 ? { problems } : { manifest: root as unknown as CardManifest }
}

/** Why a plugin of this API version cannot run here; undefined when it can. */
export function versionRefusal(
  version: Json | undefined,
  host: { readonly major: number; readonly minor: number } = CARD_API_VERSION,
): { readonly ja: string; readonly en: string } | undefined {
  const [, major, minor] =
    /^(\d{1,4})\.(\d{1,4})$/.exec(typeof version === 'string' ? version : '') ?? []
  const own = `${host.major}.${host.minor}`
  if (major === undefined)
    return { ja: `"${own}" のように書いてください。`, en: `Write it like "${own}".` }
  if (Number(major) !== host.major)
    return {
      ja: `プラグインは API ${version} 用、このプログラムは ${own} です。API ${host.major} 用のプラグインを使ってください。`,
      en: `The plugin is for API ${version}, this program has ${own}. Use a plugin for API ${host.major}.`,
    }
  if (Number(minor) > host.minor)
    return {
      ja: `プラグインは新しい API ${version} を求めています（このプログラムは ${own}）。プログラムを更新してください。`,
      en: `The plugin asks for the newer API ${version} (this program has ${own}). Update the program.`,
    }
  return undefined
}

type Wrong = (path: string, ja: string, en: string) => void

function checkAccess(card: JsonObject | undefined, wrong: Wrong): void {
  if (!card)
    return wrong(
      'card',
      'aids、commands、operations を書いてください。',
      'Write aids, commands and operations.',
    )
  for (const aid of listOf(card.aids)) {
    if (!isAid(aid))
      wrong(
        'card.aids',
        '5～16バイトの16進数にしてください。',
        'Write 5 to 16 bytes in hexadecimal.',
      )
    else if (FORBIDDEN_AIDS.some((one) => one.startsWith(aid) || aid.startsWith(one)))
      wrong(
        'card.aids',
        'このアプリケーションは読み取れません。',
        'This application may not be read.',
      )
  }
  const commands = listOf(card.commands)
  if (commands.length === 0)
    wrong('card.commands', '1つ以上書いてください。', 'Write at least one.')
  for (const command of commands) {
    const bytes = typeof command === 'string' ? fromHex(command) : undefined
    if (bytes?.length !== 2) {
      wrong(
        'card.commands',
        '00B0 のように、CLA と INS の16進数にしてください。',
        'Write the bytes CLA and INS in hexadecimal, like 00B0.',
      )
      continue
    }
    const [cla = 0, ins = 0] = bytes
    const isReaders = cla === 0xff && command !== UID_COMMAND
    if (FORBIDDEN_INS.has(ins) || isReaders)
      wrong(
        'card.commands',
        `${command} は、プラグインからは送れません。`,
        `${command} cannot be sent by a plugin.`,
      )
  }
  const pins = objectOf(card.pins) ?? {}
  for (const [ref, pin] of Object.entries(pins))
    checkPin(ref, objectOf(pin), listOf(card.aids), wrong)
  const operations = Object.entries(objectOf(card.operations) ?? {})
  if (operations.length === 0)
    wrong(
      'card.operations',
      `1つ以上：${OPERATIONS.join('、')}`,
      `One or more of ${OPERATIONS.join(', ')}`,
    )
  for (const [name, operation] of operations) {
    const path = `card.operations.${name}`
    const access = objectOf(operation)
    oneOf(wrong, path, name, OPERATIONS)
    oneOf(wrong, `${path}.assurance`, access?.assurance, ASSURANCES)
    for (const sensitivity of Object.values(objectOf(access?.fields) ?? {}))
      oneOf(wrong, `${path}.fields`, sensitivity, SENSITIVITIES)
    if (access?.pin !== undefined && !Object.hasOwn(pins, String(access.pin)))
      wrong(`${path}.pin`, 'card.pins にある名前にしてください。', 'Name one of card.pins.')
  }
}

function checkPin(
  ref: string,
  pin: JsonObject | undefined,
  aids: readonly Json[],
  wrong: Wrong,
): void {
  const path = `card.pins.${ref}`
  if (typeof objectOf(pin?.label)?.ja !== 'string')
    wrong(
      `${path}.label`,
      '{ "ja": "…", "en": "…" } の形で書いてください。',
      'Write { "ja": "…", "en": "…" }.',
    )
  if (!aids.includes(pin?.aid ?? null))
    wrong(`${path}.aid`, 'card.aids にあるものにしてください。', 'Name one of card.aids.')
  if (!matches(pin?.file, /^[0-9A-F]{4}$/))
    wrong(`${path}.file`, '0018 のように書いてください。', 'Write it like 0018.')
  inRange(wrong, `${path}.p2`, pin?.p2, 255)
  inRange(wrong, `${path}.min`, pin?.min, 32)
  inRange(wrong, `${path}.max`, pin?.max, 32)
  oneOf(wrong, `${path}.characters`, pin?.characters, ['digits', 'upper-alphanumeric'])
}

function oneOf(
  wrong: Wrong,
  path: string,
  value: Json | undefined,
  allowed: readonly string[],
): void {
  if (typeof value !== 'string' || !allowed.includes(value))
    wrong(path, `使えるもの：${allowed.join('、')}`, `Possible: ${allowed.join(', ')}`)
}

function inRange(wrong: Wrong, path: string, value: Json | undefined, max: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > max)
    wrong(path, `1 から ${max} の整数にしてください。`, `Write a whole number from 1 to ${max}.`)
}

function isAid(value: Json): value is string {
  return typeof value === 'string' && /^(?:[0-9A-F]{2}){5,16}$/.test(value)
}

function matches(value: Json | undefined, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value)
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
