import { createRequire } from 'node:module'

type Rectangle = { readonly x: number; readonly y: number; readonly w: number }
/** The QR encoder of pdfmake, which only measures and lists rectangles (decision 007: its version is exact). */
const encoder = createRequire(import.meta.url)('pdfmake/js/qrEnc.js') as {
  readonly default: {
    measure(node: { readonly qr: string; readonly eccLevel: 'M' }): {
      readonly _canvas: readonly Rectangle[]
      readonly _width: number
    }
  }
}

/** A text as a QR code: the number of modules on a side, and its black modules as the path of a picture of that size. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  const { _canvas, _width } = encoder.default.measure({ qr: text, eccLevel: 'M' })
  // The first rectangle is the ground.
  const [, ...modules] = _canvas
  const side = modules[0]?.w ?? 1
  return {
    size: _width / side,
    path: modules.map(({ x, y }) => `M${x / side} ${y / side}h1v1h-1z`).join(''),
  }
}
