import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openAlive, openPage, startBrowser } from './browser.ts'
import { startTestServer, type TestServer } from './server.ts'

/** The form page in a real Chromium, under the portal's own security headers. */

let browser: Browser | undefined
let server: TestServer
let url: string

beforeAll(async () => {
  server = await startTestServer()
  url = `${server.origin}/treatment/register`
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server.stop()
})
beforeEach(() => {
  server.delay.script = 0
  server.delay.lookup = () => 0
  server.isApiDown = false
})

type Scene = Awaited<ReturnType<typeof openPage>>
/** Runs in a fresh page; afterwards nothing may have been complained about. */
function scene(
  name: string,
  act: (scene: Scene) => Promise<void>,
  options: Parameters<typeof openPage>[1] = {},
) {
  test(name, async ({ skip }) => {
    if (!browser) return skip('no Chromium')
    const opened = await openPage(browser, options)
    try {
      await act(opened)
      expect(opened.complaints.filter((text) => !/status of (?:422|503)/.test(text))).toEqual([])
    } finally {
      await opened.context.close()
    }
  })
}

const submitButton = (page: Page) => page.getByRole('button', { name: '登録', exact: true })
const chips = (page: Page) => page.locator('.chips a').allTextContents()

async function fillAll(page: Page): Promise<void> {
  await page.locator('#f-lastName').fill('見本')
  await page.locator('#f-firstName').fill('太郎')
  await page.getByRole('radio', { name: '施術所（柔道整復）' }).check()
  await page.locator('#f-regPrefix').selectOption('契')
  await page.locator('#f-regDigits9').fill('０１２３４５６７８')
  await page.locator('#f-phone').fill('01201234567')
  await page.locator('#f-email').fill('taro@example.jp')
  await page.locator('#f-password').fill('Abcdefg1')
  await page.locator('#f-passwordConfirm').fill('Abcdefg1')
  await page.locator('#f-agreeTerms').check()
}

