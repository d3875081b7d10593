import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest } from '../../src/agent/load.ts'
import type { PluginPlace } from '../../src/agent/process.ts'
import { deskOf, dial, openAgent, ORIGIN, paired, placeOf, type AgentScene } from './agent-scene.ts'
import { manifestOf } from './scene.ts'

const person = deskOf({ pin: '5678' })
let scene: AgentScene
beforeAll(async () => {
  scene = await openAgent(person.desk)
})
afterAll(() => scene.stop())

describe('a page that was joined', () => {
  test('reads the four items after consent, which names portal, origin and purpose', async () => {
    const { page } = await paired(scene)
    person.asked.length = 0
    const told = await page.operate({
      operation: 'attributes',
      fields: ['familyName', 'birthDate'],
    })
    expect(told).toMatchObject({
      kind: 'result',
      result: { kind: 'attributes', attributes: { familyName: '見本', birthDate: '1985-02-03' } },
      agent: {
        version: '0.1.0',
        readers: [{ driver: 'card-reader-virtual@1.0.0', status: 'card' }],
      },
    })
    expect(person.asked).toMatchObject([
      {
        origin: ORIGIN,
        portal: '見本の窓口',
        purpose: '入力を省くため',
        fields: ['familyName', 'birthDate'],
      },
      { triesLeft: 3 },
    ])
    page.close()
  })

  test('gets nothing without consent, and nobody is asked for a PIN then', async () => {
    const { page } = await paired(scene)
    person.asked.length = 0
    person.answers.agrees = false
    expect(await page.operate({ operation: 'attributes' })).toMatchObject({
      result: { kind: 'none', code: 'PIN_CANCELLED' },
    })
    person.answers.agrees = true
    expect(person.asked).toHaveLength(1)
    page.close()
  })

  test('comes back with its token once; the token is used up then', async () => {
    const { page, token } = await paired(scene)
    page.close()
    const again = await dial(scene.loopback.port)
    again.send({ kind: 'hello', token })
    expect(await again.next()).toMatchObject({ kind: 'ready' })
    const replay = await dial(scene.loopback.port)
    replay.send({ kind: 'hello', token })
    expect(await replay.next()).toEqual({ kind: 'refused', reason: 'pairing' })
    again.close()
  })
})

describe('a hostile page', () => {
  test.each([
    ['of a foreign origin', { origin: 'https://portal.example.jp.evil.example' }],
    ['without an origin', { origin: 'null' }],
    ['under a name made to point here', { host: 'rebound.example:80' }],
  ])('%s is refused before the protocol begins', async (_, headers) => {
    expect((await dial(scene.loopback.port, headers)).opened).toBe(false)
  })

  test('may not ask the desk under another name', async () => {
    const status = await new Promise((resolve) => {
      get(
        {
          port: scene.loopback.port,
          host: '127.0.0.1',
          path: '/desk',
          headers: { Host: 'rebound.example' },
        },
        (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        },
      )
    })
    expect(status).toBe(403)
  })

  test.each([
    [
      'an operation first',
      {
        kind: 'operation',
        id: '1',
        operation: 'identify',
        portal: 'x',
        purpose: 'x',
        nonce: 'x',
        fields: [],
      },
    ],
    ['a made-up token', { kind: 'hello', token: 'x'.repeat(43) }],
    ['a made-up code', { kind: 'pair', code: 'AAAA-AAAA' }],
    ['no JSON', '{{{'],
  ])('%s: refused and left', async (_, message) => {
    const page = await dial(scene.loopback.port)
    page.send(message)
    expect(await page.next()).toMatchObject({ kind: 'refused' })
    expect(await page.next()).toBe('closed')
  })

  test('a token of another origin does not count', async () => {
    const { page, token } = await paired(scene)
    page.close()
    expect(await scene.pairing.exchange('https://other.example.jp', token)).toBeUndefined()
    expect(await scene.pairing.exchange(ORIGIN, token)).toBeTypeOf('string')
  })

  test('guessing uses the code up', async () => {
    const code = scene.pairing.code()
    for (let i = 0; i < 5; i++) expect(await scene.pairing.pair(ORIGIN, 'WRONG234')).toBeUndefined()
    expect(await scene.pairing.pair(ORIGIN, code)).toBeUndefined()
    expect(scene.pairing.code()).not.toBe(code)
  })

  test.each([
    ['a raw command', { kind: 'transmit', apdu: '00A4040C' }],
    [
      'an unknown operation',
      {
        kind: 'operation',
        id: '1',
        operation: 'verify',
        portal: 'x',
        purpose: 'x',
        nonce: 'x',
        fields: [],
      },
    ],
    [
      'too long a purpose',
      {
        kind: 'operation',
        id: '1',
        operation: 'identify',
        portal: 'x',
        purpose: 'x'.repeat(400),
        nonce: 'x',
        fields: [],
      },
    ],
  ])('%s: no such words', async (_, message) => {
    const { page } = await paired(scene)
    page.send(message)
    expect(await page.next()).toEqual({ kind: 'refused', reason: 'message' })
    expect(await page.next()).toBe('closed')
  })

  test('a message larger than any wish closes the connection', async () => {
    const { page } = await paired(scene)
    page.send('x'.repeat(20_000))
    expect(await page.next()).toBe('closed')
  })
})

