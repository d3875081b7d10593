import { resolve } from 'node:path'

/** Everything the environment decides, read once. Nobody else reads `process.env`. */
export type Config = {
  readonly environment: 'development' | 'production'
  readonly port: number
  /** Origin of every link in mails and redirects, without a trailing slash. */
  readonly baseUrl: string
  /** `sqlite:<file>` (node:sqlite), `sqlite3:<file>` (the sqlite3 package), `postgres://…` */
  readonly databaseUrl: string
  /**
   * How many proxies of our own stand before the program, each adding the address it saw to X-Forwarded-For. 0: none, the
   * header is not believed, since anybody can send it.
   */
  readonly proxyHops: number
  readonly dataDir: string
  /** Where attachments and documents are kept: `file:<folder>`, `s3://…` (`src/files/files.ts`). */
  readonly filesUrl: string
  /** Unset: mails land in the outbox (development only). */
  readonly smtpUrl: string | undefined
  /** The clamd that looks into attached files, `tcp://127.0.0.1:3310`; unset: files are not scanned. */
  readonly clamdUrl: string | undefined
  /** The folder that holds `forms/` and `workflows/`. */
  readonly definitionsDir: string
}

const PROXY_HOPS_MAX = 5

export type ConfigProblem = { readonly variable: string; readonly message: string }

/**
 * Reads and checks the environment (DESIGN §2). All problems are returned together.
 * Production refuses to start without BASE_URL and SMTP_URL; keys are checked where they are opened.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): {
  readonly config: Config
  readonly problems: readonly ConfigProblem[]
} {
  const problems: ConfigProblem[] = []
  const wrong = (variable: string, message: string) => problems.push({ variable, message })

  const environment = env.MADOGUCHI_ENV || 'development'
  if (environment !== 'development' && environment !== 'production')
    wrong('MADOGUCHI_ENV', `is '${environment}'; write development or production`)
  const isProduction = environment === 'production'

  const port = Number(env.PORT || '3000')
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    wrong('PORT', `is '${env.PORT}'; write a number from 0 to 65535`)

  const baseUrl = env.BASE_URL || (isProduction ? '' : `http://localhost:${port}`)
  if (baseUrl === '')
    wrong(
      'BASE_URL',
      'is missing; production takes every link from it, for example https://portal.example.jp',
    )
  else if (!isOrigin(baseUrl))
    wrong('BASE_URL', `is '${baseUrl}'; write an origin such as https://portal.example.jp`)
  else if (isProduction && !baseUrl.startsWith('https:'))
    wrong(
      'BASE_URL',
      'must start with https: in production, since session cookies are sent over TLS only',
    )

  const proxyHops = Number(env.PROXY_HOPS || '0')
  if (!Number.isInteger(proxyHops) || proxyHops < 0 || proxyHops > PROXY_HOPS_MAX)
    wrong(
      'PROXY_HOPS',
      `is '${env.PROXY_HOPS}'; write how many proxies stand before the program, 0 to ${PROXY_HOPS_MAX}`,
    )

  const smtpUrl = env.SMTP_URL || undefined
  if (isProduction && !smtpUrl)
    wrong(
      'SMTP_URL',
      'is missing; production needs a mail route, for example smtp://mail.example.jp:587',
    )

  if (env.FILES_URL && !/^(?:file:|s3:\/\/|s3\+http:\/\/)/.test(env.FILES_URL))
    wrong(
      'FILES_URL',
      'must be file:<folder> or like s3://KEY:SECRET@s3.example.jp/bucket?region=ap-northeast-1',
    )

  if (env.CLAMD_URL && !/^tcp:\/\/[^/\s]+:[0-9]+$/.test(env.CLAMD_URL))
    wrong('CLAMD_URL', `is '${env.CLAMD_URL}'; write an address such as tcp://127.0.0.1:3310`)

  const dataDir = resolve(env.DATA_DIR || './data')
  return {
    config: Object.freeze({
      environment: isProduction ? 'production' : 'development',
      port,
      proxyHops,
      baseUrl: baseUrl.replace(/\/$/, ''),
      databaseUrl: env.DATABASE_URL || `sqlite:${dataDir}/madoguchi.db`,
      dataDir,
      filesUrl:
        env.FILES_URL && env.FILES_URL !== 'file:' ? env.FILES_URL : `file:${dataDir}/files`,
      smtpUrl,
      clamdUrl: env.CLAMD_URL || undefined,
      definitionsDir: resolve(env.DEFINITIONS_DIR || '.'),
    }),
    problems,
  }
}

function isOrigin(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return (
    parsed !== undefined &&
    /^https?:$/.test(parsed.protocol) &&
    /^\/?$/.test(parsed.pathname) &&
    parsed.search === '' &&
    parsed.hash === '' &&
    parsed.username === ''
  )
}
