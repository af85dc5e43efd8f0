import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests over HTTP: a machine that is busy makes them slower, not wrong. */
const PATIENT = { testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000, interval: 20 } } }
/** Each file has a stack of its own: a test process, a database process. They wait for each other and for what is late: two cores have room for three. */
const OVER_HTTP = { ...PATIENT, maxWorkers: 3, sequence: { groupOrder: 1 } }
/** One process for many files; the modules of ours are those of each file alone. */
const ONE_AFTER_ANOTHER = { ...OVER_HTTP, isolate: false, setupFiles: ['test/support/own-modules.ts'] }

/** They run with the many random worlds. */
const EXTREME = ['extreme-*']
/**
 * They do not run with the many random worlds, which are for another database than the embedded one: what they look at is
 * requests, Redis, the queue, or a fault that a shim makes, and `npm test` has seen all of it.
 */
const WITHOUT_DATABASE = [
  'bodies',
  'bounds',
  'cached-reads',
  'counted',
  'faults-cohorts',
  'faults-lag',
  'faults-lost',
  'faults-runs',
  'flow-control',
  'hogql-refused',
  'ids',
  'isolates',
  'large-pages',
  'limits',
  'max-age',
  'outside-words',
  'patterns',
  'query-bounds',
  'refused-trends',
]
const isMany = process.env.RANDOM === 'many'

/** What takes longest begins first, so that no worker has one of them alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) =>
      /\/test\/(browser|e2e|api\/(random|matrix|faults))/.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    // what the worker logs is shown for tests that fail
    silent: 'passed-only',
    sequence: { sequencer: LongestFirst },
    projects: [
      // no state between files: modules are loaded once for all of them
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false } },
      {
        test: {
          name: 'golden',
          include: ['test/golden/**/*.test.ts'],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'api',
          include: ['test/api/**/*.test.ts'],
          exclude: (isMany ? WITHOUT_DATABASE : EXTREME).map((name) => `test/api/${name}.test.ts`),
          ...ONE_AFTER_ANOTHER,
        },
      },
      // all that can be is computed from partial results here, of fresh worlds; elsewhere, what is large
      ...(isMany
        ? [
            {
              test: {
                name: 'partials',
                include: ['test/api/random-{trends,retention,funnels}.test.ts'],
                env: { PARTIALS_FROM_ROWS: '0', RANDOM: 'few' },
                ...ONE_AFTER_ANOTHER,
              },
            },
          ]
        : []),
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...OVER_HTTP } },
      // needs a Chromium, whose path is in CHROMIUM
      ...(process.env.CHROMIUM
        ? [{ test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...OVER_HTTP } }]
        : []),
    ],
  },
})
