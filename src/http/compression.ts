import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export type Encoding = 'br' | 'gzip'
export type Encoded = { readonly body: Uint8Array<ArrayBuffer>; readonly encoding?: Encoding }

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)
/** Shorter bodies do not get smaller by compression. */
const COMPRESS_BYTES_MIN = 1_024
/** The best ratio that costs no more than rendering the page. */
const BROTLI_QUALITY_ONCE = 7
const GZIP_LEVEL_ONCE = 6
const GZIP_LEVEL_KEPT = 9
/** Above it the best ratio would keep the first visitor waiting for seconds. */
const BROTLI_BYTES_BEST = 256_000
const BROTLI_QUALITY_LARGE = 9

/** A body that is sent once, such as a page: in an encoding the browser takes, or as it is. */
export async function encodeOnce(
  body: Uint8Array,
  acceptEncoding: string | null,
): Promise<Encoded> {
  const encoding = encodingFor(body, acceptEncoding)
  if (!encoding) return { body: new Uint8Array(body) }
  const bytes = await compress(body, encoding, {
    brotli: BROTLI_QUALITY_ONCE,
    gzip: GZIP_LEVEL_ONCE,
  })
  return { body: bytes, encoding }
}

const kept = new WeakMap<Uint8Array, Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>>()

/**
 * A body that is sent again and again, such as a script: made as small as can be when it is first asked for, and kept as
 * long as `body` itself. So opening a portal compresses nothing.
 */
export async function encodeKept(
  body: Uint8Array,
  acceptEncoding: string | null,
): Promise<Encoded> {
  const encoding = encodingFor(body, acceptEncoding)
  if (!encoding) return { body: new Uint8Array(body) }
  const encodings = kept.get(body) ?? new Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>()
  kept.set(body, encodings)
  const bytes =
    encodings.get(encoding) ??
    compress(body, encoding, {
      brotli: body.length > BROTLI_BYTES_BEST ? BROTLI_QUALITY_LARGE : constants.BROTLI_MAX_QUALITY,
      gzip: GZIP_LEVEL_KEPT,
    })
  encodings.set(encoding, bytes)
  return { body: await bytes, encoding }
}

/** Of the encodings we know the best one that the browser takes; undefined where it would not pay. */
function encodingFor(body: Uint8Array, acceptEncoding: string | null): Encoding | undefined {
  if (body.length < COMPRESS_BYTES_MIN) return undefined
  const accepted = (acceptEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .filter(([, weight]) => !/^q=0(\.0*)?$/.test(weight ?? ''))
    .map(([name]) => name)
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding))
}

async function compress(
  body: Uint8Array,
  encoding: Encoding,
  effort: { readonly brotli: number; readonly gzip: number },
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    encoding === 'br'
      ? await compressBrotli(body, {
          params: { [constants.BROTLI_PARAM_QUALITY]: effort.brotli },
        })
      : await compressGzip(body, { level: effort.gzip }),
  )
}
