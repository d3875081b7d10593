import { hash as argonHash } from '@node-rs/argon2'
import { describe, expect, test } from 'vitest'
import { holdsContextWord, isCommonPassword } from '../../src/accounts/common-password.ts'
import { createPasswords, createPool, HASH_WORK } from '../../src/accounts/passwords.ts'
import { Fault } from '../../src/fault.ts'

const passwords = createPasswords({ concurrency: 2, queueMax: 20 })

describe('hashing (S01)', () => {
  test('is Argon2id with at least 19 MiB, two passes, one lane, and says so in the hash', async () => {
    const phc = await passwords.hash('Kasa-to-nagagutsu-7')
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwords.verify(phc, 'Kasa-to-nagagutsu-7')).toBe(true)
    expect(await passwords.verify(phc, 'Kasa-to-nagagutsu-8')).toBe(false)
  })

  test('the same password hashes differently each time', async () => {
    expect(await passwords.hash('Ame3furu')).not.toBe(await passwords.hash('Ame3furu'))
  })

  test('two passwords of 100 characters that differ in the last 4-byte character differ', async () => {
    const start = '𠮷'.repeat(99)
    const phc = await passwords.hash(`${start}𠮷`)
    expect(await passwords.verify(phc, `${start}𠮷`)).toBe(true)
    expect(await passwords.verify(phc, `${start}𩸽`)).toBe(false)
  })

  test('what was typed is hashed as it is: width, form and spaces count', async () => {
    const phc = await passwords.hash('Ｐass が word1')
    for (const other of [
      'Pass が word1',
      'Ｐass か\u3099 word1',
      'Ｐass が word1 ',
      'ｐass が word1',
    ])
      expect(await passwords.verify(phc, other), other).toBe(false)
  })

  test('a hash made with less work is to be renewed, one with as much or more is not', async () => {
    const weak = await argonHash('x', { memoryCost: 4096, timeCost: 2, parallelism: 1 })
    const fewPasses = await argonHash('x', { memoryCost: 19456, timeCost: 1, parallelism: 1 })
    const strong = await argonHash('x', { memoryCost: 20000, timeCost: 3, parallelism: 1 })
    expect([weak, fewPasses, strong].map((phc) => passwords.needsRehash(phc))).toEqual([
      true,
      true,
      false,
    ])
    expect(await passwords.verify(weak, 'x')).toBe(true)
  })

  test('an account without a usable password is matched by nothing', async () => {
    expect(await passwords.verify('', '')).toBe(false)
    expect(await passwords.verify('', 'Password1')).toBe(false)
  })

  test('the dummy is a hash of today’s work that the library accepts', async () => {
    await expect(passwords.dummyVerify('Password1')).resolves.toBeUndefined()
    expect(HASH_WORK.memoryKib).toBeGreaterThanOrEqual(19 * 1024)
  })
})

describe('the pool (S49)', () => {
  test('never runs more than its bound, keeps the order, and refuses beyond the queue', async () => {
    const run = createPool(3, 5)
    const started: number[] = []
    const finish: (() => void)[] = []
    let running = 0
    let most = 0
    const works = Array.from({ length: 8 }, (_, index) =>
      run(async () => {
        started.push(index)
        most = Math.max(most, ++running)
        await new Promise<void>((resolve) => finish.push(resolve))
        running--
      }),
    )
    const refused: unknown = await run(async () => undefined).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Fault)
    expect(refused).toMatchObject({ code: 'accounts.busy', retryAfterMs: expect.any(Number) })
    for (let index = 0; index < works.length; index++) {
      finish[index]?.()
      await works[index]
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(most).toBe(3)
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('a work that fails gives its place back', async () => {
    const run = createPool(1, 0)
    await expect(run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await run(async () => 'next')).toBe('next')
  })

  test('real hashing is bounded as well', async () => {
    const small = createPasswords({ concurrency: 1, queueMax: 2 })
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => small.dummyVerify('Password1')),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(3)
  })
})

describe('common passwords (S02)', () => {
  test.each([
    'Password1',
    'password',
    'P@ssw0rd2024',
    'Passw0rd!',
    'Qwerty123',
    'Qwertyuiop1',
    'Abcd1234',
    'Abc12345',
    '1qaz2wsx',
    '1Qaz2Wsx3Edc',
    'Aaaa1111',
    'Abab1212',
    '12345678',
    '87654321',
    'Sakura1985',
    'Tokyo2020!',
    'Admin123!',
    'Welcome1',
    'Letmein1',
    'Iloveyou2',
    'Yamada19850401',
    'Ｐａｓｓｗｏｒｄ１',
    'Tanaka0401',
    'Zaq12wsx',
    'Asdfghjkl1',
    'Hospital2026',
    'Himitsu123',
    'Princess1!',
  ])('%s is one', (password) => {
    expect(isCommonPassword(password)).toBe(true)
  })

  test.each([
    'Kasa-to-nagagutsu-7',
    'Abcdefg1', // operations.md A08
    'fX9pqLw2vT',
    'Mikan3Koro9bu',
    'correct Horse battery7staple',
    'Uminoie8banchi',
    'Kx7vbnQ2',
    'Bonsai4pigeonRiver',
    'ひらがなのPass9phrase',
  ])('%s is none', (password) => {
    expect(isCommonPassword(password)).toBe(false)
  })

  test('a password of 100 characters is judged at once', () => {
    expect(isCommonPassword('1!'.repeat(50))).toBe(false)
  })

  test.each([
    ['Mihon1-0123456', ['0123456']],
    ['mIhOnSekkotsu9', ['見本接骨院', 'MihonSekkotsu']],
    ['X見本接骨院9a', ['見本 接骨院']],
    ['Taro.yamamoto5', ['taro.yamamoto@example.jp', 'taro.yamamoto']],
    ['A０１２３-４５６b', ['0123456']],
  ])('%s holds one of %j', (password, words) => {
    expect(holdsContextWord(password, words)).toBe(true)
  })

  test('short and missing words are passed over', () => {
    expect(holdsContextWord('fX9pqLw2vT', ['', 'pq', 'fx9', '0123456'])).toBe(false)
  })
})
