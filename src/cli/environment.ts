import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readConfig, type Config } from '../config.ts'
import { Fault } from '../fault.ts'
import type { Locale } from '../form/form.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** The configuration, or a Fault that names every variable in the way. */
export function configFrom(env: Env): Config {
  const { config, problems } = readConfig(env)
  if (problems.length === 0) return config
  throw new Fault(
    'config.wrong',
    problems.map(({ variable, message }) => `${variable} ${message}`).join('\n'),
  )
}

/** The language of what a verb prints; a Fault `usage.language` for any other. */
export function localeFrom(lang: string): Locale {
  if (lang === 'ja' || lang === 'en') return lang
  throw new Fault('usage.language', `--lang is '${lang}'; write ja or en`)
}

/** The folder of the definitions as a whole path; a Fault `usage.folder` when there is none. */
export async function definitionsFolder(
  env: Env,
  dir: string | undefined,
  locale: Locale,
): Promise<string> {
  const root = resolve(dir ?? (env.DEFINITIONS_DIR || '.'))
  const isFolder = await stat(root).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isFolder) return root
  throw new Fault(
    'usage.folder',
    locale === 'ja'
      ? `フォルダー ${root} がありません。名前をお確かめください。`
      : `There is no folder ${root}. Check its name.`,
  )
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Resolves when the operating system asks the program to stop. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
