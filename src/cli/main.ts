#!/usr/bin/env -S node --disallow-code-generation-from-strings
import { Command, CommanderError, Option } from 'commander'
import { Fault } from '../fault.ts'
import type { AgentCliOptions } from './agent.ts'
import type { MigrateOptions } from './migrate-submissions.ts'
import type { NewOptions } from './new.ts'
import { KINDS } from './new-kinds.ts'
import type { ReloadOptions } from './reload.ts'
import type { SampleCliOptions } from './sample.ts'
import type { PluginTestOptions } from './plugin-test.ts'
import type { SchemaOptions } from './schema.ts'
import type { TestOptions } from './test.ts'

/** Exit codes (DESIGN §2): 0 good, 1 problems found, 2 wrong usage. */
const PROBLEMS = 1
const WRONG_USAGE = 2

// Each verb is loaded when it is asked for: what one needs, others need not wait for.
const program = new Command('madoguchi')
  .description('Portals for registrations and applications, described in YAML')
  .exitOverride()
  .showHelpAfterError()

program
  .command('start')
  .description('migrate, load the definitions, serve the portals and work off the jobs')
  .action(async () => (await import('./start.ts')).start(process.env))
program
  .command('worker')
  .description('work off jobs only, beside other processes on the same database')
  .action(async () => (await import('./worker.ts')).work(process.env))
program
  .command('check')
  .argument('[dir]', 'folder that holds forms/ and workflows/')
  .option('--json', 'print the problems as data')
  .option('--lang <language>', 'language of the messages: ja or en', 'ja')
  .description('hold every definition against the language; exit 1 with problems')
  .action(async (dir: string | undefined, options: { json?: boolean; lang: string }) => {
    const { check } = await import('./check.ts')
    process.exitCode = (await check(process.env, dir, options)) ? 0 : PROBLEMS
  })
program
  .command('reload')
  .option('--json', 'print the outcome as data')
  .option('--lang <language>', 'language of the messages: ja or en', 'ja')
  .description('have running programs take up changed definitions; exit 1 when one does not')
  .action(async (options: ReloadOptions) => {
    const { reload } = await import('./reload.ts')
    process.exitCode = (await reload(process.env, options)) ? 0 : PROBLEMS
  })
program
  .command('schema')
  .argument('[dir]', 'folder that holds forms/ and workflows/')
  .option('--out <folder>', 'where the schemas and types of the forms go (default: generated/)')
  .option('--json', 'print what was written as data')
  .option('--lang <language>', 'language of the messages: ja or en', 'ja')
  .description('write the schemas for editors, and JSON Schema and TypeScript types of every form')
  .action(async (dir: string | undefined, options: SchemaOptions) => {
    const { writeSchemas } = await import('./schema.ts')
    process.exitCode = (await writeSchemas(process.env, dir, options)) ? 0 : PROBLEMS
  })
program
  .command('new')
  .argument('<kind>', KINDS.join(', '))
  .argument('<name>', 'lower-case letters, digits and hyphens')
  .option('--portal <portal>', 'the portal it belongs to; not needed where there is only one')
  .option('--kind <kind>', 'of a plugin: reader for a driver of card readers')
  .option('--json', 'print what was written as data')
  .option('--lang <language>', 'language of the messages: ja or en', 'ja')
  .description('write a first version that passes check, to be edited')
  .action(async (kind: string, name: string, options: NewOptions) => {
    const { writeNew } = await import('./new.ts')
    process.exitCode = (await writeNew(process.env, kind, name, options)) ? 0 : PROBLEMS
  })
program
  .command('sample')
  .argument('<form>', 'the form, as <portal>/<form>')
  .option('--dir <folder>', 'folder that holds forms/ and workflows/')
  .option('--choice <type>', 'only for this facility type')
  .option('--facility <id>', 'the facility of the sample master to use')
  .option('--lang <language>', 'language of the messages: ja or en', 'ja')
  .description('print right answers, and for every rule some that break it, as JSON')
  .action(async (form: string, options: SampleCliOptions) => {
    const { sample } = await import('./sample.ts')
    process.exitCode = (await sample(process.env, form, options)) ? 0 : PROBLEMS
  })
program
  .command('test')
  .argument('[dir]', 'folder that holds forms/ and workflows/')
  .option('--json', 'print the outcome as data')
  .option('--lang <language>', 'language of the messages: ja or en', 'ja')
  .description('play the scenarios beside the definitions; exit 1 when one left its course')
  .action(async (dir: string | undefined, options: TestOptions) => {
    const { test } = await import('./test.ts')
    process.exitCode = (await test(process.env, dir, options)) ? 0 : PROBLEMS
  })
