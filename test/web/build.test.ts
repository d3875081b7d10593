import { expect, test } from 'vitest'
import { buildAssets, pageAssets } from '../../web/build.ts'

test('a page names every file its script cannot start without, and none that is asked for later', async () => {
  const assets = await buildAssets()
  const { script, preload = [], more } = pageAssets(assets)
  for (const start of [{ script, preload }, more]) {
    const named = [start?.script ?? '', ...(start?.preload ?? [])]
    expect(named.length).toBeGreaterThan(2)
    const codes = named.map((path) => Buffer.from(assets.get(path)?.body ?? []).toString())
    // What is asked for later stands in `import(…)`; every other name of a file must be here.
    const later = codes.join('').match(/import\("[^"]+"\)/g) ?? []
    expect(later.length).toBeGreaterThan(1)
    const names = codes
      .map((code) => code.replace(/import\("[^"]+"\)/g, ''))
      .flatMap((code) => [...code.matchAll(/"\.\/((?:main|more)[\w.-]+\.js)"/g)])
    expect(new Set(names.map(([, name]) => `/assets/${name}`))).toEqual(new Set(named.slice(1)))
    expect(named.some((path) => /later|attach|operators|card/.test(path))).toBe(false)
  }
})
