import type { Json, JsonObject } from '../form/form.ts'
import type { Call, EffectResult, Started } from '../plugins/contract.ts'
import { appendAudit } from '../store/audit.ts'
import { findFile, setFileState } from '../store/files.ts'
import { SCAN, type AttachmentDeps } from './attachments.ts'

/**
 * Performs the jobs that have files scanned: pending becomes clean or infected by the scanner's word and by nothing else.
 * While there is none, the jobs of one that was taken away wait with the files.
 */
export function scanPerformer(
  deps: Pick<AttachmentDeps, 'store' | 'files' | 'clock'>,
  scan: Started['scan'],
): { readonly [effect: string]: (payload: JsonObject, call: Call) => Promise<EffectResult> } {
  return scan ? { [SCAN]: (payload, call) => scanFile(deps, scan, String(payload.file), call) } : {}
}

async function scanFile(
  { store, files, clock }: Pick<AttachmentDeps, 'store' | 'files' | 'clock'>,
  scan: NonNullable<Started['scan']>,
  id: string,
  call: Call,
): Promise<EffectResult> {
  const file = await findFile(store.db, id)
  const content = file?.state === 'pending' ? await files.get(id) : undefined
  // Taken out of the form in the meantime, or scanned by a worker that died before it could say so.
  if (!file || !content) return { status: 'done', result: null }
  const answer = await scan(content, call)
  if (answer.status === 'retry') return answer
  const at = clock().toISOString()
  await store.write(async (tx) => {
    await setFileState(tx, id, answer.status, at)
    if (answer.status === 'infected')
      await appendAudit(tx, {
        at,
        actor: 'system',
        kind: 'file.infected',
        subject: id,
        data: { found: answer.name, sha256: file.sha256 },
      })
  })
  return { status: 'done', result: answer.status satisfies Json }
}
