import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { createTryOnce, purgeTries } from './accept.ts'
import { createAccounts, type Accounts } from './accounts/accounts.ts'
import { createPasswords, type Passwords } from './accounts/passwords.ts'
import { randomToken } from './accounts/sessions.ts'
import { pendingPasswordHash } from './advance/pending.ts'
import { createAdvance, type Advance } from './advance.ts'
import type { Config } from './config.ts'
import type { Definitions, Problem } from './definitions/definitions.ts'
import { loadDefinitions } from './definitions/index.ts'
import { buildValidators, loadValidators } from './definitions/validators/index.ts'
import { assert } from './fault.ts'
import { resolveAttachments, SCAN } from './files/attachments.ts'
import { openFiles, type Files } from './files/files.ts'
import { fieldTypes } from './form/fields/index.ts'
import type { JsonObject } from './form/form.ts'
import type { Validators } from './form/validators.ts'
import { adminRoutes } from './http/admin.ts'
import { createApp } from './http/app.ts'
import { logoutRoutes } from './http/login.ts'
import type { Asset, Deps, OutboxMail } from './http/deps.ts'
import { createChores } from './jobs/chores.ts'
import { createWorker, type Worker } from './jobs/worker.ts'
import { openKeys } from './keys.ts'
import type { Log } from './log.ts'
import { renderMail } from './mail/render.ts'
import { pluginKinds, startPlugins, type Plugins } from './plugins/host.ts'
import type { Plugin } from './plugins/contract.ts'
import { findFacility, freeFacilities } from './store/facilities.ts'
import { purgeIdempotency } from './store/idempotency.ts'
import { countJobs } from './store/jobs.ts'
import { migrate, pendingMigrations } from './store/migrate.ts'
import { openStore, type Store } from './store/open.ts'
import { buildAssets, pageAssets } from '../web/build.ts'
import { renderPage } from '../web/render.ts'

export type PortalOptions = {
  readonly config: Config
  readonly plugins: readonly { readonly plugin: Plugin; readonly config: JsonObject }[]
  readonly clock: () => Date
  readonly log: Log
  /** Argon2id at full strength when left out; others are for measuring everything else. */
  readonly passwords?: Passwords
  /** The mails kept instead of sent; given in development only. */
  readonly readOutbox?: () => Promise<readonly OutboxMail[]>
}

export type Running = {
  readonly app: ReturnType<typeof createApp>
  readonly worker: Worker
  readonly store: Store
  readonly advance: Advance
  readonly plugins: Plugins
  readonly accounts: Accounts
  readonly files: Files
  readonly definitions: Definitions
  close(): Promise<void>
}

/** Two hashes at once keep both cores of a small machine busy; more only make everybody wait longer. */
const HASHES_AT_ONCE = 2
/** About half a minute of waiting; beyond it people are asked to come back (503). */
const HASHES_WAITING_MAX = 500
const ID_BYTES = 16
/** Of each type: the first that fits a form is taken. */
const SAMPLE_FACILITIES = 20

/**
 * Puts everything together: database migrated, plugins started, definitions checked and compiled. With problems in the
 * definitions nothing is opened. Throws a Fault when the outside world is in the way (key, database).
 */
export async function openPortal(
  options: PortalOptions,
): Promise<Running | { readonly problems: readonly Problem[] }> {
  const { config, clock, log } = options
  const kinds = { fieldTypes, ...pluginKinds(options.plugins.map(({ plugin }) => plugin)) }
  const cacheDir = join(config.dataDir, 'cache')
  await mkdir(cacheDir, { recursive: true })
  const { definitions, problems } = await loadDefinitions(config.definitionsDir, kinds, {
    mailCacheDir: cacheDir,
  })
  if (!definitions) return { problems }

  const [checks, assets, keys, files, store] = await Promise.all([
    compileChecks(definitions, cacheDir),
    buildAssets(),
    openKeys(config),
    openFiles(config),
    openStore(config.databaseUrl),
  ])
  await migrate(store, { now: clock })
  const plugins = await startPlugins(options.plugins, {
    dataDir: config.dataDir,
    clock,
    log: (level, message, data) => log[level](data ?? {}, message),
    findFacility: (query) => findFacility(store.db, query),
  })
  const newId = () => randomBytes(ID_BYTES).toString('base64url')
  const passwords =
    options.passwords ??
    createPasswords({ concurrency: HASHES_AT_ONCE, queueMax: HASHES_WAITING_MAX })
  const accounts = createAccounts({
    store,
    passwords,
    clock,
    newToken: randomToken,
    baseUrl: config.baseUrl,
    pendingPasswordHash: (portal, login) =>
      pendingPasswordHash(store.db, definitions, portal, login),
  })
  const advance = createAdvance({
    store,
    definitions: () => definitions,
    fieldTypes,
    keys,
    clock,
    newId,
  })
  const worker = createWorker({
    store,
    advance,
    perform: plugins.perform,
    renderMail,
    keys,
    baseUrl: config.baseUrl,
    clock,
    newId,
    random: Math.random,
    log,
    chores: createChores({
      chores: {
        sessionsAndLogins: () => accounts.purge(),
        tries: (now) => store.write((tx) => purgeTries(tx, now)),
        repeatedRequests: (now) => store.write((tx) => purgeIdempotency(tx, now)),
      },
      clock,
      log,
    }),
  })
  const deps: Deps = {
    config,
    definitions: () => definitions,
    store,
    advance,
    accounts,
    accept: {
      lookup: plugins.lookup,
      publicValue: plugins.publicValue,
      hashPassword: accounts.hashPassword,
      checkPassword: accounts.checkPassword,
      tryOnce: createTryOnce(store, clock),
      attachments: (form, raw, sitting) => resolveAttachments(store, form, raw, sitting),
    },
    validators: checks.of,
    files,
    attachments: { store, files, clock, newId, isScanned: Object.hasOwn(plugins.perform, SCAN) },
    assets: new Map<string, Asset>([...assets, ...checks.assets]),
    pageAssets: pageAssets(assets),
    renderPage,
    keys,
    clock,
    newId,
    log,
    ...(options.readOutbox && { readOutbox: options.readOutbox }),
    ...(config.environment === 'development' && {
      sampleSource: () => freeFacilities(store.db, SAMPLE_FACILITIES),
    }),
    notReady: async () => ((await pendingMigrations(store)).length > 0 ? ['migrations'] : []),
    jobsByState: () => countJobs(store.db),
  }
  return {
    app: createApp(deps, [...adminRoutes({ accounts }), ...logoutRoutes(accounts)]),
    worker,
    store,
    advance,
    plugins,
    accounts,
    files,
    definitions,
    async close() {
      await worker.stop()
      await plugins.stop()
      await store.close()
    },
  }
}

/** Each form's check module: imported here, served to browsers under an address made of its content. */
async function compileChecks(definitions: Definitions, cacheDir: string) {
  const built = await buildValidators({ forms: definitions.forms, cacheDir })
  const modules = new Map<string, { validators: Validators; url: string }>()
  const assets = new Map<string, Asset>()
  for (const [formId, { file, hash, code }] of Object.entries(built)) {
    const url = `/assets/check-${hash}.js`
    const body = Buffer.from(code)
    modules.set(formId, { validators: await loadValidators(file), url })
    assets.set(url, {
      body,
      type: 'text/javascript; charset=utf-8',
      gzip: gzipSync(body),
      brotli: brotliCompressSync(body),
    })
  }
  return {
    assets,
    of(formId: string) {
      const found = modules.get(formId)
      assert(found, `form ${formId} has no compiled checks`)
      return found
    },
  }
}
