import { createHash } from 'node:crypto'
import type { Operation } from '../cards/contract.ts'
import type { PinQuestion } from '../cards/pin.ts'
import type { Text } from '../form/form.ts'
import type { ReaderState } from './agent.ts'
import type { ConsentQuestion } from './desk.ts'

export type DeskView =
  | {
      readonly kind: 'idle'
      readonly pairingCode: string
      readonly state:
        | 'idle'
        | 'card'
        | 'reading'
        | 'done'
        | { readonly what: string; readonly userAction: string }
      readonly readers: readonly Pick<ReaderState, 'label' | 'status'>[]
    }
  | { readonly kind: 'consent'; readonly question: ConsentQuestion }
  | {
      readonly kind: 'pin'
      readonly question: PinQuestion & Pick<ConsentQuestion, 'origin' | 'portal' | 'purpose'>
    }

type Locale = 'ja' | 'en'

/** Where nothing may run, the page looks again after so many seconds; never while somebody answers. */
const REFRESH_S = 5

/** The desk's page as HTML, and its fingerprint: another one means that there is something else to show. */
export function deskHtml(
  view: DeskView,
  locale: Locale,
): { readonly html: string; readonly seen: string } {
  const t = TEXTS[locale]
  const [title, main] =
    view.kind === 'idle'
      ? [t.title, idle(view, locale)]
      : view.kind === 'consent'
        ? [`${t.consentTitle} ${t.title}`, consent(view.question, locale)]
        : [`${t.pinTitle} ${t.title}`, pin(view.question, locale)]
  const refresh =
    view.kind === 'idle'
      ? `<noscript><meta http-equiv="refresh" content="${REFRESH_S}"></noscript>`
      : ''
  const seen = createHash('sha256').update(main).digest('base64url').slice(0, 16)
  const html = `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="/desk.css"><script src="/desk.js" defer></script>${refresh}</head>
<body data-view="${view.kind}" data-seen="${seen}" data-lost="${t.lost}"><main><p class="product">${t.title}</p>${main}</main></body></html>`
  return { html, seen }
}

function idle(
  { pairingCode, state, readers }: Extract<DeskView, { kind: 'idle' }>,
  locale: Locale,
): string {
  const t = TEXTS[locale]
  const told =
    typeof state === 'string'
      ? `<h1>${t.states[state]}</h1>`
      : `<h1>${escape(state.what)}</h1><p class="advice">${escape(state.userAction)}</p>`
  const list = readers.map(
    ({ label, status }) =>
      `<li${status === 'stuck' ? ' class="warning"' : ''}><strong>${escape(label)}</strong><br>${t.readerStates[status]}</li>`,
  )
  return `<div role="status" id="told">${told}</div>
<section><h2>${t.readersTitle}</h2><div id="readers">${list.length > 0 ? `<ul>${list.join('')}</ul>` : `<p>${t.noReader}</p>`}</div></section>
<section><h2>${t.pairTitle}</h2><p>${t.pairLead}</p><p class="code" id="pairing">${escape(pairingCode)}</p>
<form method="post"><input type="hidden" name="for" value="revoke"><button class="quiet">${t.revoke}</button></form></section>
<section><h2>${t.joinTitle}</h2><form method="post"><input type="hidden" name="for" value="join">
<label for="code">${t.joinLabel}</label><input id="code" name="code" autocomplete="off" spellcheck="false" required maxlength="20">
<button>${t.join}</button></form></section>`
}

function consent(question: ConsentQuestion, locale: Locale): string {
  const t = TEXTS[locale]
  const words = wishWords(question, locale)
  return `<h1>${t.consentTitle}</h1>
<dl><dt>${t.from}</dt><dd>${escape(question.portal)}<br><span class="origin">${escape(question.origin)}</span></dd>
<dt>${t.purpose}</dt><dd>${escape(question.purpose)}</dd>
<dt>${t.what}</dt><dd>${words.operation}${words.fields ? `<br>${escape(words.fields)}` : ''}</dd></dl>
<form method="post"><input type="hidden" name="for" value="consent">
<button name="answer" value="yes">${t.yes}</button> <button name="answer" value="no" class="quiet">${t.no}</button></form>`
}

