import { readFile } from 'node:fs/promises'
import type { NewFile } from './words.ts'

/** Stands for the plugin's name in the files of `plugin/`. */
const NAME = /\bNAME\b/g

/** A plugin that answers a lookup out of its own configuration: the shortest one that can be tried. */
export function pluginFiles(name: string): Promise<NewFile[]> {
  const files = {
    'index.ts.txt': `plugins/${name}/index.ts`,
    'README.md.txt': `plugins/${name}/README.md`,
    'test.ts.txt': `test/plugins/${name}.test.ts`,
  }
  return Promise.all(
    Object.entries(files).map(async ([template, path]) => {
      const text = await readFile(new URL(`plugin/${template}`, import.meta.url), 'utf8')
      return { path, text: text.replace(NAME, name) }
    }),
  )
}

/** A driver of card readers that passes every case of tier 0, over hardware that is still to be opened. */
export function readerFiles(name: string): Promise<NewFile[]> {
  const templates = ['manifest.json', 'index.ts', 'device.ts', 'conformance.ts', 'README.md']
  return Promise.all(
    templates.map(async (template) => {
      const text = await readFile(new URL(`reader/${template}.txt`, import.meta.url), 'utf8')
      return { path: `plugins/${name}/${template}`, text: text.replace(NAME, name) }
    }),
  )
}

/** The two lines that `plugins/index.ts` needs. */
export function pluginLines(name: string): readonly [importLine: string, entry: string] {
  const camel = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  // The ending keeps names such as `default` possible.
  const variable = `${camel}Plugin`
  return [
    `import ${variable} from './${name}/index.ts'`,
    `{ plugin: ${variable}, config: { names: {} } },`,
  ]
}
