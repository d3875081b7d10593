import type * as Reader from 'pdfjs-dist'
import type { PDFDocumentProxy } from 'pdfjs-dist'
import { evidenceTexts } from './texts/evidence.ts'

/**
 * Draws the PDFs of a page when they are opened, as pictures of their pages: nothing in a file runs, opens or is sent (S34).
 * Only pages in sight take memory. Whoever hears a page hears its text.
 */

/** Where the package's files lie; written by the builder. */
declare const PDF_READER: string

/** Not among the types of the language yet, nor in every browser. */
type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createScriptURL: () => string },
  ): { createScriptURL(text: string): string }
}

const { trustedTypes } = window as { trustedTypes?: TrustedTypes }
/** The one address of a script that may be started beside the page. */
const WORKER_URL =
  trustedTypes
    ?.createPolicy('pdf-worker', { createScriptURL: () => `${PDF_READER}pdf.worker.min.mjs` })
    .createScriptURL('') ?? `${PDF_READER}pdf.worker.min.mjs`

const t = evidenceTexts(document.documentElement.lang === 'en' ? 'en' : 'ja')
/** Of the width there is. */
const ZOOMS = [1, 1.5, 2, 3, 4] as const
/** Beyond it browsers refuse to draw, and tablets run out of memory. */
const CANVAS_POINTS_MAX = 16_000_000
/** As on the server (S35). */
const PICTURE_POINTS_MAX = 50_000_000
const QUARTER = 90
const WHOLE = 360

type Sheet = {
  readonly number: number
  readonly figure: HTMLElement
  readonly canvas: HTMLCanvasElement
  isInSight: boolean
  /** Counts the drawings asked for: only the newest one may finish. */
  wanted: number
}

for (const box of document.querySelectorAll<HTMLElement>('[data-pdf]')) {
  const details = box.closest('details')
  const open = () => {
    if (!details?.open) return
    details.removeEventListener('toggle', open)
    void load(box)
  }
  details?.addEventListener('toggle', open)
  open()
}

async function load(box: HTMLElement): Promise<void> {
  const status = statusOf(t.loading)
  box.replaceChildren(status)
  const answer = await fetch(box.dataset.pdf ?? '').catch(() => undefined)
  const data = answer?.ok ? await answer.arrayBuffer().catch(() => undefined) : undefined
  const reader = await theReader().catch(() => undefined)
  if (!data || !reader) return fail(box, t.notFetched, { mayRetry: true })
  try {
    show(box, status, await openPdf(reader, new Uint8Array(data)))
  } catch (error) {
    const isLocked = error instanceof Error && error.name === 'PasswordException'
    if (error === LOST) fail(box, t.notFetched, { mayRetry: true })
    else fail(box, isLocked ? t.locked : t.broken)
  }
}

function fail(box: HTMLElement, text: string, { mayRetry = false } = {}): void {
  const status = statusOf(text)
  status.classList.add('warning')
  const buttons = document.createElement('div')
  buttons.className = 'buttons'
  if (mayRetry) buttons.append(buttonOf(t.again, () => void load(box)))
  buttons.append(downloadOf(box))
  box.replaceChildren(status, buttons)
}

type PdfReader = {
  readonly pdf: typeof Reader
  readonly worker: Reader.PDFWorker
  /** Fails when the worker's script does not arrive. */
  readonly lost: Promise<never>
}
const LOST = new Error('The script that reads PDFs has not arrived')

let started: Promise<PdfReader> | undefined

/** The package and its worker, for all files of the page; asked for again after it could not be had. */
function theReader(): Promise<PdfReader> {
  return (started ??= startReader().catch((error: unknown) => {
    started = undefined
    throw error
  }))
}

function openPdf({ pdf, worker, lost }: PdfReader, data: Uint8Array): Promise<PDFDocumentProxy> {
  const task = pdf.getDocument({
    data,
    worker,
    cMapUrl: PDF_READER,
    cMapPacked: true,
    standardFontDataUrl: PDF_READER,
    wasmUrl: PDF_READER,
    // Compiled code would need a wider policy; the package brings the same decoders as scripts.
    useWasm: false,
    disableWorkerRendering: true,
    enableXfa: false,
    maxImageSize: PICTURE_POINTS_MAX,
    verbosity: 0,
  })
  return Promise.race([task.promise, lost])
}

async function startReader(): Promise<PdfReader> {
  const pdf = (await import(`${PDF_READER}pdf.min.mjs`)) as typeof Reader
  const port = new Worker(WORKER_URL, { type: 'module' })
  const lost = new Promise<never>((_, fail) => {
    port.addEventListener('error', () => {
      started = undefined
      fail(LOST)
    })
  })
  // Nobody may be waiting for a file just then.
  lost.catch(() => undefined)
  return { pdf, worker: pdf.PDFWorker.create({ port, verbosity: 0 }), lost }
}

