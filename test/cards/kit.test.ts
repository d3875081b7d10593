import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runTierZero } from '../../src/cards/kit/run.ts'

/** Every shipped card plugin, against every case that needs no operating system. */
const root = new URL('../../plugins/', import.meta.url)
const plugins = readdirSync(root).filter((name) => /^(?:card-|oqs-)/.test(name))

test.each(plugins)('%s passes tier 0', async (name) => {
  const outcomes = await runTierZero(new URL(`${name}/`, root), name)
  expect(outcomes.length).toBeGreaterThan(10)
  expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([])
})
