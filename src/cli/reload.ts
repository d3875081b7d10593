import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pluginsFor } from '../../plugins/index.ts'
import { formatProblems, loadDefinitions } from '../definitions/index.ts'
import { reportOf } from '../definitions/serving/report.ts'
import { fieldTypes } from '../form/fields/index.ts'
import type { Locale } from '../form/form.ts'
import { pluginKinds } from '../plugins/host.ts'
import { SEEN_MS } from '../reload.ts'
import { appendAudit } from '../store/audit.ts'
import type { Store } from '../store/open.ts'
import { insertAttempt, listNodes, type NodeState } from '../store/reloads.ts'
import { configFrom, localeFrom, print, type Env } from './environment.ts'
import { withStore } from './open.ts'

export type ReloadOptions = { readonly json?: boolean; readonly lang: string }

/** Programs look every second; the rest is compiling on a busy machine. */
const ANSWER_MS_MAX = 20_000
const ASK_MS = 200
/** A program that missed two of its signs of life has ended. */
const ALIVE_MS = 2 * SEEN_MS + 10_000

/**
 * `madoguchi reload`: holds the folder against the language and, when there is no problem, has every running program on
 * this database take the set up. True when all of them serve it.
 */
export async function reload(env: Env, options: ReloadOptions): Promise<boolean> {
  const locale = localeFrom(options.lang)
  const config = configFrom(env)
  const kinds = {
    fieldTypes,
    ...pluginKinds(pluginsFor({ smtpUrl: config.smtpUrl }).map(({ plugin }) => plugin)),
  }
  const load = (language: Locale) =>
    loadDefinitions(resolve(config.definitionsDir), kinds, { locale: language })
  const { definitions, problems } = await load(locale)
  if (!definitions) {
    const [ja, en] = [await load('ja'), await load('en')]
    const report = reportOf({ ja: ja.problems, en: en.problems })
    await withStore(config, (store) => insert(store, { report }))
    if (options.json) print(JSON.stringify({ problems }, null, 2))
    else print(`${formatProblems(problems)}\n${TEXTS[locale].kept}`)
    return false
  }
  const { hash } = definitions
  const nodes = await withStore(config, async (store) => {
    const { seq } = await insert(store, { hash })
    return answers(store, seq)
  })
  const isLive = nodes.every((node) => node.hash === hash && node.outcome === 'live')
  if (options.json) print(JSON.stringify({ hash, programs: nodes }, null, 2))
  else print(told(hash, nodes, locale).join('\n'))
  return isLive
}

type Wish = { readonly hash?: string; readonly report?: string }

function insert(store: Store, { hash, report }: Wish): Promise<{ readonly seq: number }> {
  const at = new Date().toISOString()
  return store.write(async (tx) => {
    await appendAudit(tx, {
      at,
      actor: 'system',
      kind: hash === undefined ? 'definitions.refused' : 'definitions.reloaded',
      subject: hash ?? '',
      data: {},
    })
    return insertAttempt(tx, { at, requestedBy: 'system', hash, report })
  })
}

/** Waits until every running program has dealt with the attempt, or for so long. */
async function answers(store: Store, seq: number): Promise<NodeState[]> {
  const until = performance.now() + ANSWER_MS_MAX
  for (;;) {
    const nodes = await listNodes(store.db, new Date(Date.now() - ALIVE_MS).toISOString())
    if (nodes.every((node) => node.seq >= seq) || performance.now() > until)
      return nodes.map((node) => (node.seq >= seq ? node : { ...node, outcome: 'failed' }))
    await sleep(ASK_MS)
  }
}

function told(hash: string, nodes: readonly NodeState[], locale: Locale): string[] {
  const t = TEXTS[locale]
  if (nodes.length === 0) return [t.nobody]
  return nodes.map((node) =>
    node.hash === hash && node.outcome === 'live'
      ? t.live(node.name, hash.slice(0, 12))
      : `${node.name}: ${t.outcomes[node.outcome]}`,
  )
}

const JA = {
  kept: '問題があるため、動いているプログラムは今までの定義のままです。',
  nobody: '問題はありません。動いているプログラムがないため、次に起動したときから使われます。',
  live: (name: string, hash: string) => `${name}：新しい定義（${hash}）に切り替わりました`,
  outcomes: {
    live: '別の版を使っています',
    'other-files':
      '前の版のままです。このプログラムのフォルダーの内容が、今確かめた定義と違います。同じ内容にしてから、もう一度実行してください',
    problems:
      '前の版のままです。このプログラムのフォルダーの定義に問題があります。プログラムのログか、管理画面の「定義の読み込み」をご覧ください',
    failed: '時間内に切り替わりませんでした。プログラムが動いているか、ログをお確かめください',
  } satisfies { readonly [outcome in NodeState['outcome']]: string },
}
const EN: typeof JA = {
  kept: 'Because of these problems, running programs keep the definitions they have.',
  nobody: 'No problems. No program is running; the definitions are used from the next start on.',
  live: (name, hash) => `${name}: serves the new definitions (${hash})`,
  outcomes: {
    live: 'serves another version',
    'other-files':
      'keeps the version before: its folder holds other definitions than were checked now. Make the folders equal and run this again',
    problems:
      'keeps the version before: the definitions in its folder have problems. See its log, or “Loading definitions” in the administration',
    failed: 'did not change over in time. See whether it runs, and its log',
  },
}
const TEXTS: { readonly [L in Locale]: typeof JA } = { ja: JA, en: EN }
