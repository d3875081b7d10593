import { resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Definitions } from '../../src/definitions/definitions.ts'
import type { File } from '../../src/definitions/index.ts'
import { loadFiles } from '../../src/definitions/load.ts'
import { collectProblems } from '../../src/definitions/problems.ts'
import { branchesOf } from '../../src/scenario/coverage.ts'
import { whereOf } from '../../src/scenario/where.ts'
import { shippedDefinitions } from '../form/fixture.ts'

let files: readonly File[]
let definitions: Definitions
beforeAll(async () => {
  files = await loadFiles(resolve(import.meta.dirname, '../..'), collectProblems().report)
  definitions = await shippedDefinitions()
})

test('every way of the shipped definitions is found in a file, on the line that names it', () => {
  const branches = branchesOf(definitions)
  expect(branches.length).toBeGreaterThan(50)
  for (const branch of branches) {
    const [path = '', line = ''] = (whereOf(branch, files) ?? '').split(':')
    const text = files.find((file) => file.path === path)?.text.split('\n')[Number(line) - 1]
    expect([branch.id, text]).toEqual([branch.id, expect.stringMatching(/\S/)])
  }
})

test('the second user of a clinic is asked for the code on a line of the file of its type', () => {
  const branch = branchesOf(definitions).find(({ id }) => id.includes('when ahaki.userAuthCode'))
  expect(branch && whereOf(branch, files)).toMatch(
    /^forms\/treatment\/facility-types\/ahaki\.yaml:\d+$/,
  )
})
