import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileEvent, FileSourcePlugin } from '../contract.ts'
import type { JsonObject } from '../../form/form.ts'
import { expectThat, runCases, type Outcome } from './bench.ts'
import { createVirtualClock } from '../virtual/clock.ts'

/** What a file source's `conformance.ts` exports. */
export type FileConformance = {
  /** Its configuration for files in a folder. */
  readonly config: (folder: string) => JsonObject
  /** A right file, as its device names and writes it on this day. */
  readonly file: (
    now: Date,
    number: number,
  ) => { readonly name: string; readonly bytes: Uint8Array }
  /** The same with what a hostile hand may put in: each must be refused. */
  readonly hostile: (
    now: Date,
  ) => readonly { readonly why: string; readonly name: string; readonly bytes: Uint8Array }[]
  readonly canaries: readonly string[]
}

/** Every case a file source must pass. */
export async function runFileSuite(
  plugin: FileSourcePlugin,
  conformance: FileConformance,
): Promise<Outcome[]> {
  const said: unknown[] = []

  async function scene() {
    const folder = await mkdtemp(join(tmpdir(), 'madoguchi-files-'))
    const clock = createVirtualClock(Date.now())
    const events: FileEvent[] = []
    const source = plugin.create({
      config: conformance.config(folder),
      emit: (event) => void events.push(event),
      clock,
      log: (...words) => void said.push(words),
    })
    await source.start()
    /** Seen twice without a change, a file counts as written. */
    const settle = async () => {
      for (let round = 0; round < 3; round++) {
        await source.poll()
        await clock.advance(2_000)
      }
    }
    return {
      folder,
      events,
      source,
      settle,
      now: new Date(clock.now()),
      put: (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes),
      kinds: () => events.map((event) => ('code' in event ? event.code : event.kind)),
      async close() {
        await source.stop()
        await rm(folder, { recursive: true, force: true })
      },
    }
  }
  const cases: { name: string; run: () => Promise<void> }[] = [
    {
      name: 'a file that was written to its end is taken once, and left where it is',
      run: async () => {
        const { folder, put, settle, kinds, now, close } = await scene()
        const { name, bytes } = conformance.file(now, 1)
        await put(name, bytes)
        await settle()
        await settle()
        expectThat(kinds().join() === 'file-accepted', `got ${kinds().join() || 'nothing'}`)
        expectThat((await readdir(folder)).includes(name), 'the file is gone')
        await close()
      },
    },
    {
      name: 'a file still being written waits',
      run: async () => {
        const { put, source, kinds, now, settle, close } = await scene()
        const { name, bytes } = conformance.file(now, 1)
        for (const part of [3, 2, 1]) {
          await put(name, bytes.slice(0, Math.floor(bytes.length / part)))
          await source.poll()
          expectThat(kinds().length === 0, `got ${kinds().join()}`)
        }
        await settle()
        expectThat(kinds().join() === 'file-accepted', `got ${kinds().join() || 'nothing'}`)
        await close()
      },
    },
    {
      name: 'a file moved away in between does no harm',
      run: async () => {
        const { folder, put, source, settle, kinds, now, close } = await scene()
        const { name, bytes } = conformance.file(now, 1)
        await put(name, bytes)
        await source.poll()
        await mkdir(join(folder, 'trash'))
        await rename(join(folder, name), join(folder, 'trash', name))
        await settle()
        expectThat(kinds().length === 0, `got ${kinds().join()}`)
        await close()
      },
    },
    {
      name: 'the same name with other content is an incident',
      run: async () => {
        const { put, settle, kinds, now, close } = await scene()
        const { name, bytes } = conformance.file(now, 1)
        await put(name, bytes)
        await settle()
        await put(name, conformance.file(now, 2).bytes)
        await settle()
        expectThat(kinds().join() === 'file-accepted,FILE_CONFLICT', `got ${kinds().join()}`)
        await close()
      },
    },
    {
      name: 'a file of yesterday starts nothing',
      run: async () => {
        const { folder, put, settle, kinds, now, close } = await scene()
        const yesterday = new Date(now.getTime() - 86_400_000)
        const { name, bytes } = conformance.file(yesterday, 1)
        await put(name, bytes)
        await utimes(join(folder, name), yesterday, yesterday)
        await settle()
        expectThat(kinds().length === 0, `got ${kinds().join()}`)
        await close()
      },
    },
    ...conformance.hostile(new Date()).map(({ why, name, bytes }) => ({
      name: `refused: ${why}`,
      run: async () => {
        const { put, settle, kinds, close } = await scene()
        await put(name, bytes)
        await settle()
        expectThat(!kinds().includes('file-accepted'), 'it was taken')
        await close()
      },
    })),
    {
      name: 'nothing of a file is in what the plugin says',
      run: async () => {
        const told = JSON.stringify(said)
        expectThat(
          !conformance.canaries.some((canary) => told.includes(canary)),
          'a canary was found',
        )
      },
    },
  ]
  return runCases(cases)
}