function pin(question: Extract<DeskView, { kind: 'pin' }>['question'], locale: Locale): string {
  const t = TEXTS[locale]
  const label = escape(textIn(question.label, locale))
  const left = question.triesLeft === undefined ? t.leftUnknown : t.left(question.triesLeft)
  const last = question.isLastTry
    ? `<label class="last"><input type="checkbox" name="last" value="yes" required> ${t.lastTry}</label>`
    : ''
  const mode = question.characters === 'digits' ? 'numeric' : 'text'
  return `<h1>${t.pinTitle}</h1>
<dl><dt>${t.from}</dt><dd>${escape(question.portal)}<br><span class="origin">${escape(question.origin)}</span></dd>
<dt>${t.purpose}</dt><dd>${escape(question.purpose)}</dd></dl>
<form method="post"><input type="hidden" name="for" value="pin">
<label for="pin">${label}</label><p id="left" class="${question.isLastTry ? 'warning' : ''}">${left}</p>
<input id="pin" name="pin" type="password" inputmode="${mode}" autocomplete="off" autofocus required minlength="${question.min}" maxlength="${question.max}" aria-describedby="left">
${last}<button name="answer" value="yes">${t.send}</button> <button name="answer" value="no" formnovalidate class="quiet">${t.no}</button></form>`
}

