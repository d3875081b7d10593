import { registerCard, removeCard, STAFF_CARDS_MAX } from '../../accounts/staff-cards.ts'
import type { Locale } from '../../form/form.ts'
import { sha256 } from '../../hash.ts'
import { cardsOf } from '../../store/staff-cards.ts'
import { pageAnswer, troubleAnswer } from '../form/answers.ts'
import { readingRoutes, type Asking } from '../form/card-readings.ts'
import type { Route, Visit } from '../route.ts'
import {
  API,
  CARD,
  cardForm,
  cardHeaders,
  partFor,
  proofOf,
  takesCards,
  USES,
} from './card-factor.ts'
import { CODE_WORDS } from './code-words.ts'
import { askAgain } from './fresh.ts'
import { timeText } from './pages.ts'
import { needs } from './rights.ts'

const PAGE = '/admin/own-cards'

/** Where the staff register their cards and give them up. */
export function ownCardRoutes(): readonly Route[] {
  const page = { access: needs(), body: 'none' } as const
  const deed = { method: 'POST', access: needs(), body: 'form' } as const
  return [
    // Between password and code somebody is no visitor any more, and has no session of the staff yet.
    ...readingRoutes(`${API}/:use`, { kind: 'visitor' }, askerOf),
    { ...page, method: 'GET', path: PAGE, answer: (visit) => listPage(visit) },
    { ...page, method: 'GET', path: `${PAGE}/new`, answer: showNew },
    { ...deed, path: `${PAGE}/new`, answer: takeNew },
    { ...deed, path: `${PAGE}/:id/remove`, answer: remove },
  ]
}

/** Who is asked for a card now; to register one takes more than the password. */
function askerOf({ deps, entrant, staff, token, params, locale }: Visit): Asking | undefined {
  const use = USES.find((one) => one === params.use)
  const person = use === 'register' ? staff : (entrant ?? staff)
  const field = use && cardForm.fields[use]
  if (!person || !field || token === undefined || !deps.readings || !takesCards(deps))
    return undefined
  return {
    readings: deps.readings,
    asker: { form: cardForm, field, sitting: sha256(token), accountId: person.id },
    title: CODE_WORDS[locale].office,
  }
}

async function listPage(visit: Visit, notice?: string, status = 200): Promise<Response> {
  const { deps, staff, locale } = visit
  const t = WORDS[locale]
  const cards = staff && takesCards(deps) ? await cardsOf(deps.store.db, staff.id) : []
  return pageAnswer(visit, {
    title: t.title,
    status,
    body: {
      kind: 'table',
      lead: takesCards(deps) ? t.lead : t.unused,
      notice,
      tables: [
        {
          caption: t.cards,
          columns: [t.card, t.since, t.used, t.deeds],
          rows: cards.map((card, index) => [
            t.nth(index + 1),
            timeText(card.created_at, locale),
            card.used_at === null ? t.never : timeText(card.used_at, locale),
            { action: { label: t.remove, href: `${PAGE}/${card.id}/remove` } },
          ]),
          empty: t.none,
        },
        ...(takesCards(deps) && cards.length < STAFF_CARDS_MAX
          ? [
              {
                caption: t.more,
                columns: [t.deeds],
                rows: [[{ text: t.register, href: `${PAGE}/new` }]],
                empty: '',
              },
            ]
          : []),
      ],
    },
  })
}

async function showNew(visit: Visit): Promise<Response> {
  if (!takesCards(visit.deps)) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  return (await askAgain(visit)) ?? newPage(visit)
}

function newPage(visit: Visit, error?: string): Promise<Response> {
  const t = WORDS[visit.locale]
  const card = partFor('register', t.reading, t.newLead)
  return pageAnswer(visit, {
    title: t.register,
    status: error === undefined ? 200 : 422,
    headers: cardHeaders(card),
    body: {
      kind: 'code',
      lead: [],
      action: `${PAGE}/new`,
      hidden: [],
      card,
      ...(error !== undefined && { error }),
      submit: t.doRegister,
      links: [{ text: t.back, href: PAGE }],
    },
  })
}

