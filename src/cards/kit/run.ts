import { access, readFile } from 'node:fs/promises'
import type { CardManifest, FileSourcePlugin, ProfilePlugin, ReaderPlugin } from '../contract.ts'
import { CARD_API_VERSION } from '../contract.ts'
import { checkManifest, versionRefusal } from '../manifest.ts'
import type { Json, JsonObject } from '../../form/form.ts'
import { expectThat, runCases, type Outcome, type ReaderConformance } from './bench.ts'
import { runFileSuite, type FileConformance } from './file-suite.ts'
import { runProfileSuite, type ProfileConformance } from './profile-suite.ts'
import { runReaderSuite } from './reader-suite.ts'
import { createVirtualClock } from '../virtual/clock.ts'
import { openVpcdBench } from './vpcd-bench.ts'

const LIVES = 100
/** Starting, stopping and putting cards in takes real time there. */
const REAL = { lives: 5, faultsAt: [4] } as const

/** Tier 0, on any machine: manifest, documents, and every case of the plugin's kind against what its `conformance.ts` brings. */
export async function runTierZero(folder: URL, name: string): Promise<readonly Outcome[]> {
  const { outcomes, manifest } = await checkPlace(folder, name)
  if (!manifest) return outcomes
  const [plugin, conformance] = await loadBoth(folder)
  return [...outcomes, ...(await suiteOf(manifest, plugin, conformance))]
}

/** Tier 1, inside namespaces: a driver of the system's readers, as configured, against the real service and our own cards. */
export async function runTierOne(
  folder: URL,
  name: string,
  config: JsonObject,
): Promise<readonly Outcome[]> {
  const { outcomes, manifest } = await checkPlace(folder, name)
  if (!manifest) return outcomes
  if (manifest.kind !== 'reader' || !manifest.permissions.includes('pcsc'))
    return [
      {
        name: 'tier 1',
        status: 'left out',
        reason: 'it is for drivers of the system’s readers (permission pcsc)',
      },
    ]
  const { default: plugin } = (await import(new URL('index.ts', folder).href)) as {
    default: ReaderPlugin
  }
  return runReaderSuite({
    manifest,
    openBench: () => openVpcdBench((context) => plugin.create({ ...context, config })),
    ...REAL,
  })
}

async function checkPlace(
  folder: URL,
  name: string,
): Promise<{ outcomes: Outcome[]; manifest?: CardManifest }> {
  const found: { manifest?: CardManifest } = {}
  const outcomes = await runCases([
    {
      name: 'manifest.json is right, and read before any code',
      run: async () => {
        const json = JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8')) as Json
        const checked = checkManifest(json, name)
        if ('problems' in checked)
          throw new Error(
            checked.problems.map(({ path, ja, en }) => `${path}: ${ja} ${en}`).join('\n'),
          )
        found.manifest = checked.manifest
      },
    },
    { name: 'README.md is there', run: () => access(new URL('README.md', folder)) },
    {
      name: 'another major of the API is refused with a clear line',
      run: async () => {
        const { major } = CARD_API_VERSION
        const refusal = versionRefusal(found.manifest?.apiVersion, { major: major + 1, minor: 0 })
        expectThat(refusal !== undefined && refusal.en.includes(`${major + 1}.0`), 'it was taken')
      },
    },
  ])
  return { outcomes, ...found }
}

async function loadBoth(folder: URL): Promise<[unknown, unknown]> {
  const { default: plugin } = (await import(new URL('index.ts', folder).href)) as {
    default: unknown
  }
  const { default: conformance } = (await import(new URL('conformance.ts', folder).href)) as {
    default: unknown
  }
  return [plugin, conformance]
}

function suiteOf(
  manifest: CardManifest,
  plugin: unknown,
  conformance: unknown,
): Promise<readonly Outcome[]> {
  if (manifest.kind === 'card-profile')
    return runProfileSuite(manifest, plugin as ProfilePlugin, conformance as ProfileConformance)
  if (manifest.kind === 'file-source')
    return runFileSuite(plugin as FileSourcePlugin, conformance as FileConformance)
  const { openBench } = conformance as ReaderConformance
  return runReaderSuite({ manifest, openBench, lives: LIVES, clock: createVirtualClock() })
}