describe('live', () => {
  scene('every input stays the same while the errors above it come and go', async ({ page }) => {
    await openAlive(page, url)
    await page.getByRole('radio', { name: '施術所（柔道整復）' }).check()
    await page.locator('#f-regDigits9').waitFor()
    const marked = () =>
      page.evaluate(
        () => document.querySelectorAll('.fields [data-known], .fields [data-known] *').length,
      )
    const count = await page.evaluate(() => {
      const inputs = [...document.querySelectorAll<HTMLElement>('.fields :is(input, select)')]
      for (const input of inputs) input.dataset.known = ''
      return inputs.length
    })
    expect(count).toBeGreaterThan(10)
    const before = await marked()
    await submitButton(page).click()
    await page.locator('.summary').waitFor()
    expect(await page.locator('p.error').count()).toBeGreaterThan(5)
    expect(await marked()).toBe(before)
    await fillAll(page)
    await submitButton(page).click()
    await page.locator('dialog').getByText('taro@example.jp').waitFor()
    expect(await page.locator('p.error').count()).toBe(0)
    expect(await marked()).toBe(before)
  })
  scene(
    'the block of the chosen type appears, its chips too, and vanish as items are filled',
    async ({ page }) => {
      await openAlive(page, url)
      expect(await page.locator('#f-regDigits9').count()).toBe(0)
      await page.getByRole('radio', { name: '施術所（柔道整復）' }).check()
      await page.locator('#f-regDigits9').waitFor()
      expect(await chips(page)).toContain('② 入力項目')
      await page.locator('#f-regDigits9').fill('012345678')
      expect(await chips(page)).not.toContain('② 入力項目')
      await page.getByLabel('助産所').check()
      expect(await page.locator('#f-regDigits9').count()).toBe(0)
      await fillAll(page)
      expect(await page.locator('#f-regDigits9').inputValue()).toBe('０１２３４５６７８')
      await expect.poll(() => page.locator('.panel').count()).toBe(0)
    },
  )

  scene('another choice empties its own block and keeps the common one', async ({ page }) => {
    await openAlive(page, url)
    await page.getByLabel('健診実施機関等').check()
    await page.locator('#f-email').fill('a+b@example.jp')
    await page.locator('#f-facilityCode7').fill('7654321')
    await page.getByLabel('助産所').check()
    expect(await page.locator('#f-email').inputValue()).toBe('a+b@example.jp')
    expect(await page.locator('#f-facilityCode7').inputValue()).toBe('')
  })

  scene(
    'a lookup fills its lines once the number is complete, and says it once',
    async ({ page }) => {
      await openAlive(page, url)
      await page.getByRole('radio', { name: '施術所（柔道整復）' }).check()
      await page.locator('#f-regPrefix').selectOption('契')
      const before = server.asked.length
      await page.locator('#f-regDigits9').pressSequentially('012345678')
      await expect.poll(() => page.locator('#f-facility-name').textContent()).toBe('みほん接骨院')
      expect(server.asked.length - before).toBe(1)
      expect(await page.locator('form ~ [role=status]').textContent()).toBe(
        '施術所名：みほん接骨院',
      )
    },
  )

  scene('a late answer to an old question never shows', async ({ page }) => {
    server.delay.lookup = (inputs) => (inputs.registrationNumber === '契1111111-1-1' ? 1500 : 0)
    await openAlive(page, url)
    await page.getByRole('radio', { name: '施術所（柔道整復）' }).check()
    await page.locator('#f-regPrefix').selectOption('契')
    const before = server.asked.length
    await page.locator('#f-regDigits9').fill('111111111')
    await expect.poll(() => server.asked.length).toBe(before + 1)
    await page.locator('#f-regDigits9').fill('012345678')
    await expect.poll(() => page.locator('#f-facility-name').textContent()).toBe('みほん接骨院')
    await page.waitForTimeout(1600)
    expect(await page.locator('#f-facility-name').textContent()).toBe('みほん接骨院')
  })

  scene(
    'a facility that is not found is said as information, not as an error',
    async ({ page }) => {
      await openAlive(page, url)
      await page.getByRole('radio', { name: '施術所（柔道整復）' }).check()
      await page.locator('#f-regPrefix').selectOption('協')
      await page.locator('#f-regDigits9').fill('999999999')
      await page.locator('.lookup .notice').waitFor()
      expect(await page.locator('.error, .summary').count()).toBe(0)
    },
  )

  scene('the code for further users appears when the facility has one', async ({ page }) => {
    await openAlive(page, url)
    await page.getByLabel('施術所（あん摩マッサージ指圧・はり・きゅう）').check()
    expect(await page.locator('#f-userAuthCode').count()).toBe(0)
    await page.locator('#f-regDigits10').fill('0123456789')
    await page.locator('#f-userAuthCode').waitFor()
    expect(await chips(page)).toContain('ユーザー登録用認証コード')
  })

  scene('nothing is judged while typing or on leaving an input', async ({ page }) => {
    await openAlive(page, url)
    await page.locator('#f-email').fill('WRONG')
    await page.locator('#f-phone').focus()
    await page.locator('#f-phone').fill('x')
    await page.locator('#f-lastName').focus()
    expect(await page.locator('.error, .summary, [aria-invalid]').count()).toBe(0)
  })

  scene('what is typed before the script has come survives', async ({ page }) => {
    server.delay.script = 1200
    await page.goto(url, { waitUntil: 'commit' })
    await page.locator('#f-lastName').fill('早')
    await page.getByLabel('助産所').check()
    await page.locator('.no-script').waitFor({ state: 'detached' })
    expect(await page.locator('#f-lastName').inputValue()).toBe('早')
    await page.locator('#f-facilityCode7').waitFor()
    expect(await chips(page)).not.toContain('姓')
  })

  scene(
    'passwords can be seen and hidden again; the policy opens while entering',
    async ({ page }) => {
      await openAlive(page, url)
      await page.locator('#f-password').fill('Abcdefg1')
      expect(await page.getByText('それぞれ1文字以上').isVisible()).toBe(true)
      await page.getByRole('button', { name: /^表示.*パスワード$/ }).click()
      expect(await page.locator('#f-password').getAttribute('type')).toBe('text')
      expect(await page.locator('#f-password').inputValue()).toBe('Abcdefg1')
      await page.getByRole('button', { name: /^隠す.*パスワード$/ }).click()
      expect(await page.locator('#f-password').getAttribute('type')).toBe('password')
    },
  )

  scene('a balloon closes by ✕ and Escape and gives focus back', async ({ page }) => {
    await openAlive(page, url)
    await page.getByRole('radio', { name: '施術所（柔道整復）' }).check()
    const note = page.getByText('例では「契」です')
    expect(await note.isVisible()).toBe(true)
    await page.getByRole('button', { name: 'ヒントを閉じる' }).first().click()
    expect(await note.isVisible()).toBe(false)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
    await page.keyboard.press('Enter')
    expect(await note.isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await note.isVisible()).toBe(false)
  })
})

