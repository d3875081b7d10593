import type { Locale } from '../../src/form/form.ts'

/** Words of the card reading in a form. */
export type CardTexts = {
  readonly byHand: string
  readonly withoutCard: string
  readonly needsScript: string
  readonly read: string
  readonly again: string
  readonly cancel: string
  readonly done: (count: number) => string
  readonly doneOnly: string
  readonly steps: { readonly [step: string]: string }
  readonly connecting: string
  readonly noProgram: string
  readonly pairTitle: string
  readonly pairLabel: string
  readonly pairNote: string
  readonly pair: string
  readonly pairWrong: string
  readonly otherPc: string
  readonly number: string
  readonly numberNote: string
  readonly failed: string
}

const ja: CardTexts = {
  withoutCard: 'カードを使わなくても進めます。',
  needsScript: 'カードを使うには、ブラウザーの設定で JavaScript を有効にしてください。',
  byHand: 'カードを使わなくても、下の項目に入力して進めます。',
  read: 'カードを読み取る',
  again: 'もう一度読み取る',
  cancel: '読み取りをやめる',
  done: (count) => `カードから${count}項目を入力しました。内容を確かめてください。`,
  doneOnly: 'カードを確認しました。',
  steps: {
    consent: '読み取りプログラムの画面で「読み取る」を押してください。',
    card: 'カードをリーダーに置いてください。',
    reading: '読み取っています。カードを動かさないでください。',
    pin: '読み取りプログラムの画面で暗証番号を入力してください。',
  },
  connecting: '読み取りプログラムとつないでいます。',
  noProgram: 'このパソコンの読み取りプログラムと、まだつながっていません。',
  pairTitle: '読み取りプログラムとつなぐ',
  pairLabel: '接続番号',
  pairNote: '読み取りプログラムの画面に出ている番号です（例：24567-ABCD-EFGH）。',
  pair: 'つなぐ',
  pairWrong:
    'つながりませんでした。読み取りプログラムが動いていること、番号が合っていることを確かめてください。',
  otherPc: '番号をプログラムの側に入力する',
  number: 'この番号を、読み取りプログラムの画面に入力してください。',
  numberNote: '2分間、1回だけ使えます。',
  failed: '読み取れませんでした。もう一度読み取るか、画面に入力して進んでください。',
}

const en: CardTexts = {
  withoutCard: 'You can go on without a card.',
  needsScript: 'To use a card, allow JavaScript in the settings of your browser.',
  byHand: 'You can go on without a card by typing the items below.',
  read: 'Read the card',
  again: 'Read it again',
  cancel: 'Stop reading',
  done: (count) => `${count} items were filled in from the card. Please check them.`,
  doneOnly: 'The card was checked.',
  steps: {
    consent: 'Agree in the window of the card program.',
    card: 'Put the card on the reader.',
    reading: 'Reading. Do not move the card.',
    pin: 'Enter the PIN in the window of the card program.',
  },
  connecting: 'Joining the card program.',
  noProgram: 'This page is not joined to the card program of this computer yet.',
  pairTitle: 'Join the card program',
  pairLabel: 'Joining number',
  pairNote: 'It stands in the window of the card program, like 24567-ABCD-EFGH.',
  pair: 'Join',
  pairWrong:
    'They could not be joined. See that the card program runs and that the number is right.',
  otherPc: 'Type a number into the program instead',
  number: 'Type this number into the window of the card program.',
  numberNote: 'It can be used once, for two minutes.',
  failed: 'The card could not be read. Read it again, or go on by typing.',
}

export function cardTexts(locale: Locale): CardTexts {
  return locale === 'en' ? en : ja
}
