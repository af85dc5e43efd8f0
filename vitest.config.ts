import { defineConfig } from 'vitest/config'

/** Tests over HTTP: a machine that is busy makes them slower, not wrong. */
const PATIENT = { testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000, interval: 20 } } }
/** One project after the other, since all of them want both cores; unit and golden are 0. */
const after = (groupOrder: number) => ({ sequence: { groupOrder } })

export default defineConfig({
  test: {
    // what the worker logs is shown for tests that fail
    silent: 'passed-only',
    projects: [
      // no state between files: modules are loaded once for all of them
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false } },
      { test: { name: 'golden', include: ['test/golden/**/*.test.ts'], isolate: false, hookTimeout: 60_000 } },
      {
        test: {
          name: 'api',
          include: ['test/api/**/*.test.ts'],
          // what takes longest runs with the many random worlds
          exclude: process.env.RANDOM === 'many' ? [] : ['test/api/extreme-*.test.ts'],
          // each file has a stack of its own: a test process, a database process
          maxWorkers: 2,
          ...after(1),
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          ...after(2),
          ...PATIENT,
        },
      },
      // needs a Chromium, whose path is in CHROMIUM
      ...(process.env.CHROMIUM
        ? [
            {
              test: {
                name: 'browser',
                include: ['test/browser/**/*.test.ts'],
                fileParallelism: false,
                ...after(3),
                ...PATIENT,
              },
            },
          ]
        : []),
    ],
  },
})
