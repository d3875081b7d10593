import { randomBytes, randomInt } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTryOnce, purgeTries } from './accounts/tries.ts'
import { createAccounts, type Accounts } from './accounts/accounts.ts'
import { createPasswords, type Passwords } from './accounts/passwords.ts'
import { randomToken } from './accounts/sessions.ts'
import { pendingPasswordHash } from './advance/pending.ts'
import { createAdvance, type Advance } from './advance.ts'
import type { Config } from './config.ts'
import type { Definitions, Problem } from './definitions/definitions.ts'
import type { Kinds } from './definitions/files.ts'
import { loadDefinitions } from './definitions/index.ts'
import { buildValidators } from './definitions/validators/index.ts'
import { resolveAttachments } from './files/attachments.ts'
import { cleanFiles } from './files/clean.ts'
import { scanPerformer } from './files/scan.ts'
import { openFiles, type Files } from './files/files.ts'
import { fieldTypes } from './form/fields/index.ts'
import type { JsonObject } from './form/form.ts'
import { adminRoutes } from './http/staff/admin.ts'
import { createApp } from './http/app.ts'
import { definitionsRoutes } from './http/staff/definitions-page.ts'
import { logoutRoutes } from './http/member/login.ts'
import { createNoticeViews } from './http/portal/notice-views.ts'
import type { Deps, OutboxMail } from './http/deps.ts'
import { destroyPasswords } from './issuance/open.ts'
import { issuancePerformers } from './issuance/performers.ts'
import { createChores } from './jobs/chores.ts'
import { createWorker, type Worker } from './jobs/worker.ts'
import { openKeys } from './keys.ts'
import type { Log } from './log.ts'
import { renderMail } from './mail/render.ts'
import { createReadings } from './readings.ts'
import { readAnchors } from './cards/verify.ts'
import { ownOrigins } from './http/headers.ts'
import { purgeCards } from './store/cards.ts'
import { pluginKinds, startPlugins, type Plugins } from './plugins/host.ts'
import type { Plugin } from './plugins/contract.ts'
import { createReloads, type Reloads } from './reload.ts'
import { checksOfEarlier, keepDocuments, serve, type Served } from './served.ts'
import { facilityMatches, findFacility, freeFacilities } from './store/facilities.ts'
import { purgeIdempotency } from './store/idempotency.ts'
import { forgetMails } from './store/mail-log.ts'
import { countJobs } from './store/jobs.ts'
import { migrate, pendingMigrations } from './store/migrate.ts'
import { openStore, type Store } from './store/open.ts'
import { purgeSittings } from './store/sittings.ts'
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
  /** The present set. */
  readonly definitions: () => Definitions
  readonly reloads: Reloads
  close(): Promise<void>
}

/** Two hashes at once keep both cores of a small machine busy; more only make everybody wait longer. */
const HASHES_AT_ONCE = 2
/** About half a minute of waiting; beyond it people are asked to come back (503). */
const HASHES_WAITING_MAX = 500
const ID_BYTES = 16
/** Of each type: the first that fits a form is taken. */
const SAMPLE_FACILITIES = 20

/** A set of definitions ready to be served, and the browser's files: of no database, so that several portals can share it. */
export type Prepared = {
  readonly served: Served
  readonly assets: Awaited<ReturnType<typeof buildAssets>>
}

/** Checks and compiles the definitions and builds the browser's files; the data folder keeps what was compiled. */
export async function preparePortal({
  config,
  plugins,
}: Pick<PortalOptions, 'config' | 'plugins'>): Promise<
  Prepared | { readonly problems: readonly Problem[] }
> {
  const cacheDir = cacheDirOf(config)
  await mkdir(cacheDir, { recursive: true })
  const { definitions, problems } = await loadDefinitions(config.definitionsDir, kindsOf(plugins), {
    mailCacheDir: cacheDir,
  })
  if (!definitions) return { problems }
  const [served, assets] = await Promise.all([
    buildValidators({ forms: definitions.forms, cacheDir }).then((checks) =>
      serve(definitions, checks),
    ),
    buildAssets(),
  ])
  return { served, assets }
}

/**
 * Puts everything together: database migrated, plugins started, definitions checked and compiled, unless they are `prepared`.
 * With problems in the definitions nothing is opened. Throws a Fault when the outside world is in the way (key, database).
 */
