import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { EXTENSION_ID, NATIVE_HOST } from './native.ts'

export type InstallWish = {
  /** Where extension and launcher are written. */
  readonly folder: string
  readonly origins: readonly string[]
  readonly platform: NodeJS.Platform
  /** The program that the launcher starts, with its first arguments. */
  readonly command: readonly string[]
  /** Folders where browsers look; those of the system when left out. */
  readonly hostFolders?: readonly string[]
}

const HOST_FOLDERS: { readonly [platform: string]: readonly string[] } = {
  linux: [
    '.config/chromium/NativeMessagingHosts',
    '.config/google-chrome/NativeMessagingHosts',
    '.config/microsoft-edge/NativeMessagingHosts',
  ],
  darwin: [
    'Library/Application Support/Chromium/NativeMessagingHosts',
    'Library/Application Support/Google/Chrome/NativeMessagingHosts',
    'Library/Application Support/Microsoft Edge/NativeMessagingHosts',
  ],
}

/**
 * Writes the browser extension for these portals, and tells the browsers of this user which program it may start. Gives
 * the paths written; on Windows the last step is a line for the registry, which is returned instead.
 */
export async function installNative(
  wish: InstallWish,
): Promise<{ readonly written: readonly string[]; readonly registry: readonly string[] }> {
  const { folder, platform } = wish
  const written: string[] = []
  const write = async (path: string, text: string) => {
    await writeFile(path, text)
    written.push(path)
  }
  const extension = join(folder, 'extension')
  await mkdir(extension, { recursive: true, mode: 0o700 })
  const source = (name: string) => readFile(new URL(`extension/${name}`, import.meta.url), 'utf8')
  const manifest = JSON.parse(await source('manifest.json')) as object
  // A pattern has no port: the origin itself is checked by the agent.
  const matches = wish.origins.map((origin) => `${origin.replace(/:\d+$/, '')}/*`)
  await write(
    join(extension, 'manifest.json'),
    `${JSON.stringify({ ...manifest, externally_connectable: { matches } }, null, 2)}\n`,
  )
  await write(join(extension, 'background.js'), await source('background.js'))

  const isWindows = platform === 'win32'
  const launcher = join(folder, isWindows ? 'native-host.bat' : 'native-host')
  const command = wish.command.map((part) => `"${part}"`).join(' ')
  await write(
    launcher,
    isWindows ? `@echo off\r\n${command} %*\r\n` : `#!/bin/sh\nexec ${command} "$@"\n`,
  )
  await chmod(launcher, 0o700)
  const host = JSON.stringify({
    name: NATIVE_HOST,
    description: 'Madoguchi card reading',
    path: launcher,
    type: 'stdio',
    allowed_origins: [`chrome-extension://${EXTENSION_ID}/`],
  })
  const folders =
    wish.hostFolders ?? (HOST_FOLDERS[platform] ?? []).map((path) => join(homedir(), path))
  for (const path of folders) {
    await mkdir(path, { recursive: true })
    await write(join(path, `${NATIVE_HOST}.json`), `${host}\n`)
  }
  if (!isWindows) return { written, registry: [] }
  const file = join(folder, `${NATIVE_HOST}.json`)
  await write(file, `${host}\n`)
  const keys = ['Google\\Chrome', 'Microsoft\\Edge']
  return {
    written,
    registry: keys.map(
      (key) =>
        `reg add "HKCU\\Software\\${key}\\NativeMessagingHosts\\${NATIVE_HOST}" /ve /d "${file}" /f`,
    ),
  }
}
