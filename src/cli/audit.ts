import { auditHead, verifyAudit } from '../store/audit.ts'
import { configFrom, print, type Env } from './environment.ts'
import { withStore } from './open.ts'

/** `madoguchi audit verify`: true when the chain holds, and still contains the head given as `<seq>:<hash>`. */
export async function auditVerify(env: Env, options: { head?: string }): Promise<boolean> {
  return withStore(configFrom(env), async ({ db }) => {
    const [seq = '', hash = ''] = options.head?.split(':') ?? []
    const verdict = await verifyAudit(
      db,
      options.head === undefined ? undefined : { seq: Number(seq), hash },
    )
    if (verdict.brokenAt !== undefined) {
      print(`The audit log was changed at row ${verdict.brokenAt}`)
      return false
    }
    const head = await auditHead(db)
    print(
      `The audit log holds: ${verdict.rows} rows. Keep this head elsewhere: ${head.seq}:${head.hash}`,
    )
    return true
  })
}
