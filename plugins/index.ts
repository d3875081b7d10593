import facilityMaster from './facility-master/index.ts'
import mailSmtp from './mail-smtp/index.ts'
import postalCode from './postal-code/index.ts'
import outbox, { readOutbox } from './outbox/index.ts'
import pdf from './pdf/index.ts'
import scannerClamd from './scanner-clamd/index.ts'
import type { JsonObject } from '../src/form/form.ts'
import type { Plugin } from '../src/plugins/contract.ts'

export { readOutbox }

/**
 * The plugins the server starts, in order. Mails go to `smtpUrl`, or into the outbox when there is none. Files are scanned by
 * the clamd at `clamdUrl`, if one is named.
 */
export function pluginsFor(options: {
  readonly smtpUrl: string | undefined
  readonly clamdUrl?: string | undefined
}): readonly { readonly plugin: Plugin; readonly config: JsonObject }[] {
  return [
    { plugin: facilityMaster, config: {} },
    { plugin: postalCode, config: {} },
    { plugin: pdf, config: {} },
    options.smtpUrl === undefined
      ? { plugin: outbox, config: {} }
      : { plugin: mailSmtp, config: { url: options.smtpUrl } },
    ...(options.clamdUrl === undefined
      ? []
      : [{ plugin: scannerClamd, config: { url: options.clamdUrl } }]),
  ]
}
