import { nothing } from 'lit/html.js'
import { html as page, render } from '@lit-labs/ssr'
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js'
import { unsafeHTML } from 'lit/directives/unsafe-html.js'
import { drawnFields } from '../src/form/evaluate.ts'
import { isSecret } from '../src/form/fields/index.ts'
import { moreTypes } from '../src/form/fields/more.ts'
import type { Field, Form, Json, Locale } from '../src/form/form.ts'
import { messageOf } from '../src/form/messages.ts'
import { say, formTexts } from './texts/form.ts'
import { pageTexts } from './texts/page.ts'
import { bodyView } from './views/bodies.ts'
import { askPage, confirmPage } from './views/check-page.ts'
import { hasPdf } from './views/evidence.ts'
import { formView } from './views/form.ts'
import { inputId, SAMPLE, type FormBody, type FormState, type Page } from './views/page.ts'
import { readingsIn, wantedReadings } from './views/ruby.ts'
import { footerView, headerView } from './views/shell.ts'
import { firstView } from './views/state.ts'
import { stepViews } from './views/steps.ts'

/**
 * A page as complete HTML: usable without script, and for forms ready to be hydrated from the JSON beside it.
 * Everything variable is escaped by the templates; the JSON escapes `<` so that no text can close its script.
 */
export function renderPage(page: Page): string {
  return `<!doctype html>\n${withTextAreas(collectResultSync(render(documentView(page))))}`
}

/** What `data-text` carries moves into its text area; it is escaped already. The first line break after a tag is dropped. */
function withTextAreas(html: string): string {
  return html.replace(
    /(<textarea\s[^<>]*?)\sdata-text="([^"<>]*)"([^<>]*>)/g,
    (_, before: string, text: string, after: string) => `${before}${after}\n${text}`,
  )
}

function documentView({ body, ...rest }: Page) {
  const state = body.kind === 'form' ? readable(publicState(body.state), rest) : undefined
  const whole: Page = { ...rest, body: state && body.kind === 'form' ? { ...body, state } : body }
  const { locale, assets } = whole
  const scripts = (state && needsMore(state.form) && assets.more) || assets
  const look = whole.look
  return page`<html lang=${locale} data-size=${look?.size ?? 'small'} data-colours=${look?.colours ?? 'plain'} data-session=${whole.sessionMs ?? nothing}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${titleOf(whole)}</title>
      <link rel="stylesheet" href=${assets.style} />
      ${themeView(whole)}
      ${assets.icon ? page`<link rel="icon" href=${assets.icon} />` : ''}
      ${
        state?.mode === 'edit'
          ? (scripts.preload ?? []).map((href) => page`<link rel="modulepreload" href=${href} />`)
          : ''
      }
      ${state?.mode === 'edit' ? page`<script type="module" src=${scripts.script}></script>` : ''}
      ${
        body.kind === 'code' && body.card && assets.card
          ? page`<script type="module" src=${assets.card}></script>`
          : ''
      }
      ${
        body.kind === 'case' && hasPdf(body) && assets.evidence
          ? page`<script type="module" async src=${assets.evidence}></script>`
          : ''
      }
      ${
        whole.sessionMs !== undefined && assets.session
          ? page`<script type="module" async fetchpriority="low" src=${assets.session}></script>`
          : ''
      }
      ${
        whole.portal && assets.tools
          ? page`<script type="module" async fetchpriority="low" src=${assets.tools}></script>`
          : ''
      }
    </head>
    <body>
      ${headerView(whole)}
      <main id="main" tabindex="-1">
        ${body.kind === 'form' ? samplesView(body, locale) : ''}${
          state && body.kind === 'form'
            ? page`${body.said ? page`<p class="notice info">${body.said}</p>` : ''}${renewedView(body, locale)}${returnedView(body)}${formHost(state)}`
            : bodyView(whole)
        }
      </main>
      ${footerView(whole)}
    </body>
  </html>`
}

/** With the readings of the words that stand in it, for visitors who want them. */
function readable(state: FormState, page: Omit<Page, 'body'>): FormState {
  const wanted = state.locale === 'ja' ? wantedReadings(page) : []
  const readings = wanted.length > 0 ? readingsIn(JSON.stringify(state.form), wanted) : []
  return readings.length > 0 ? { ...state, readings } : state
}

/** The portal's own colours, under an address that changes with them. */
function themeView({ portal }: Page) {
  if (!portal?.theme) return ''
  const version = Object.values(portal.theme).join('').replaceAll('#', '')
  return page`<link rel="stylesheet" href=${`/${portal.id}/theme.css?v=${version}`} />`
}

/** Rarer field types, and all that stands in `views/steps.ts`. */
function needsMore(form: Form): boolean {
  const { screens, style, reset, back, variants, drafts } = form
  if (drafts || screens || style === 'table' || reset || back) return true
  if (Object.values(variants).some(({ sections }) => sections.some(({ readOnly }) => readOnly)))
    return true
  return Object.values(form.fields).some((field) => Object.hasOwn(moreTypes, field.type))
}

