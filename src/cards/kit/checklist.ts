/** Tier 2: what only a person with the device can see. Answers go into a file that names device and versions. */
export const CHECKLIST: readonly {
  readonly id: string
  readonly ja: string
  readonly en: string
}[] = [
  {
    id: 'detected',
    ja: 'リーダーをつなぐと、窓口の画面に出ますか。',
    en: 'Is the reader seen when it is plugged in?',
  },
  {
    id: 'unplugged',
    ja: '外すと消え、つなぎ直すとまた使えますか。',
    en: 'Does it go when unplugged, and work again when plugged in?',
  },
  { id: 'read', ja: 'カードを置いて、読み取りが終わりますか。', en: 'Is a card read to the end?' },
  {
    id: 'pulled',
    ja: '読み取りの途中でカードを外すと「カードが離れました」と出ますか。',
    en: 'Taken away while reading: is that what is said?',
  },
  {
    id: 'wrong-card',
    ja: '別のカードを置くと「使えません」と出ますか。',
    en: 'Is another kind of card refused in words?',
  },
  {
    id: 'wrong-pin',
    ja: '違う暗証番号で、残りの回数が1回だけ減りますか（確かめられるカードで）。',
    en: 'Does one wrong PIN cost exactly one try (with a card meant for that)?',
  },
  {
    id: 'other-program',
    ja: 'ほかのカードのプログラムを開いたままでも、待って読み取れますか。',
    en: 'Does it wait for another card program, and read then?',
  },
  {
    id: 'sleep',
    ja: 'パソコンのスリープから戻った後も使えますか。',
    en: 'Does it work after the computer has slept?',
  },
  {
    id: 'restart',
    ja: '読み取りプログラムを入れ直した後も使えますか。',
    en: 'Does it work after the card program was restarted?',
  },
  { id: 'idle', ja: '1時間置いた後も使えますか。', en: 'Does it work after an idle hour?' },
]

export type ChecklistResult = {
  readonly plugin: string
  readonly version: string
  readonly device: string
  readonly platform: string
  readonly at: string
  readonly answers: { readonly [id: string]: 'yes' | 'no' | 'not tried' }
}
