import { expect, test } from 'vitest'
import { read, type Wish } from '../src/ask.ts'
import type { LookupResult } from '../src/form/form.ts'
import { makeField, makeForm } from './form/fixture.ts'

/** What a lookup finds goes into items that are required and still empty, and that may be typed into. */

const form = makeForm([
  makeField('digits', { uid: 'code', id: 'code', options: { length: 3 } }),
  makeField('lookup', {
    uid: 'found',
    id: 'found',
    options: {
      source: 'register.place',
      by: { code: 'code' },
      at: 'code',
      show: [],
      elsewhere: [],
      refuse: [],
      fill: { name: 'title', town: 'place' },
      notFound: { ja: '見つかりません' },
    },
  }),
  makeField('text', { uid: 'title', id: 'title', required: true }),
  makeField('text', { uid: 'place', id: 'place', required: false }),
])
const found: LookupResult = { status: 'found', value: { name: '見本院', town: '見本市' } }

async function answersTo(raw: Wish['raw'], own: Partial<Wish> = {}) {
  const deps: Parameters<typeof read>[0] = {
    lookup: async () => found,
    publicValue: (_source, value) => value,
    attachments: async (_form, posted) => ({ raw: posted, issues: [] }),
  }
  const { evaluation } = await read(deps, { form, raw, facts: {}, address: '192.0.2.1', ...own })
  const { title, place } = evaluation.answers
  return { title, place }
}

test.each([
  ['what is required and empty', { code: ['012'] }, { title: '見本院' }],
  ['not what was typed', { code: ['012'], title: ['別の名'] }, { title: '別の名' }],
  ['nothing before the question is complete', { code: ['01'] }, {}],
])('it fills %s', async (_what, raw, expected) => {
  expect(await answersTo(raw)).toEqual({ title: undefined, place: undefined, ...expected })
})

test('an item that a correction leaves as it was filed is not filled', async () => {
  expect((await answersTo({ code: ['012'] }, { closed: ['title'] })).title).toBeUndefined()
})