function textIn(text: Text, locale: Locale): string {
  return text[locale] ?? text.ja
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

type Texts = {
  readonly [
    name in
      | 'title'
      | 'lost'
      | 'readersTitle'
      | 'noReader'
      | 'pairTitle'
      | 'pairLead'
      | 'revoke'
      | 'joinTitle'
      | 'joinLabel'
      | 'join'
      | 'consentTitle'
      | 'from'
      | 'purpose'
      | 'what'
      | 'comma'
      | 'yes'
      | 'no'
      | 'pinTitle'
      | 'leftUnknown'
      | 'lastTry'
      | 'send'
  ]: string
} & {
  readonly left: (count: number) => string
  readonly states: { readonly [state in 'idle' | 'card' | 'reading' | 'done']: string }
  readonly readerStates: { readonly [state in ReaderState['status']]: string }
  readonly operations: { readonly [operation in Operation]: string }
  readonly fields: { readonly [name: string]: string }
}

/** What is read, in words. */
export function wishWords(
  { operation, fields }: Pick<ConsentQuestion, 'operation' | 'fields'>,
  locale: Locale,
): { readonly operation: string; readonly fields: string } {
  const t = TEXTS[locale]
  const names = fields.map((name) => (Object.hasOwn(t.fields, name) ? t.fields[name] : name))
  return { operation: t.operations[operation], fields: names.join(t.comma) }
}

export function stateWords(state: 'idle' | 'card' | 'reading' | 'done', locale: Locale): string {
  return TEXTS[locale].states[state]
}

const TEXTS: { readonly [locale in Locale]: Texts } = {
  ja: {
    title: 'カード読み取り',
    lost: '読み取りプログラムに届きません。プログラムを始め直し、表示された番地を開いてください。',
    readersTitle: 'カードリーダー',
    noReader: 'リーダーが見つかりません。つないでください。',
    readerStates: {
      ready: 'カードを待っています',
      card: 'カードがあります',
      stuck:
        '応答がありません。カードを外し、リーダーをつなぎ直してください。直らないときは、パソコンを再起動してください。',
    },
    states: {
      idle: '読み取りの依頼を待っています。',
      card: 'カードをリーダーに置いてください。',
      reading: '読み取っています。カードを動かさないでください。',
      done: '読み取りが終わりました。カードを外してください。',
    },
    pairTitle: '画面とつなぐ',
    pairLead: '申請の画面で接続番号を聞かれたら、この番号を入力してください。',
    revoke: 'これまでの接続をすべて取り消す',
    joinTitle: '画面に出ている番号で始める',
    joinLabel: '画面に出ている番号',
    join: '始める',
    consentTitle: 'カードを読み取ってよいですか',
    from: '依頼元',
    purpose: '目的',
    what: '読み取るもの',
    comma: '、',
    yes: '読み取る',
    no: 'やめる',
    pinTitle: '暗証番号を入力してください',
    left: (count) =>
      `入力できるのは、あと${count}回です。間違えるたびに減り、0回になるとカードがロックされます。`,
    leftUnknown: '残りの回数が分かりません。間違えるとカードが使えなくなることがあります。',
    lastTry: '間違えるとカードがロックされることを承知で入力します。',
    send: 'カードに送る',
    operations: {
      identify: 'カードの種類または番号',
      attributes: '券面の事項',
      certificate: '電子証明書',
      challenge: '電子証明書による署名（本人の確認）',
    },
    fields: {
      name: '氏名',
      familyName: '氏',
      givenName: '名',
      address: '住所',
      birthDate: '生年月日',
      sex: '性別',
    },
  },
  en: {
    title: 'Card reading',
    lost: 'The card program cannot be reached. Start it again and open the address it prints.',
    readersTitle: 'Card readers',
    noReader: 'There is no reader. Connect one.',
    readerStates: {
      ready: 'Waiting for a card',
      card: 'There is a card',
      stuck:
        'It does not answer. Remove the card and connect the reader again. If that does not help, restart the computer.',
    },
    states: {
      idle: 'Waiting for a request.',
      card: 'Put the card on the reader.',
      reading: 'Reading. Do not move the card.',
      done: 'Reading has ended. Take the card away.',
    },
    pairTitle: 'Join a page',
    pairLead: 'Type this number when the page of your application asks for it.',
    revoke: 'Undo all joins so far',
    joinTitle: 'Begin with a number shown on the page',
    joinLabel: 'Number on the page',
    join: 'Begin',
    consentTitle: 'May the card be read?',
    from: 'Asked by',
    purpose: 'Purpose',
    what: 'What is read',
    comma: ', ',
    yes: 'Read it',
    no: 'Do not',
    pinTitle: 'Enter the PIN',
    left: (count) =>
      `${count} tries are left. Each wrong one takes one away; without any, the card is locked.`,
    leftUnknown: 'The tries left are not known. A wrong PIN may lock the card.',
    lastTry: 'I know that a wrong PIN locks the card.',
    send: 'Send it to the card',
    operations: {
      identify: 'kind or number of the card',
      attributes: 'what is printed on the card',
      certificate: 'electronic certificate',
      challenge: 'signature with the electronic certificate',
    },
    fields: {
      name: 'name',
      familyName: 'family name',
      givenName: 'given name',
      address: 'address',
      birthDate: 'date of birth',
      sex: 'sex',
    },
  },
}

export const DESK_STYLE = `:root{color-scheme:light;font:1.125rem/1.7 'Noto Sans JP','Noto Sans CJK JP',sans-serif;color:#1a1a1c;background:#f1f1f4}
body{margin:0;padding:1rem}main{max-width:36rem;margin:0 auto;background:#fff;border:1px solid #b4b4b4;border-radius:.75rem;padding:1.5rem}
.product{margin:0;color:#626264;font-size:1rem}h1{font-size:1.5rem;line-height:1.4;margin:.5rem 0 1rem}h2{font-size:1.125rem;margin:0}
section{border-top:1px solid #d8d8db;margin-top:1.5rem;padding-top:1.25rem}dl{margin:0 0 1.5rem}dt{color:#626264;font-size:1rem}dd{margin:0 0 .75rem;font-weight:700}
.origin{font-weight:400;font-size:1rem;overflow-wrap:anywhere}.code{font-size:1.75rem;font-weight:700;letter-spacing:.05em;margin:.5rem 0;overflow-wrap:anywhere}
.warning,.advice{border-left:.375rem solid #c74700;padding-left:.75rem;margin:.5rem 0}
ul{list-style:none;margin:.5rem 0 0;padding:0}li{margin:0 0 .5rem}
label{display:block;font-weight:700}.last{font-weight:400;margin:1rem 0}.last input{width:1.5rem;height:1.5rem;vertical-align:-.3rem}
input[type=password],#code{font:inherit;box-sizing:border-box;width:100%;max-width:20rem;min-height:3rem;padding:.25rem .75rem;border:1px solid #626264;border-radius:.5rem;display:block;margin:.25rem 0 1rem}
button{font:inherit;font-weight:700;min-height:3rem;min-width:8rem;padding:.25rem 1.5rem;border-radius:.5rem;border:2px solid #0017c1;background:#0017c1;color:#fff;cursor:pointer;margin:0 .5rem .5rem 0}
button.quiet{background:#fff;color:#0017c1}:focus-visible{outline:4px solid #000;outline-offset:2px;box-shadow:0 0 0 2px #ffd43d}`
