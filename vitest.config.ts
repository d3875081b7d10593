import { defineConfig } from 'vitest/config'

/** Tests that steer a browser: Playwright itself turns strings into code, in the test's process only. */
const browserTests = ['test/**/*.browser.test.ts', 'test/e2e/**/*.test.ts']

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: browserTests,
          execArgv: ['--disallow-code-generation-from-strings'],
        },
      },
      { extends: true, test: { name: 'browser', include: browserTests } },
    ],
  },
})
