import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tier } from '../tiers.ts'

const run = promisify(execFile)

/** What other programs read out of a PDF; undefined when poppler and qpdf are not installed. */
export type Reader = {
  /** The text in the order of drawing, without white space and line ends. */
  text(pdf: Uint8Array): Promise<string>
  /** The tree of tags with the text of each, as `pdfinfo` prints it. */
  structure(pdf: Uint8Array): Promise<string>
  info(pdf: Uint8Array): Promise<string>
  /** Throws with what is wrong. */
  check(pdf: Uint8Array): Promise<void>
  /** Everything uncompressed, one object after the other. */
  objects(pdf: Uint8Array): Promise<string>
}

export function openReader(): Promise<Reader | undefined> {
  return tier('poppler and qpdf', async () => {
    await run('qpdf', ['--version'])
    await run('pdftotext', ['-v'])
    await run('pdfinfo', ['-v'])
    const onFile = async (
      pdf: Uint8Array,
      command: string,
      args: (file: string) => readonly string[],
    ) => {
      const folder = await mkdtemp(join(tmpdir(), 'madoguchi-pdf-'))
      try {
        const file = join(folder, 'file.pdf')
        await writeFile(file, pdf)
        const { stdout } = await run(command, args(file), {
          maxBuffer: 64 * 1024 * 1024,
          encoding: 'latin1',
        })
        return Buffer.from(stdout, 'latin1')
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }
    return {
      text: async (pdf) =>
        bare((await onFile(pdf, 'pdftotext', (file) => ['-raw', file, '-'])).toString('utf8')),
      structure: async (pdf) =>
        (await onFile(pdf, 'pdfinfo', (file) => ['-struct-text', file])).toString('utf8'),
      info: async (pdf) => (await onFile(pdf, 'pdfinfo', (file) => [file])).toString('utf8'),
      check: async (pdf) => {
        await onFile(pdf, 'qpdf', (file) => ['--check', file])
      },
      objects: async (pdf) =>
        (
          await onFile(pdf, 'qpdf', (file) => ['--qdf', '--object-streams=disable', file, '-'])
        ).toString('latin1'),
    }
  })
}

/** Without white space: where a line ends is the layout's business. */
export function bare(text: string): string {
  return text.replace(/\s+/g, '')
}
