import { openAsBlob } from 'node:fs'
import { AwsClient } from 'aws4fetch'
import { Fault } from '../fault.ts'
import { isFileId, type Place } from './place.ts'

/** Waits between the tries of one request double from 50 ms; after these the caller hears a Fault. */
const RETRIES = 4
const RETRY_MS = 30_000
/** Given to people who write FILES_URL. */
const EXAMPLE = 's3://KEY:SECRET@s3.example.jp/bucket?region=ap-northeast-1'

/** Files as objects of an S3-compatible store, `<prefix>/<id>`; several processes may share it. */
export async function openS3(url: string): Promise<Place> {
  const { base, prefix, client } = clientOf(url)
  const addressOf = (id: string) => `${base}/${prefix}${id}`
  const ask = async (address: string, init: RequestInit, good: readonly number[]) => {
    let answer: Response
    try {
      answer = await client.fetch(address, init)
    } catch (cause) {
      throw unavailable(`cannot be reached`, cause)
    }
    if (good.includes(answer.status)) return answer
    const said = await answer.text()
    const code = /<Code>([A-Za-z0-9]+)<\/Code>/.exec(said)?.[1] ?? ''
    throw unavailable(`answers ${answer.status} ${code}`.trim())
  }
  // A wrong bucket or key shows at the start, not with the first applicant.
  await (await ask(`${base}?${firstOf(prefix)}`, {}, [200])).body?.cancel()
  return {
    async keep({ id, path, sha256 }) {
      // A blob of a file is streamed, has a length, and can be sent again.
      const body = await openAsBlob(path)
      const headers = { 'X-Amz-Content-Sha256': sha256, 'Content-Type': 'application/octet-stream' }
      await ask(addressOf(id), { method: 'PUT', body, headers }, [200])
    },
    async get(id) {
      if (!isFileId(id)) return undefined
      const answer = await ask(addressOf(id), {}, [200, 404])
      if (answer.status === 200) return answer.body ?? undefined
      await answer.body?.cancel()
      return undefined
    },
    async has(id) {
      if (!isFileId(id)) return false
      return (await ask(addressOf(id), { method: 'HEAD' }, [200, 404])).status === 200
    },
    async remove(id) {
      if (!isFileId(id)) return
      await (await ask(addressOf(id), { method: 'DELETE' }, [200, 204, 404])).body?.cancel()
    },
    async *list() {
      for (let next = ''; ;) {
        const query = new URLSearchParams({
          'list-type': '2',
          prefix,
          ...(next && { 'continuation-token': next }),
        })
        const text = await (await ask(`${base}?${query.toString()}`, {}, [200])).text()
        for (const [, entry = ''] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
          const id = inside(entry, 'Key').slice(prefix.length)
          if (isFileId(id)) yield { id, at: new Date(inside(entry, 'LastModified')) }
        }
        next = inside(text, 'NextContinuationToken')
        if (next === '') return
      }
    },
  }
}

function clientOf(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const [bucket = '', ...folders] = (url?.pathname ?? '').split('/').filter((part) => part !== '')
  if (!url || !/^s3(?:\+http)?:$/.test(url.protocol) || !url.username || !url.host || !bucket)
    throw new Fault('files.url', `FILES_URL must be file:<folder> or like ${EXAMPLE}`)
  const scheme = url.protocol === 's3:' ? 'https' : 'http'
  return {
    base: `${scheme}://${url.host}/${bucket}`,
    prefix: folders.map((part) => `${part}/`).join(''),
    client: new AwsClient({
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
      service: 's3',
      region: url.searchParams.get('region') ?? 'us-east-1',
      retries: RETRIES,
    }),
  }
}

function unavailable(what: string, cause?: unknown): Fault {
  return new Fault('files.unavailable', `The store of files ${what}`, {
    cause,
    retryAfterMs: RETRY_MS,
  })
}

function inside(xml: string, tag: string): string {
  const found = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? ''
  return found.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

function firstOf(prefix: string): string {
  return new URLSearchParams({ 'list-type': '2', 'max-keys': '1', prefix }).toString()
}
