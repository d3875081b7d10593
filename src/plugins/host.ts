import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, Fault } from '../fault.ts'
import type { JsonObject, LookupResult } from '../form/form.ts'
import {
  PLUGIN_API_VERSION,
  type Call,
  type EffectFunction,
  type EffectResult,
  type FacilityClaim,
  type FacilityFound,
  type FacilityQuery,
  type Host,
  type LookupFunction,
  type Plugin,
  type Started,
} from './contract.ts'

/** What the compiler holds every use in YAML against. */
export type PluginKinds = {
  /** By `<plugin>.<function>`. */
  readonly lookups: { readonly [source: string]: LookupFunction }
  /** By name: what a step gives and what it gets. */
  readonly effects: { readonly [name: string]: EffectFunction }
}

export type HostDeps = {
  readonly dataDir: string
  readonly clock: () => Date
  readonly log: Host['log']
  readonly findFacility: (query: FacilityQuery) => Promise<FacilityFound | undefined>
  readonly facilityMatches: (claim: FacilityClaim) => Promise<boolean>
}

export type Plugins = {
  /**
   * Asks a lookup function for one visitor. `value` holds secret properties too: they must not leave the server
   * (`publicValue` strips them). `unavailable` when the visitor asked too often or the source does not answer.
   */
  lookup(source: string, input: JsonObject, address: string): Promise<LookupResult>
  publicValue(source: string, value: JsonObject): JsonObject
  readonly perform: {
    readonly [effect: string]: (payload: JsonObject, call: Call) => Promise<EffectResult>
  }
  /** Of the first plugin that scans files; undefined when there is none. */
  readonly scan: Started['scan']
  stop(): Promise<void>
}

const LOOKUP_TIMEOUT_MS = 5_000
/** Visitors remembered at once for throttling; beyond it the oldest windows are dropped. */
const ADDRESSES_MAX = 50_000

/** The functions of these plugins, as `check` sees them; starts nothing. */
export function pluginKinds(plugins: readonly Plugin[]): PluginKinds {
  const lookups: Record<string, LookupFunction> = {}
  for (const plugin of plugins)
    for (const [name, lookup] of Object.entries(plugin.lookups ?? {}))
      lookups[`${plugin.name}.${name}`] = lookup
  return { lookups, effects: Object.assign({}, ...plugins.map(({ effects }) => effects ?? {})) }
}

/** Starts the plugins in order, each with what its permissions allow; stops those started when one fails. */
export async function startPlugins(
  plugins: readonly { readonly plugin: Plugin; readonly config: JsonObject }[],
  deps: HostDeps,
): Promise<Plugins> {
  const running: { plugin: Plugin; started: Started }[] = []
  const stop = async () => {
    for (const { started } of running.toReversed()) await started.stop?.()
  }
  try {
    for (const { plugin, config } of plugins) {
      if (plugin.apiVersion !== PLUGIN_API_VERSION)
        throw new Fault(
          'plugin.version',
          `${plugin.name} is made for plugin API ${plugin.apiVersion}, this is ${PLUGIN_API_VERSION}`,
        )
      running.push({ plugin, started: await plugin.start(config, await hostFor(plugin, deps)) })
    }
  } catch (cause) {
    await stop()
    throw cause
  }
  const { lookups } = pluginKinds(plugins.map(({ plugin }) => plugin))
  const isAllowed = createThrottle(deps.clock)
  return {
    async lookup(source, input, address) {
      const [name, functionName = ''] = source.split('.')
      const ask = running.find(({ plugin }) => plugin.name === name)?.started.lookups?.[
        functionName
      ]
      const declared = lookups[source]
      assert(ask && declared, `no lookup function ${source}`)
      const wait = isAllowed(`${source} ${address}`, declared.limit)
      if (wait > 0) return { status: 'unavailable', retryAfterMs: wait }
      try {
        return await ask(input, {
          idempotencyKey: '',
          signal: AbortSignal.timeout(LOOKUP_TIMEOUT_MS),
        })
      } catch (cause) {
        deps.log('error', 'lookup failed', { source, reason: String(cause) })
        return { status: 'unavailable', retryAfterMs: LOOKUP_TIMEOUT_MS }
      }
    },
    publicValue: (source, value) => withoutSecrets(lookups[source], value),
    perform: Object.fromEntries(
      running.flatMap(({ started }) => Object.entries(started.effects ?? {})),
    ),
    scan: running.find(({ plugin, started }) => plugin.scans && started.scan)?.started.scan,
    stop,
  }
}

async function hostFor(plugin: Plugin, deps: HostDeps): Promise<Host> {
  const may = (permission: Plugin['permissions'][number]) => plugin.permissions.includes(permission)
  const folder = join(deps.dataDir, 'plugins', plugin.name)
  if (may('files:write')) await mkdir(folder, { recursive: true })
  return Object.freeze({
    log: (level, message, data) => deps.log(level, message, { plugin: plugin.name, ...data }),
    now: deps.clock,
    ...(may('facilities:read') && {
      facilities: { find: deps.findFacility, matches: deps.facilityMatches },
    }),
    ...(may('files:write') && { folder }),
  } satisfies Host)
}

/**
 * Counts questions in fixed windows, in memory: a lookup must not cost a database write, and several processes
 * together allow at most their number times the limit, which still keeps the master from being harvested.
 * Returns the milliseconds to wait, 0 when the question may be asked.
 */
function createThrottle(
  clock: () => Date,
): (key: string, limit: LookupFunction['limit']) => number {
  const windows = new Map<string, { since: number; count: number }>()
  return (key, limit) => {
    const now = clock().getTime()
    const known = windows.get(key)
    const window = known && now - known.since < limit.perMs ? known : { since: now, count: 0 }
    if (window !== known) {
      windows.delete(key)
      windows.set(key, window)
      for (const oldest of windows.keys()) {
        if (windows.size <= ADDRESSES_MAX) break
        windows.delete(oldest)
      }
    }
    window.count += 1
    return window.count <= limit.times ? 0 : window.since + limit.perMs - now
  }
}

function withoutSecrets(lookup: LookupFunction | undefined, value: JsonObject): JsonObject {
  const properties = (lookup?.output.properties ?? {}) as { readonly [name: string]: JsonObject }
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name]) => Object.hasOwn(properties, name) && properties[name]?.['x-secret'] !== true,
    ),
  )
}