describe('pressing the button', () => {
  scene(
    'with items missing: summary, the same words inline, focus on the first',
    async ({ page }) => {
      await openAlive(page, url)
      await page.locator('#f-phone').fill('012-3456')
      await submitButton(page).click()
      await page.locator('.summary').waitFor()
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('f-lastName')
      expect(await page.title()).toMatch(/^エラー：/)
      const main = page.locator('live-form > *').first()
      expect(await main.getAttribute('class')).toBe('summary')
      const links = page.locator('.summary li a')
      for (const link of await links.all()) {
        const id = (await link.getAttribute('href'))?.slice(1) ?? ''
        const inline = page.locator(`[id="${id}-wrong"]`)
        expect(await inline.textContent()).toContain(await link.textContent())
        await link.click()
        expect(await page.evaluate(() => document.activeElement?.id)).toBe(id)
      }
      expect(await page.locator('#f-phone').inputValue()).toBe('012-3456')
      expect(await page.locator('dialog').count()).toBe(0)
    },
  )

  scene('with wrong values only: focus on the summary', async ({ page }) => {
    await openAlive(page, url)
    await fillAll(page)
    await page.locator('#f-passwordConfirm').fill('other')
    await submitButton(page).click()
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.id))
      .toBe('error-summary-title')
    expect(await page.locator('#f-passwordConfirm').getAttribute('aria-describedby')).toBe(
      'f-passwordConfirm-wrong',
    )
  })

  scene('a refused facility stands at its number, with links', async ({ page }) => {
    await openAlive(page, url)
    await fillAll(page)
    await page.locator('#f-regDigits9').fill('111111111')
    await submitButton(page).click()
    await page.locator('#f-regDigits9-wrong').waitFor()
    expect(await page.locator('#f-regDigits9-wrong a').count()).toBe(2)
  })

  scene(
    'nothing wrong: the dialog keeps focus, Escape and キャンセル keep the values',
    async ({ page }) => {
      await openAlive(page, url)
      await fillAll(page)
      const before = server.submitted.length
      for (const leave of ['Escape', 'キャンセル']) {
        await submitButton(page).click()
        const dialog = page.locator('dialog[open]')
        await dialog.waitFor()
        expect(await dialog.locator('dt').allTextContents()).toEqual(
          [
            '姓',
            '名',
            '所属機関選択',
            '登録記号番号',
            '施術所名',
            '電話番号',
            'メールアドレス',
          ].map((label) => `${label}：`),
        )
        expect(await dialog.textContent()).not.toContain('Abcdefg1')
        for (let presses = 0; presses < 6; presses++) {
          await page.keyboard.press('Tab')
          const inside = await page.evaluate(() => {
            const active = document.activeElement
            return active === document.body || active?.closest('dialog') !== null
          })
          expect(inside).toBe(true)
        }
        if (leave === 'Escape') await page.keyboard.press('Escape')
        else await page.getByRole('button', { name: leave }).click()
        await dialog.waitFor({ state: 'detached' })
        expect(await page.locator('#f-password').inputValue()).toBe('Abcdefg1')
        expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('登録')
      }
      expect(server.submitted.length).toBe(before)
    },
  )

  scene('OK submits once however often it is pressed, as typed', async ({ page }) => {
    await openAlive(page, url)
    await fillAll(page)
    const before = server.submitted.length
    await submitButton(page).dblclick()
    await page.locator('dialog[open]').waitFor()
    await page.getByRole('button', { name: 'OK' }).dblclick()
    await page.getByRole('heading', { name: '送信しました' }).waitFor()
    expect(server.submitted.length).toBe(before + 1)
    expect(server.submitted.at(-1)).toMatchObject({ regDigits9: ['０１２３４５６７８'] })
  })

  scene('when the server cannot be asked, the page itself is submitted', async ({ page }) => {
    await openAlive(page, url)
    await fillAll(page)
    await expect.poll(() => page.locator('#f-facility-name').textContent()).toBe('みほん接骨院')
    server.isApiDown = true
    await submitButton(page).click()
    await page.getByRole('heading', { name: '入力内容確認' }).waitFor()
    expect(await page.locator('input[name="_kept.password"]').inputValue()).toBe('sealed')
  })

  scene('Back brings everything back but the passwords', async ({ page }) => {
    await openAlive(page, url)
    await fillAll(page)
    await page.goto(`${server.origin}/treatment/pages/terms`)
    await page.goBack()
    await page.locator('#f-regDigits9').waitFor()
    expect(await page.locator('#f-regDigits9').inputValue()).toBe('０１２３４５６７８')
    expect(await page.locator('#f-lastName').inputValue()).toBe('見本')
    expect(await page.evaluate(() => JSON.stringify(history.state) ?? '')).not.toContain('Abcdefg1')
  })
})

