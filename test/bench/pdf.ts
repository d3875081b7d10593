import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import pdfPlugin from '../../plugins/pdf/index.ts'
import { DEFAULT_STYLE, layOut, LAYOUTS } from '../../plugins/pdf/content.ts'
import { openFonts, type Fonts } from '../../plugins/pdf/fonts.ts'
import { emptyDocument } from '../../plugins/pdf/pdfmake.ts'
import { compileDocument } from '../../src/definitions/document/document.ts'
import { parseYaml } from '../../src/definitions/yaml/yaml.ts'
import { fillDocument } from '../../src/documents/fill.ts'
import type { Pdf, Sheet } from '../../src/plugins/contract.ts'
import { inTurn, type Benchmark, type Figure, type Scale } from './figures.ts'

/** Account sheets through the plugin beside pdfmake as it comes, and beside the same text drawn by hand. */
export const pdfBenchmark: Benchmark = {
  about: 'account sheets of one facility, two at a time, drawn by the plugin in its thread',
  run,
}

const FOLDER = 'test/samples/issuance/workflows/documents'
const AT = '2026-11-25T03:00:00.000Z'
/** Sheets of one round. */
const COUNT = 40
const AT_ONCE = 2

async function run(scale: Scale): Promise<readonly Figure[]> {
  const sheets = await sheetsOf('app-user-settings', scale === 'once' ? 2 : COUNT)
  const rounds = scale === 'once' ? 1 : 5
  const started = await pdfPlugin.start({}, { log: () => undefined, now: () => new Date() })
  const perform = started.effects?.['pdf.render']
  if (!perform) throw new Error('The plugin performs pdf.render')
  let bytes = 0
  const ours = async (sheet: Sheet) => {
    const signal = AbortSignal.timeout(60_000)
    const outcome = await perform(sheet, { idempotencyKey: 'bench', signal })
    if (outcome.status !== 'done') throw new Error(JSON.stringify(outcome))
    bytes = Buffer.from((outcome.result as Pdf).pdf, 'base64').length
  }
  const bare = openBare()
  const fonts = openFonts()
  const byHand = (sheet: Sheet) => drawByHand(sheet, fonts)
  try {
    // Everybody warm: fonts read, thread started.
    for (const draw of [ours, bare, byHand]) await draw(sheets[0] as Sheet)
    const few = sheets.slice(0, Math.ceil(sheets.length / 4))
    const besideBare = await inTurn(
      rounds,
      () => rate(sheets, ours),
      () => rate(few, bare),
    )
    const besideHand = await inTurn(
      rounds,
      () => rate(sheets, ours),
      () => rate(sheets, byHand),
    )
    return [
      {
        what: 'sheets',
        unit: '/s',
        ours: besideBare.ours,
        limit: { what: 'pdfmake as it comes', value: besideBare.limit, ratio: besideBare.ratio },
        aim: { of: 'ours', atLeast: 20 },
      },
      {
        what: 'sheets',
        unit: '/s',
        ours: besideHand.ours,
        limit: {
          what: 'the same text drawn by hand',
          value: besideHand.limit,
          ratio: besideHand.ratio,
        },
        aim: { of: 'ratio', atLeast: 0.3 },
      },
      { what: 'one sheet', unit: 'bytes', ours: bytes, aim: { of: 'ours', atMost: 60_000 } },
    ]
  } finally {
    await started.stop?.()
  }
}

async function sheetsOf(name: string, count: number): Promise<Sheet[]> {
  const file = `${FOLDER}/${name}.yaml`
  const text = await readFile(file, 'utf8')
  const root = parseYaml({ file, text }, (code) => {
    throw new Error(code)
  })
  if (root?.kind !== 'map') throw new Error(`${file} cannot be read`)
  const parsed = { source: { file, text }, root, stem: name, name }
  const { document } = compileDocument(parsed, (code) => {
    throw new Error(code)
  })
  return Array.from({ length: count }, (_, index) => {
    const id = String(index + 1).padStart(7, '0')
    const terminal = { no: index + 1, user: `W${id}`, setting: `S${id}`, password: 'DL7MN3DY9n7C' }
    const facility = { name: '髙﨑𠮷濵整骨院', registrationNumber: '契0123456-7-8' }
    const portal = { title: '見本ポータルサイト' }
    const operator = { name: '見本センター', phone: '0800-000-0000', mail: 'desk@example.jp' }
    const contactHours = '月～金曜日 8:00～18:00、土曜日 8:00～16:00'
    const values = { terminal, facility, issueDate: '令和8年11月25日' }
    const platform = { number: 'R7K4-92QX', portal, operator, contactHours }
    return fillDocument({ document, values, platform, at: AT })
  })
}

/** Sheets a second, so many at a time. */
async function rate(
  sheets: readonly Sheet[],
  draw: (sheet: Sheet) => Promise<unknown>,
): Promise<number> {
  const start = performance.now()
  const queue = [...sheets]
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await draw(next)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return (sheets.length / (performance.now() - start)) * 1_000
}

type BareMake = {
  setFonts(fonts: object): void
  setUrlAccessPolicy(allow: () => boolean): void
  setLocalAccessPolicy(allow: () => boolean): void
  setTableLayouts(layouts: object): void
  createPdf(definition: object): { getBuffer(): Promise<Uint8Array> }
}

/** The front door of pdfmake with the same content; it parses the fonts for every document. */
function openBare(): (sheet: Sheet) => Promise<unknown> {
  const require = createRequire(import.meta.url)
  const make = require('pdfmake') as BareMake
  const noto = (weight: string) =>
    require.resolve(`@expo-google-fonts/noto-sans-jp/${weight}/NotoSansJP_${weight}.ttf`)
  const legible =
    '@expo-google-fonts/atkinson-hyperlegible/400Regular/AtkinsonHyperlegible_400Regular.ttf'
  make.setFonts({
    text: { normal: noto('400Regular'), bold: noto('700Bold') },
    credential: { normal: require.resolve(legible), bold: require.resolve(legible) },
  })
  make.setUrlAccessPolicy(() => false)
  make.setLocalAccessPolicy(() => true)
  make.setTableLayouts(LAYOUTS)
  return (sheet) =>
    make
      .createPdf({ content: layOut(sheet.blocks).content, defaultStyle: DEFAULT_STYLE })
      .getBuffer()
}

const LINE_POINTS = 18

/** The same text, one line under the other, with the fonts parsed once: no layout, no tags, no tables. */
async function drawByHand(sheet: Sheet, fonts: Fonts): Promise<unknown> {
  const document = emptyDocument({ pdfVersion: '1.7' })
  const chunks: Buffer[] = []
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  document.on('data', (chunk) => chunks.push(chunk))
  document.on('end', () => resolve(Buffer.concat(chunks)))
  document.addPage({ size: 'A4' })
  document._font = fonts.embed(document, 'text', 'normal')
  let y = 40
  for (const line of linesOf(sheet))
    document.text(line, 40, (y += LINE_POINTS), { lineBreak: false })
  document.end()
  return promise
}

function linesOf({ blocks }: Sheet): string[] {
  return blocks.flatMap((block) => {
    switch (block.kind) {
      case 'heading':
      case 'paragraph':
      case 'note':
        return block.text.split('\n')
      case 'rows':
        return block.rows.map(({ label, value }) => `${label} ${value}`)
      case 'list':
        return block.items
      default:
        return []
    }
  })
}
