import type { Text } from '../../form/form.ts'

/** What the last press of a button did; named in the address, so that the page can be loaded anew. */
export const SAID = {
  taken: { ja: 'この申請の担当になりました。', en: 'You deal with this submission now.' },
  released: { ja: 'この申請の担当を外れました。', en: 'You no longer deal with this submission.' },
  othersFirst: {
    ja: 'ほかの人が先に担当を変えました。いまの担当は下のとおりです。',
    en: 'Somebody else has changed who deals with it. This is how it stands now.',
  },
  acted: { ja: '操作を受け付けました。', en: 'Done.' },
  proposed: {
    ja: '提案しました。別の担当者が確認すると実行されます。',
    en: 'Proposed. It takes effect when somebody else agrees.',
  },
  declined: { ja: '提案を取りやめました。', en: 'The proposal was put aside.' },
  noted: { ja: 'メモを残しました。', en: 'The note was added.' },
  retried: {
    ja: '処理をやり直します。結果は、しばらくしてからこの画面を開き直してお確かめください。',
    en: 'The step is tried again. Open this page again in a while to see the outcome.',
  },
  skipped: { ja: '処理を省略して進めました。', en: 'It goes on without this step.' },
} as const satisfies { readonly [name: string]: Text }
export type SaidName = keyof typeof SAID
