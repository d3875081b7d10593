import { cp, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { readConfig } from '../config.ts'
import type { Problem } from '../definitions/definitions.ts'
import { assert } from '../fault.ts'
import { createLog } from '../log.ts'
import { importMaster } from '../master/import.ts'
import { openPortal, preparePortal, type PortalOptions, type Running } from '../portal.ts'

/** Who lends the program its plugins and reads what the outbox kept. */
export type StageMakers = {
  readonly pluginsFor: (config: { smtpUrl: undefined }) => PortalOptions['plugins']
  readonly readOutbox: (
    folder: string,
    limit?: number,
  ) => Promise<readonly { readonly messageId: string; readonly text: string }[]>
}

/** The real portal with an empty desk, a sample master, an outbox and a clock that stands until it is moved. */
export type Stage = {
  readonly running: Running
  readonly baseUrl: string
  readonly now: () => Date
  moveClock(ms: number): void
  /** Lets the worker do what is due, then what follows from it; `before` sees every round. */
  settle(before: () => Promise<void>): Promise<void>
  /** The text of the mail that this job sent. */
  mailOf(jobId: string): Promise<string | undefined>
  close(): Promise<void>
}

export type Theatre = { open(at: string): Promise<Stage>; close(): Promise<void> }

/** A host that exists nowhere: nothing is ever sent. */
const BASE_URL = 'http://portal.test'

/**
 * Prepares a data folder once, which every stage then gets a copy of: so scenarios never see each other. Problems when the
 * definitions have any.
 */
export async function openTheatre(
  definitionsDir: string,
  makers: StageMakers,
): Promise<Theatre | { readonly problems: readonly Problem[] }> {
  const root = await mkdtemp(join(tmpdir(), 'madoguchi-scenarios-'))
  const pattern = join(root, 'pattern')
  const plugins = makers.pluginsFor({ smtpUrl: undefined })
  const close = () => rm(root, { recursive: true, force: true })
  const prepared = await preparePortal({ config: configFor(definitionsDir, pattern), plugins })
  if ('problems' in prepared) {
    await close()
    return prepared
  }
  const open = async (dataDir: string, clock: () => Date) => {
    const running = await openPortal(
      {
        config: configFor(definitionsDir, dataDir),
        plugins,
        clock,
        log: createLog('error', { write: () => undefined }),
      },
      prepared,
    )
    assert(!('problems' in running), 'what is prepared has no problems')
    return running
  }
  const first = await open(pattern, () => new Date())
  const master = join(definitionsDir, 'forms', 'sample-facilities.csv')
  if (await stat(master).then(Boolean, () => false))
    await importMaster(first.store, master, { now: () => new Date() })
  await first.close()
  let count = 0
  return {
    close,
    async open(at) {
      const dataDir = join(root, `stage-${++count}`)
      await cp(pattern, dataDir, { recursive: true })
      let nowMs = Date.parse(at)
      const running = await open(dataDir, () => new Date(nowMs))
      const outbox = join(dataDir, 'plugins', 'outbox')
      return {
        running,
        baseUrl: BASE_URL,
        now: () => new Date(nowMs),
        moveClock: (ms) => void (nowMs += ms),
        async settle(before) {
          do await before()
          while ((await running.worker.runOnce()) > 0)
        },
        async mailOf(jobId) {
          const mails = await makers.readOutbox(outbox, MAILS_MAX)
          return mails.find(({ messageId }) => messageId.startsWith(`<${jobId}@`))?.text
        },
        async close() {
          await running.close()
          await rm(dataDir, { recursive: true, force: true })
        },
      }
    },
  }
}

/** More than any scenario sends. */
const MAILS_MAX = 10_000

function configFor(definitionsDir: string, dataDir: string): Config {
  return readConfig({
    BASE_URL,
    DATA_DIR: dataDir,
    DEFINITIONS_DIR: definitionsDir,
  }).config
}
