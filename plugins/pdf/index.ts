import {
  type EffectResult,
  type Pdf,
  PDF_SCHEMA,
  type Plugin,
  PLUGIN_API_VERSION,
  type Sheet,
  SHEET_SCHEMA,
} from '../../src/plugins/contract.ts'
import { openStudio, type Studio } from './studio.ts'

/** Sheets that wait for the thread; beyond it a job comes again later. */
const WAITING_MAX = 20
const BUSY_PAUSE_MS = 1_000

/** Draws documents as PDF. */
const pdf: Plugin = {
  name: 'pdf',
  apiVersion: PLUGIN_API_VERSION,
  config: {
    type: 'object',
    additionalProperties: false,
    properties: { waitingMax: { type: 'integer', minimum: 1, maximum: 1000 } },
  },
  permissions: [],
  effects: { 'pdf.render': { payload: SHEET_SCHEMA, result: PDF_SCHEMA } },
  start: async (config, host) => {
    const studio = openStudio({ waitingMax: Number(config.waitingMax ?? WAITING_MAX) })
    return {
      effects: {
        // The host has held the payload against SHEET_SCHEMA.
        'pdf.render': (payload, call) => render(studio, payload as Sheet, call.signal, host.now),
      },
      stop: () => studio.stop(),
    }
  },
}
export default pdf

async function render(
  studio: Studio,
  sheet: Sheet,
  signal: AbortSignal,
  now: () => Date,
): Promise<EffectResult> {
  const delivery = await studio.draw(sheet, signal)
  if (delivery === 'busy')
    return {
      status: 'waiting',
      untilMs: now().getTime() + BUSY_PAUSE_MS,
      reason: 'Other documents are being drawn',
    }
  switch (delivery.status) {
    case 'drawn': {
      const { bytes, pages, notes } = delivery
      const result: Pdf = { pdf: Buffer.from(bytes).toString('base64'), pages, notes }
      return { status: 'done', result }
    }
    case 'missing':
      return {
        status: 'rejected',
        reason: `印刷できない文字があります（この文字は書体にありません）：${delivery.characters.join('、')}`,
      }
    case 'failed':
      return { status: 'retry', reason: delivery.reason }
  }
}