program
  .command('migrate')
  .description('bring the database to the newest shape')
  .action(async () => (await import('./migrate.ts')).migrateDatabase(process.env))
program
  .command('migrate-submissions')
  .option('--apply', 'move them; without it nothing changes')
  .option('--json', 'print the outcome as data')
  .option('--lang <language>', 'language of the messages: ja or en', 'ja')
  .description('move submissions under way to the present definitions; exit 1 when one cannot be')
  .action(async (options: MigrateOptions) => {
    const { migrateSubmissions } = await import('./migrate-submissions.ts')
    process.exitCode = (await migrateSubmissions(process.env, options)) ? 0 : PROBLEMS
  })
program
  .command('import-master')
  .argument('<file>', 'CSV with a header, UTF-8 or Shift_JIS')
  .option('--json', 'print the report as data')
  .description('add and update facilities of the master; exit 1 when rows were refused')
  .action(async (file: string, options: { json?: boolean }) => {
    const { importMasterFile } = await import('./import-master.ts')
    process.exitCode = (await importMasterFile(process.env, file, options)) ? 0 : PROBLEMS
  })
const portals = (portal: string, others: readonly string[]) => [...others, portal]
program
  .command('plugin-test')
  .argument('<dir>', 'folder of a card plugin')
  .option(
    '--tier <tier>',
    '0 anywhere, 1 with a real service and virtual readers, 2 a checklist; 0 and 1 when left out',
  )
  .option('--device <name>', 'for tier 2: the product that was tried')
  .option('--config <json>', 'for tier 1: the configuration of the plugin, as JSON')
  .option('--json', 'print the outcome as data')
  .addOption(new Option('--inside').hideHelp())
  .description('hold a card plugin against every case it must pass; exit 1 when one failed')
  .action(async (dir: string, options: PluginTestOptions) => {
    const { pluginTest } = await import('./plugin-test.ts')
    process.exitCode = (await pluginTest(dir, options)) ? 0 : PROBLEMS
  })
program
  .command('agent')
  .option('--portal <origin>', 'whose pages may ask; may be given several times', portals, [])
  .option('--folder <folder>', 'what it keeps between starts (default: ~/.madoguchi-agent)')
  .option('--config <file>', 'JSON with the configuration of each plugin, by its name')
  .option('--port <port>', 'where it listens on this machine (default: chosen once)')
  .option('--terminal', 'ask at this terminal instead of the page of the desk')
  .option('--demo', 'with a virtual reader and card, for http://localhost:3000')
  .description('read cards at the reception PC, for pages of the portal')
  .action(async (options: AgentCliOptions) => {
    const { agent } = await import('./agent.ts')
    await agent(process.env, options)
  })
program
  .command('agent-install')
  .option('--portal <origin>', 'whose pages may ask; may be given several times', portals, [])
  .option('--folder <folder>', 'where the extension is written (default: ~/.madoguchi-agent)')
  .description('write the browser extension and tell the browsers of this user about the agent')
  .action(async (options: AgentCliOptions) => {
    const { agentInstall } = await import('./agent.ts')
    await agentInstall(options)
  })
const admin = program.command('admin').description('people of the operator')
admin
  .command('create')
  .description('print a one-time link that creates an administrator')
  .action(async () => (await import('./admin.ts')).adminCreate(process.env))
admin
  .command('reset-factor')
  .argument('<login>', 'the login name of the member of the staff')
  .requiredOption('--reason <text>', 'why, for the audit log')
  .description('forget a lost second factor; a new one is set up at the next login')
  .action(async (login: string, options: { reason: string }) => {
    const { adminResetFactor } = await import('./admin.ts')
    await adminResetFactor(process.env, login, options.reason)
  })
const keys = program.command('keys').description('the key outside the database')
keys
  .command('create')
  .description('make the key file; refuses to overwrite one')
  .action(async () => (await import('./keys.ts')).keysCreate(process.env))
const audit = program.command('audit').description('the append-only log')
audit
  .command('verify')
  .option('--head <hash>', 'an earlier exported head that must still be in the chain')
  .description('recompute the chain of hashes; exit 1 when it is broken')
  .action(async (options: { head?: string }) => {
    const { auditVerify } = await import('./audit.ts')
    process.exitCode = (await auditVerify(process.env, options)) ? 0 : PROBLEMS
  })

try {
  await program.parseAsync()
} catch (cause) {
  if (cause instanceof CommanderError) process.exitCode = cause.exitCode === 0 ? 0 : WRONG_USAGE
  else if (cause instanceof Fault) {
    process.stderr.write(`${cause.message}\n`)
    process.exitCode = cause.code.startsWith('usage.') ? WRONG_USAGE : PROBLEMS
  } else throw cause
}