describe('conversion (IME)', () => {
  scene('is not disturbed, and the Enter that confirms it does not submit', async ({ page }) => {
    await openAlive(page, url)
    const ime = await page.context().newCDPSession(page)
    await page.locator('#f-lastName').focus()
    for (const text of ['み', 'みほ', 'みほん'])
      await ime.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      })
    expect(await page.locator('#f-lastName').inputValue()).toBe('みほん')
    expect(await chips(page)).toContain('姓')
    await ime.send('Input.dispatchKeyEvent', {
      type: 'keyDown',
      windowsVirtualKeyCode: 229,
      key: 'Process',
      code: 'Enter',
    })
    await ime.send('Input.insertText', { text: '見本' })
    expect(await page.locator('#f-lastName').inputValue()).toBe('見本')
    await expect.poll(() => chips(page)).not.toContain('姓')
    expect(await page.locator('.summary').count()).toBe(0)
  })

  scene('chooses a prefecture by typing it', async ({ page }) => {
    await openAlive(page, url)
    await page.getByLabel('助産所').check()
    const combo = page.getByRole('combobox', { name: /都道府県/ })
    const ime = await page.context().newCDPSession(page)
    await combo.focus()
    await ime.send('Input.imeSetComposition', { text: 'とう', selectionStart: 2, selectionEnd: 2 })
    expect(await page.getByRole('option').count()).toBe(0)
    await ime.send('Input.insertText', { text: '東京' })
    expect(await page.getByRole('option').allTextContents()).toEqual(['東京都'])
    await page.keyboard.press('Enter')
    expect(await combo.inputValue()).toBe('東京都')
    expect(await page.locator('select[name=prefecture]').inputValue()).toBe('13')
    expect(await chips(page)).not.toContain('都道府県')
    await combo.fill('大')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await combo.inputValue()).toBe('大分県')
    await combo.fill('どこか')
    await page.keyboard.press('Tab')
    expect(await combo.inputValue()).toBe('どこか')
    expect(await page.locator('select[name=prefecture]').inputValue()).toBe('')
    expect(await chips(page)).toContain('都道府県')
  })
})

describe('without script', () => {
  scene(
    'type, lookup, errors and confirmation work round trip by round trip',
    async ({ page }) => {
      await page.goto(url)
      await page.getByRole('radio', { name: '施術所（柔道整復）' }).check()
      await page.getByRole('button', { name: '選択した内容を表示する' }).click()
      await page.locator('#f-regPrefix').selectOption('契')
      await page.locator('#f-regDigits9').fill('012345678')
      await page.getByRole('button', { name: '選択した内容を表示する' }).last().click()
      expect(await page.locator('#f-facility-name').textContent()).toBe('みほん接骨院')
      await page.locator('#f-lastName').fill('見本')
      await page.keyboard.press('Enter')
      await page.locator('.summary').waitFor()
      expect(await page.title()).toMatch(/^エラー：/)
      await page.locator('.summary a').first().click()
      expect(await page.locator('#f-firstName').evaluate((e) => e === document.activeElement)).toBe(
        true,
      )
      await fillAll(page)
      await submitButton(page).click()
      expect(await page.locator('h1').textContent()).toBe('入力内容確認')
      await page.getByRole('button', { name: 'キャンセル' }).click()
      expect(await page.locator('#f-lastName').inputValue()).toBe('見本')
    },
    { javaScriptEnabled: false },
  )
})