test('nothing of a person or a card is in the log', async () => {
  const { page } = await paired(scene)
  await page.operate({ operation: 'attributes', fields: ['name', 'address'] })
  person.answers.pin = '0000'
  await page.operate({ operation: 'attributes', fields: ['name'] })
  person.answers.pin = '5678'
  page.close()
  expect(scene.log.length).toBeGreaterThan(3)
  expect(JSON.stringify([scene.log, scene.agent.errors()])).not.toMatch(
    /見本|花子|千代田|5678|0000|1985|MII/,
  )
  expect(scene.agent.errors()).toMatchObject({ PIN_WRONG: 1 })
})

describe('a plugin that misbehaves', () => {
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

  async function reader(code: string): Promise<PluginPlace> {
    const base = await mkdtemp(join(tmpdir(), 'madoguchi-plugin-'))
    folders.push(base)
    const folder = join(base, 'card-reader-bad')
    await mkdir(folder)
    const manifest = {
      ...manifestOf('card-reader-virtual'),
      id: 'card-reader-bad',
      permissions: [],
      config: { type: 'object' },
      timeouts: { commandMs: 300, sessionMs: 2_000 },
    }
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
    await writeFile(join(folder, 'index.ts'), code)
    const url = pathToFileURL(`${folder}/`)
    const read = await readManifest(url)
    if ('problems' in read) throw new Error(JSON.stringify(read.problems))
    return { manifest: read.manifest, folder: url, config: {} }
  }
  const driver = (connect: string, start = '') => `
    const capabilities = Object.fromEntries(['contact','contactless','uid','exclusive','extendedApdu','pinPad','display'].map((name) => [name, 'unknown']))
    export default { create: (context) => ({
      async start() { ${start}
        context.emit({ kind: 'reader-added', reader: { id: 'bad', label: 'bad', capabilities } })
        context.emit({ kind: 'card-present', readerId: 'bad', atr: new Uint8Array() }) },
      async stop() {}, readers: () => [],
      async connect() { ${connect} } }) }`
  const TIMING = {
    heartbeatMs: 100,
    silenceMs: 700,
    restartMsMin: 50,
    restartMsMax: 100,
    graceMs: 300,
  }
  const identify = {
    origin: ORIGIN,
    portal: 'x',
    purpose: 'x',
    operation: 'identify',
    fields: [],
    nonce: 'x',
  } as const

  test.each([
    ['throws', "throw new Error('canary 5678')", 'INTERNAL'],
    ['ends', 'process.exit(3)', 'PLUGIN_CRASHED'],
    [
      'fails later',
      "setTimeout(() => { throw new Error('later') }); await new Promise(() => {})",
      'PLUGIN_CRASHED',
    ],
    ['never answers', 'await new Promise(() => {})', 'TIMEOUT'],
    ['loops for ever', 'for (;;) {}', 'TIMEOUT'],
  ])('%s: one code, the agent lives, the plugin is started anew', async (_, connect, code) => {
    const bad = await reader(driver(connect))
    const own = await openAgent(person.desk, {
      plugins: [bad, await placeOf('card-profile-generic')],
      timing: TIMING,
    })
    const told = await own.agent.run(identify, new AbortController().signal)
    expect(told).toMatchObject({ kind: 'none', code })
    expect(JSON.stringify([told, own.log])).not.toContain('canary')
    if (code !== 'INTERNAL') {
      if (code === 'TIMEOUT') expect(own.agent.readers()).toMatchObject([{ status: 'stuck' }])
      await until(() => own.log.some((event) => 'state' in event && event.state === 'stopped'))
      await until(() => own.agent.readers().some(({ status }) => status === 'card'))
    }
    expect(await own.agent.run(identify, new AbortController().signal)).toMatchObject({
      kind: 'none',
    })
    await own.stop()
  })

  test('gets no files, no programs, no environment', async () => {
    const probe = `
      const tried = []
      const attempt = async (name, work) => { try { await work(); tried.push(name) } catch {} }
      await attempt('read', async () => (await import('node:fs')).readFileSync('/etc/hostname'))
      await attempt('write', async () => (await import('node:fs')).writeFileSync('/tmp/madoguchi-probe', 'x'))
      await attempt('program', async () => (await import('node:child_process')).execSync('true'))
      await attempt('thread', async () => new (await import('node:worker_threads')).Worker('1', { eval: true }))
      await attempt('code', async () => new Function('return 1')())
      if (Object.keys(process.env).length > 0) tried.push('environment ' + Object.keys(process.env))
      if (tried.length > 0) throw new Error(tried.join())`
    const own = await openAgent(person.desk, {
      plugins: [await reader(driver('return {}', probe))],
      timing: TIMING,
    })
    expect(own.agent.readers()).toHaveLength(1)
    await own.stop()
  })
})

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 25))
  expect(holds()).toBe(true)
}
