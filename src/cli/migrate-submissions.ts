import type { Locale } from '../form/form.ts'
import { movedSubmissions, type Moved } from '../migrate-submissions.ts'
import type { Obstacle } from '../workflow/move.ts'
import { configFrom, localeFrom, print, type Env } from './environment.ts'
import { openFrom } from './open.ts'

export type MigrateOptions = {
  readonly apply?: boolean
  readonly json?: boolean
  readonly lang: string
}

/**
 * `madoguchi migrate-submissions`: moves submissions under way from the definitions they began with to the present ones, as
 * the workflows' `migrate` says; without `--apply` it only tells what would happen. True when none is left behind.
 */
export async function migrateSubmissions(env: Env, options: MigrateOptions): Promise<boolean> {
  const locale = localeFrom(options.lang)
  const { running } = await openFrom(configFrom(env))
  try {
    const all: Moved[] = []
    for await (const moved of movedSubmissions(running, { isTrial: options.apply !== true }))
      all.push(moved)
    if (options.json) print(JSON.stringify({ applied: options.apply === true, all }, null, 2))
    else print(reportOf(all, options.apply === true, locale))
    return all.every((one) => 'move' in one)
  } finally {
    await running.close()
  }
}

/** For people: how many go where, and each that stays with its reasons. */
export function reportOf(all: readonly Moved[], isApplied: boolean, locale: Locale): string {
  const t = TEXTS[locale]
  const ways = new Map<string, number>()
  for (const one of all)
    if ('move' in one) {
      const way = t.way(one.workflow, one.state, one.move.state)
      ways.set(way, (ways.get(way) ?? 0) + 1)
    }
  const staying = all.flatMap((one) =>
    'obstacles' in one
      ? [
          t.stays(one.number, one.workflow, one.state),
          ...one.obstacles.map((each) => `  ${t.why(each)}`),
        ]
      : [],
  )
  if (all.length === 0) return t.none
  return [
    ...[...ways].map(([way, count]) => t.count(way, count)),
    ...staying,
    isApplied ? t.applied : t.trial,
  ].join('\n')
}

const JA = {
  none: '前の版で進行中の申請はありません。',
  way: (workflow: string, from: string, to: string) =>
    from === to ? `${workflow}：${from}のまま` : `${workflow}：${from} → ${to}`,
  count: (way: string, count: number) => `${way}　${count}件`,
  stays: (number: string, workflow: string, state: string) =>
    `${number}（${workflow}：${state}）は移せません。`,
  why: ({ code, name }: Obstacle) => REASONS[code](name).ja,
  applied: '移しました。移せない申請は、始めたときの版のまま続きます。',
  trial: '確かめただけで、何も変えていません。--apply を付けると移します。',
}
const EN: typeof JA = {
  none: 'No submission is under way by an earlier version.',
  way: (workflow, from, to) =>
    from === to ? `${workflow}: stays in ${from}` : `${workflow}: ${from} → ${to}`,
  count: (way, count) => `${way}: ${count}`,
  stays: (number, workflow, state) => `${number} (${workflow}: ${state}) cannot be moved.`,
  why: ({ code, name }) => REASONS[code](name).en,
  applied: 'Moved. Those that cannot be moved go on by the version they began with.',
  trial: 'Only looked, nothing is changed. With --apply they are moved.',
}
const TEXTS = { ja: JA, en: EN }

const REASONS: {
  readonly [code in Obstacle['code']]: (name: string) => {
    readonly ja: string
    readonly en: string
  }
} = {
  'no-workflow': (name) => ({
    ja: `今の版に手続き「${name}」がありません。同じ名前のファイルを workflows/ に戻してください。`,
    en: `There is no workflow '${name}' any more. Put a file of that name back into workflows/.`,
  }),
  'no-form': (name) => ({
    ja: `今の版に、この手続きを始めるフォーム「${name}」がありません。フォームを戻してください。`,
    en: `There is no form '${name}' that starts this workflow any more. Put it back.`,
  }),
  'no-state': (name) => ({
    ja: `今の版に、待つことのできる状態「${name}」がありません。migrate の states に、移る先を書いてください。`,
    en: `There is no state '${name}' to wait in any more. Name its new one under states of migrate.`,
  }),
  'no-field': (name) => ({
    ja: `項目「${name}」の行き先がありません。migrate の fields に今の名前を書くか、消してよければ drop に加えてください。`,
    en: `The answer '${name}' has no place. Name its new field under fields of migrate, or add it to drop.`,
  }),
  'other-type': (name) => ({
    ja: `項目「${name}」の種類が変わっています。別の名前の項目にするか、消してよければ drop に加えてください。`,
    en: `The field '${name}' is of another type now. Give the new one another name, or add it to drop.`,
  }),
  sealed: (name) => ({
    ja: `封をして保管する項目「${name}」は、名前も保管の方法も変えられません。元の名前に戻してください。`,
    en: `The sealed answer '${name}' keeps its name and its seal. Give the field its old name back.`,
  }),
  'no-action': (name) => ({
    ja: `使われている途中の操作「${name}」が、移る先の状態にありません。同じ名前の操作を加えてください。`,
    en: `The action '${name}', which is under way, is not in the state it would go to. Add it there.`,
  }),
  'no-step': (name) => ({
    ja: `進行中の手順「${name}」が、移る先の状態にありません。終わるのを待つか、同じ名前の手順を加えてください。`,
    en: `The step '${name}', which is under way, is not in the new state. Wait for its end, or add it there.`,
  }),
  'not-begun': () => ({
    ja: '移る先の状態は、入るときに始める手順を行うところです。人の操作を待つ状態を選んでください。',
    en: 'The new state does work that begins when it is entered. Choose one that waits for people.',
  }),
  'no-way-on': () => ({
    ja: '移る先の状態には、次に進む操作も期限もありません。操作のある状態を選んでください。',
    en: 'Nothing leads on from the new state. Choose one with an action.',
  }),
  busy: () => ({
    ja: 'ちょうど処理しているところです。少し待って、もう一度実行してください。',
    en: 'It is being worked on this very moment. Run this again a little later.',
  }),
}