describe('for everybody', () => {
  const states: { readonly [name: string]: (page: Page) => Promise<void> } = {
    empty: async () => {},
    errors: async (page) => {
      await submitButton(page).click()
      await page.locator('.summary').waitFor()
    },
    filled: async (page) => {
      await fillAll(page)
      await expect.poll(() => page.locator('#f-facility-name').textContent()).toBe('みほん接骨院')
    },
    list: async (page) => {
      await page.getByLabel('助産所').check()
      await page.getByRole('combobox', { name: /都道府県/ }).fill('山')
      await page.getByRole('listbox').waitFor()
    },
    dialog: async (page) => {
      await fillAll(page)
      await submitButton(page).click()
      await page.locator('dialog[open]').waitFor()
    },
  }
  for (const [name, reach] of Object.entries(states))
    for (const width of [1280, 320])
      scene(
        `${name} at ${width} px: axe finds nothing, nothing overflows, targets are 44 px`,
        async ({ page }) => {
          await openAlive(page, url)
          await reach(page)
          const { violations } = await new AxeBuilder({ page }).analyze()
          expect(
            violations.map((found) => [found.id, found.nodes.map((node) => node.html)]),
          ).toEqual([])
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
          expect(await smallTargets(page)).toEqual([])
        },
        { viewport: { width, height: 800 } },
      )

  scene(
    'the whole form is filled and sent by keyboard alone, focus always visible',
    async ({ page }) => {
      await openAlive(page, url)
      const keys = page.keyboard
      const tabTo = async (id: string) => {
        for (let presses = 0; presses < 40; presses++) {
          await keys.press('Tab')
          const at = await page.evaluate(() => {
            const active = document.activeElement as HTMLElement
            const ring = (element: Element | null) =>
              element ? getComputedStyle(element).outlineStyle !== 'none' : false
            return {
              id: active.id || (active.textContent ?? '').trim(),
              isRinged: ring(active) || ring(active.closest('.choice')),
            }
          })
          expect(at).toMatchObject({ isRinged: true })
          if (at.id === id) return
        }
        throw new Error(`Tab never came to ${id}`)
      }
      await tabTo('f-lastName')
      await keys.type('見本')
      await tabTo('f-firstName')
      await keys.type('太郎')
      await tabTo('f-facilityType')
      await keys.press('Space')
      await tabTo('f-regPrefix')
      await keys.press('ArrowDown')
      await keys.press('ArrowDown')
      await tabTo('f-regDigits9')
      await keys.type('012345678')
      for (const [id, text] of [
        ['f-phone', '01201234567'],
        ['f-email', 'taro@example.jp'],
        ['f-password', 'Abcdefg1'],
        ['f-passwordConfirm', 'Abcdefg1'],
      ] as const) {
        await tabTo(id)
        await keys.type(text)
      }
      await tabTo('f-agreeTerms')
      await keys.press('Space')
      await tabTo('登録')
      await keys.press('Enter')
      await page.locator('dialog[open]').waitFor()
      await tabTo('OK')
      const before = server.submitted.length
      await keys.press('Enter')
      await page.getByRole('heading', { name: '送信しました' }).waitFor()
      expect(server.submitted.length).toBe(before + 1)
    },
  )
})

/** What one can press and is smaller than 44 × 44 CSS px; links within a sentence may be (WCAG 2.5.8). */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('a, button, input, select, summary, [role=option]')]
      .map((element) => element.closest('.choice') ?? element)
      .filter((element) => {
        const box = element.getBoundingClientRect()
        const isHidden = box.width <= 1 || element.closest('.vh, .skip, [hidden]') !== null
        const isInSentence = element.matches('p a, .error a')
        return !isHidden && !isInSentence && (box.width < 44 || box.height < 44)
      })
      .map((element) => `${element.outerHTML.slice(0, 120)}`),
  )
}