async function takeNew(visit: Visit): Promise<Response> {
  const { deps, staff, fields, locale } = visit
  if (!staff || !takesCards(deps))
    return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  const again = await askAgain(visit)
  if (again) return again
  const t = WORDS[locale]
  const proof = await proofOf(visit, staff, 'register', fields[CARD]?.[0] ?? '')
  if (!proof) return newPage(visit, t.unread)
  const outcome = await registerCard(deps, staff, proof)
  return outcome === 'registered' ? listPage(visit, t.registered) : newPage(visit, t[outcome])
}

async function remove(visit: Visit): Promise<Response> {
  const { deps, staff, params } = visit
  const isGone = staff !== undefined && (await removeCard(deps, staff, params.id ?? ''))
  return isGone
    ? listPage(visit, WORDS[visit.locale].removed)
    : troubleAnswer(visit, { code: 'http.not-found', status: 404 })
}

const JA = {
  title: '自分のカード',
  lead: `登録したカードで、確認コードの代わりに本人の確認ができます。電子証明書が入っていて、暗証番号を使うカード（マイナンバーカードなど）と、カードリーダーが要ります。${STAFF_CARDS_MAX}枚まで登録できます。カードに書かれた氏名や番号は記録しません。`,
  unused: 'カードによる本人の確認は、この窓口では使われていません。確認コードをお使いください。',
  cards: '登録したカード',
  card: 'カード',
  nth: (n: number) => `${n}枚目`,
  since: '登録した日時',
  used: '最後に使った日時',
  never: 'まだ使っていません',
  deeds: '操作',
  remove: '登録を消す',
  none: '登録したカードはありません。',
  more: 'カードの追加',
  register: 'カードを登録する',
  reading: 'カードの読み取り',
  newLead:
    '登録するカードをリーダーに置いて、「カードを読み取る」を押してください。読み取りが終わると、登録されます。',
  doRegister: '登録する',
  back: '登録せずに戻る',
  unread: 'カードがまだ読み取られていません。「カードを読み取る」を押してください。',
  registered: 'カードを登録しました。次のログインから使えます。',
  removed: 'カードの登録を消しました。',
  full: `登録できるのは${STAFF_CARDS_MAX}枚までです。使わないカードの登録を消してから、もう一度登録してください。`,
  taken: 'このカードは、すでに登録されています。別のカードを読み取ってください。',
}

const EN: typeof JA = {
  title: 'Your cards',
  lead: `A card you have registered takes the place of the code of your app. It must hold a certificate that a PIN protects, and you need a card reader. You may register ${STAFF_CARDS_MAX}. Neither name nor number on the card is kept.`,
  unused: 'Cards are not used for the staff of this portal. Please use the code of your app.',
  cards: 'Registered cards',
  card: 'Card',
  nth: (n) => `Card ${n}`,
  since: 'Registered',
  used: 'Last used',
  never: 'not yet',
  deeds: 'Deeds',
  remove: 'Give up',
  none: 'You have registered no card.',
  more: 'Another card',
  register: 'Register a card',
  reading: 'Reading the card',
  newLead:
    'Put the card on the reader and press “Read the card”. Once it is read, it is registered.',
  doRegister: 'Register',
  back: 'Back, without registering',
  unread: 'No card has been read yet. Press “Read the card”.',
  registered: 'The card is registered. It can be used from the next login on.',
  removed: 'The card is no longer registered.',
  full: `No more than ${STAFF_CARDS_MAX} cards can be registered. Give one up that you no longer use, and register this one again.`,
  taken: 'This card is registered already. Please read another one.',
}

const WORDS: { readonly [L in Locale]: typeof JA } = { ja: JA, en: EN }
