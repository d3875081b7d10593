import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const WIDTHS = [320, 1280] as const
const TARGET_PX = 44

/**
 * Looks at what stands on the page: axe, 320 CSS px (which is 1280 px at 400 %), pressable things of 44 px. `where` names it
 * in a failure.
 */
export async function inspect(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])
  expect({ where, found }).toEqual({ where, found: [] })
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    const small = await page.evaluate(smallTargets, TARGET_PX)
    expect({ where, width, wide, small }).toEqual({ where, width, wide: width, small: [] })
  }
}

/** What one can press and is smaller; links within a sentence may be (WCAG 2.5.8). Runs in the page. */
function smallTargets(px: number): string[] {
  return [...document.querySelectorAll('a, button, input, select, summary, [role=option]')]
    .map((element) => element.closest('.choice') ?? element)
    .filter((element) => {
      const { width, height } = element.getBoundingClientRect()
      const isUnseen = width <= 1 || element.closest('.vh, .skip, [hidden]') !== null
      const isInSentence = element.matches('p a, .error a, .prose li a')
      return !isUnseen && !isInSentence && (width < px || height < px)
    })
    .map((element) => element.outerHTML.slice(0, 120))
}