/** Outside what the browser takes over: a plain form that opens the page anew. */
function samplesView({ samples = [], state }: FormBody, locale: Locale) {
  if (samples.length === 0 || state.mode !== 'edit') return ''
  return page`<form method="get" action=${state.action.replace(/\?.*$/, '')} class="samples">
    ${samples.map(
      ({ value, label }) =>
        page`<button class="button quiet" name=${SAMPLE} value=${value}>
          ${pageTexts(locale).sample(label)}
        </button> `,
    )}
  </form>`
}

/** Outside what the browser takes over, above everything: said once, and never by the script. */
function renewedView({ renewed }: FormBody, locale: Locale) {
  if (!renewed) return ''
  const t = pageTexts(locale)
  const { homeless } = renewed
  return page`<div class="notice warning" role="alert" id="renewed">
    <p>${t.renewed}</p>
    ${
      homeless.length === 0
        ? ''
        : page`<p>${t.homeless}</p>
            <dl class="lines">
              ${homeless.map(
                ({ label, value }) =>
                  page`<div>
                    <dt>${label}<span class="vh">${formTexts(locale).separator}</span></dt>
                    <dd>${value ?? ''}</dd>
                  </div>`,
              )}
            </dl>`
    }
  </div>`
}

/** Above the form that is corrected: what the office wrote, and the way to each item. */
function returnedView({ returned, state }: FormBody) {
  if (!returned || state.mode !== 'edit') return ''
  const { title, lines, itemsTitle, items, back } = returned
  return page`<section class="notice warning returned" aria-labelledby="returned-title">
    <h2 id="returned-title">${title}</h2>
    <dl class="lines">
      ${lines.map(
        ({ label, value }) =>
          page`<div>
            <dt>${label}</dt>
            <dd class="said">${value}</dd>
          </div>`,
      )}
      <div>
        <dt>${itemsTitle}</dt>
        <dd>
          <ul>
            ${items.map(({ id, label }) => page`<li><a href=${`#${inputId(id)}`}>${label}</a></li>`)}
          </ul>
        </dd>
      </div>
    </dl>
    <p><a href=${back.href}>${back.label}</a></p>
  </section>`
}

function formHost(state: FormState) {
  if (state.mode === 'confirm') return confirmPage(firstView(state))
  if (state.mode === 'ask') return askPage(firstView(state))
  const json = JSON.stringify(state).replaceAll('<', '\\u003c')
  const lost = state.isLost
    ? page`<p class="notice warning">${pageTexts(state.locale).lost}</p>`
    : ''
  return page`${lost}<live-form>${formView(firstView(state))}</live-form
    ><script type="application/json" id="form-state">${unsafeHTML(json)}</script>`
}

/** Unique: step, form, portal; after a failed submit the problem comes first (A08). */
function titleOf({ body, locale, portal, title }: Page): string {
  const isWrong = body.kind === 'form' && body.state.issues.length > 0
  const step = body.kind === 'form' ? stepTitle(body.state) : undefined
  const site = portal ? say(portal.title, locale) : pageTexts(locale).product
  const parts = new Set([...(step === undefined ? [] : [step]), title, site])
  return `${isWrong ? formTexts(locale).titlePrefix : ''}${[...parts].join('｜')}`
}

function stepTitle(state: FormState): string | undefined {
  const { form, mode, locale } = state
  const screen = stepViews.stepOf?.(firstView({ ...state, issues: [] }))?.screen
  const text =
    mode === 'confirm' ? form.confirm?.title : (mode === 'ask' ? screen?.ask : screen)?.title
  return text && say(text, locale)
}

/**
 * What the browser may know of a form: its issues in words, texts of one language, no answer of a secret field, nothing of
 * how the server compares secrets.
 */
export function publicState(state: FormState): FormState {
  const { form, locale } = state
  const secret = new Set(
    Object.values(form.fields)
      .filter((field) => isSecret(form, field))
      .map((field) => field.id),
  )
  const fieldOf = (id: string) =>
    drawnFields(firstView({ ...state, issues: [] }).evaluation).find((field) => field.id === id)
  return {
    ...state,
    form: inLocale(withoutVerification(form), locale),
    raw: Object.fromEntries(Object.entries(state.raw).filter(([id]) => !secret.has(id))),
    issues: state.issues.map((issue) => ({
      ...issue,
      text: { ja: messageOf(issue, fieldOf(issue.field), locale) },
    })),
  }
}

function withoutVerification(form: Form): Form {
  const fields = Object.entries(form.fields).map(([uid, { verify: _, ...field }]) => [uid, field])
  return { ...form, fields: Object.fromEntries(fields) as { [uid: string]: Field } }
}

/** Every `{ja, en}` reduced to the language asked for, kept under `ja`, which is always read when there is no other. */
function inLocale<T>(value: T, locale: Locale): T {
  return reduceTexts(value as Json, locale) as T
}

function reduceTexts(value: Json, locale: Locale): Json {
  if (Array.isArray(value)) return value.map((item: Json) => reduceTexts(item, locale))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value as { readonly [key: string]: Json })
  const isText = entries.length === 2 && 'en' in value && typeof entries[0]?.[1] === 'string'
  if (isText && 'ja' in value) return { ja: (locale === 'en' ? value.en : value.ja) as string }
  return Object.fromEntries(
    entries
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, reduceTexts(item, locale)]),
  )
}
