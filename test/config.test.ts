import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'

test('development needs nothing from the environment', () => {
  const { config, problems } = readConfig({})
  expect(problems).toEqual([])
  expect(config).toMatchObject({
    environment: 'development',
    port: 3000,
    baseUrl: 'http://localhost:3000',
  })
})

test.each(['-1', '6', 'one', '1.5'])('PROXY_HOPS %s is refused', (PROXY_HOPS) => {
  expect(readConfig({ PROXY_HOPS }).problems.map((problem) => problem.variable)).toEqual([
    'PROXY_HOPS',
  ])
})

test('production refuses to start without base address and mail route', () => {
  const { problems } = readConfig({ MADOGUCHI_ENV: 'production' })
  expect(problems.map((problem) => problem.variable)).toEqual(['BASE_URL', 'SMTP_URL'])
})

test.each([
  'portal.example.jp',
  'https://portal.example.jp/x',
  'https://a@portal.example.jp',
  'ftp://x',
  'http://x\\@y/z',
])('BASE_URL %s is refused', (BASE_URL) => {
  expect(readConfig({ BASE_URL }).problems.map((problem) => problem.variable)).toEqual(['BASE_URL'])
})

test('files are kept in the data folder unless FILES_URL names another place', () => {
  expect(readConfig({ DATA_DIR: '/var/portal' }).config.filesUrl).toBe('file:/var/portal/files')
  const FILES_URL = 's3://key:secret@s3.example.jp/files'
  expect(readConfig({ FILES_URL })).toMatchObject({ problems: [], config: { filesUrl: FILES_URL } })
  const wrong = readConfig({ FILES_URL: 'https://s3.example.jp/files' })
  expect(wrong.problems.map((problem) => problem.variable)).toEqual(['FILES_URL'])
})