export async function openPortal(
  options: PortalOptions,
  prepared?: Prepared,
): Promise<Running | { readonly problems: readonly Problem[] }> {
  const { config, clock, log } = options
  const cacheDir = cacheDirOf(config)
  const ready = prepared ?? (await preparePortal(options))
  if ('problems' in ready) return ready
  const { assets } = ready
  let { served } = ready
  await keepDocuments(served.definitions, { definitionsDir: config.definitionsDir, cacheDir })
  const [keys, files, store] = await Promise.all([
    openKeys(config),
    openFiles(config),
    openStore(config.databaseUrl),
  ])
  await migrate(store, { now: clock })
  const present = () => served.definitions
  const plugins = await startPlugins(options.plugins, {
    dataDir: config.dataDir,
    clock,
    log: (level, message, data) => log[level](data ?? {}, message),
    findFacility: (query) => findFacility(store.db, query),
    facilityMatches: (claim) => facilityMatches(store.db, claim),
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
    pendingPasswordHash: (portal, login) => pendingPasswordHash(store.db, present(), portal, login),
  })
  const { anchors, unread } = readAnchors(await trustedCertificates(config.dataDir))
  if (unread > 0)
    log.warn({ unread }, 'certificates in card-trust that cannot be read are left out')
  const readings = createReadings({
    store,
    keys,
    clock,
    anchors,
    origins: ownOrigins(config.baseUrl),
  })
  const advance = createAdvance({
    store,
    definitions: present,
    fieldTypes,
    keys,
    clock,
    newId,
  })
  const issuance = {
    store,
    keys,
    clock,
    newId,
    randomBelow: (n: number) => randomInt(n),
    files,
    definitionsOf: (hash: string) => advance.definitionsOf(hash),
    renderPdf: plugins.perform['pdf.render'],
  }
  const noticeViews = createNoticeViews({ store, clock, log })
  const worker = createWorker({
    store,
    advance,
    perform: {
      ...plugins.perform,
      ...issuancePerformers(issuance),
      ...scanPerformer({ store, files, clock }, plugins.scan),
    },
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
        issuedPasswords: (now) => destroyPasswords(issuance, now),
        files: (now) => cleanFiles({ store, files }, now),
        repeatedRequests: (now) => store.write((tx) => purgeIdempotency(tx, now)),
        cards: (now) => store.write((tx) => purgeCards(tx, now)),
        sentMails: (now) => forgetMails(store, now),
        sittings: (now) => store.write((tx) => purgeSittings(tx, now)),
        noticeViews: () => noticeViews.flush(),
      },
      clock,
      log,
    }),
  })
  const depsOf = ({ definitions, validators, assets: checks, forms, search }: Served): Deps => ({
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
      readings,
      attachments: (form, raw, sitting) => resolveAttachments(store, form, raw, sitting),
    },
    readings,
    files,
    attachments: { store, files, clock, newId, isScanned: plugins.scan !== undefined },
    validators,
    earlierForm: (edition) => forms.get(edition),
    earlierChecks: (form) => checksOfEarlier(form, cacheDir, { assets: checks }),
    assets: new Map([...assets, ...checks]),
    pageAssets: pageAssets(assets),
    renderPage,
    issuance,
    search,
    documentPath: (hash) => join(cacheDir, 'documents', hash),
    noticeViews,
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
  })
  let deps = depsOf(served)
  const reloads = createReloads({
    dir: config.definitionsDir,
    kinds: kindsOf(options.plugins),
    cacheDir,
    store,
    present: () => served,
    swap(next) {
      served = next
      deps = depsOf(next)
    },
    clock,
    newId,
    log,
  })
  return {
    app: createApp(
      () => deps,
      [...adminRoutes({ accounts }), ...definitionsRoutes(reloads), ...logoutRoutes(accounts)],
    ),
    worker,
    store,
    advance,
    plugins,
    accounts,
    files,
    definitions: present,
    reloads,
    async close() {
      await reloads.stop()
      await worker.stop()
      await plugins.stop()
      await noticeViews.flush()
      await store.close()
    },
  }
}

function kindsOf(plugins: PortalOptions['plugins']): Kinds {
  return { fieldTypes, ...pluginKinds(plugins.map(({ plugin }) => plugin)) }
}

function cacheDirOf({ dataDir }: Config): string {
  return join(dataDir, 'cache')
}

/** The certificates that cards must come from: PEM files in `<data>/card-trust`. */
async function trustedCertificates(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'card-trust')
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => name.endsWith('.pem')).sort()
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
}