function show(box: HTMLElement, status: HTMLElement, file: PDFDocumentProxy): void {
  let zoom = 0
  let turned = 0
  const pages = document.createElement('div')
  pages.className = 'pages'
  pages.tabIndex = 0
  pages.setAttribute('role', 'region')
  pages.setAttribute('aria-label', box.dataset.name ?? '')
  const sheets = Array.from({ length: file.numPages }, (_, at) => sheetOf(at + 1, file.numPages))
  pages.append(...sheets.map(({ figure }) => figure))

  const factor = () => ZOOMS[zoom] ?? 1
  const draw = (sheet: Sheet) => void drawSheet(file, sheet, turned)
  const redraw = () => {
    pages.style.setProperty('--zoom', String(factor()))
    status.textContent = t.zoom(factor() * 100)
    for (const sheet of sheets) if (sheet.isInSight) draw(sheet)
  }
  const sight = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) {
        const sheet = sheets.find(({ figure }) => figure === target)
        if (!sheet || sheet.isInSight === isIntersecting) continue
        sheet.isInSight = isIntersecting
        if (isIntersecting) draw(sheet)
        else clear(sheet)
      }
    },
    { root: pages, rootMargin: '50%' },
  )
  for (const { figure } of sheets) sight.observe(figure)

  const buttons = document.createElement('div')
  buttons.className = 'buttons'
  const step = (by: number) => () => {
    zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + by))
    redraw()
  }
  const turn = () => {
    turned = (turned + QUARTER) % WHOLE
    redraw()
  }
  buttons.append(
    buttonOf(t.larger, step(1)),
    buttonOf(t.smaller, step(-1)),
    buttonOf(t.turn, turn),
    downloadOf(box),
  )
  status.textContent = t.opened(file.numPages)
  box.replaceChildren(buttons, status, pages)
}

function sheetOf(number: number, count: number): Sheet {
  const figure = document.createElement('figure')
  const canvas = document.createElement('canvas')
  const caption = document.createElement('figcaption')
  caption.textContent = t.page(number, count)
  figure.append(canvas, caption)
  return { number, figure, canvas, isInSight: false, wanted: 0 }
}

async function drawSheet(file: PDFDocumentProxy, sheet: Sheet, turned: number): Promise<void> {
  const { canvas, figure } = sheet
  const wanted = ++sheet.wanted
  try {
    const page = await file.getPage(sheet.number)
    const rotation = (page.rotate + turned) % WHOLE
    const plain = page.getViewport({ scale: 1, rotation })
    canvas.style.aspectRatio = `${plain.width} / ${plain.height}`
    const width = figure.clientWidth * window.devicePixelRatio
    const most = Math.sqrt(CANVAS_POINTS_MAX / (plain.width * plain.height))
    const viewport = page.getViewport({ scale: Math.min(width / plain.width, most), rotation })
    // Drawn aside and put in place whole, so that nothing flickers and two drawings never meet.
    const drawn = document.createElement('canvas')
    drawn.width = Math.floor(viewport.width)
    drawn.height = Math.floor(viewport.height)
    await page.render({ canvas: drawn, viewport }).promise
    const { items } = await page.getTextContent()
    if (sheet.wanted !== wanted) return
    canvas.width = drawn.width
    canvas.height = drawn.height
    canvas.getContext('2d')?.drawImage(drawn, 0, 0)
    canvas.textContent = items.map((item) => ('str' in item ? item.str : '')).join(' ')
    canvas.dataset.drawn = String(sheet.number)
  } catch {
    if (sheet.wanted === wanted) canvas.replaceWith(statusOf(t.pageBroken))
  }
}

/** Keeps its place, but no memory. */
function clear(sheet: Sheet): void {
  sheet.wanted++
  sheet.canvas.width = 0
  sheet.canvas.height = 0
  delete sheet.canvas.dataset.drawn
}

function statusOf(text: string): HTMLElement {
  const status = document.createElement('p')
  status.setAttribute('role', 'status')
  status.textContent = text
  return status
}

function buttonOf(text: string, press: () => void): HTMLElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button quiet small'
  button.textContent = text
  button.addEventListener('click', press)
  return button
}

function downloadOf(box: HTMLElement): HTMLElement {
  const link = document.createElement('a')
  link.className = 'button quiet small'
  link.href = box.dataset.pdf ?? ''
  link.textContent = t.download
  return link
}
