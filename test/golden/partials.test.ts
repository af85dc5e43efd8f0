/** What is computed from partial results, and how: the statements that fill and those that read (docs/performance.md 4). */
import { expect, test } from 'vitest'
import { postgresEngine } from '../../lib/engines/postgres/engine.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import { FUNNELS } from './cases/funnels.ts'
import { LIFECYCLE } from './cases/lifecycle.ts'
import { PATHS } from './cases/paths.ts'
import { RETENTION } from './cases/retention.ts'
import { STICKINESS } from './cases/stickiness.ts'
import { TRENDS } from './cases/trends.ts'
import { ENGINE_CONTEXT, queries } from './world.ts'

const engine = (partialsFromRows: number) =>
  postgresEngine(() => Promise.reject(new Error('nothing is run')), { now: () => new Date(0), partialsFromRows })
const compiled = (kind: string, source: object, rowsInRange = 0, from = 0) =>
  queries(parseQuery({ kind, ...source })).map((query) =>
    engine(from).compile(query, { ...ENGINE_CONTEXT, rowsInRange } as typeof ENGINE_CONTEXT),
  )

const CASES = Object.entries({
  TrendsQuery: TRENDS,
  RetentionQuery: RETENTION,
  LifecycleQuery: LIFECYCLE,
  StickinessQuery: STICKINESS,
  FunnelsQuery: FUNNELS,
  PathsQuery: PATHS,
}).flatMap(([kind, cases]) => Object.entries(cases).map(([name, source]) => [kind, name, source] as const))

test('of these cases some or all queries are computed from what is kept', async () => {
  const lines = CASES.map(([kind, name, source]) => {
    const statements = compiled(kind, source)
    const kept = statements.filter(({ before = [] }) => before.length > 0).length
    return `${kind} ${name}: ${kept === 0 ? 'whole' : kept < statements.length ? `${kept} of ${statements.length}` : 'kept'}`
  })
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./partials/cases.txt')
})

const series = (more: object = {}) => [{ kind: 'EventsNode', event: 'paid', ...more }]
const dateRange = { date_from: '2024-03-01', date_to: '2024-03-14' }

test.each(
  Object.entries({
    total: ['TrendsQuery', { series: series(), dateRange }],
    'people-by-week': ['TrendsQuery', { series: series({ math: 'dau' }), dateRange, interval: 'week' }],
    'sum-by-plan': [
      'TrendsQuery',
      {
        series: series({ math: 'sum', math_property: 'amount' }),
        dateRange,
        interval: 'week',
        breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' },
      },
    ],
    'total-without-test-accounts': ['TrendsQuery', { series: series(), dateRange, filterTestAccounts: true }],
    'people-of-a-cohort': [
      'TrendsQuery',
      {
        series: series({ math: 'dau' }),
        dateRange,
        interval: 'week',
        properties: [{ key: 'id', type: 'cohort', operator: 'in', value: 3 }],
      },
    ],
    'weekly-active': ['TrendsQuery', { series: series({ math: 'weekly_active' }), dateRange }],
    stickiness: ['StickinessQuery', { series: series(), dateRange }],
    retention: [
      'RetentionQuery',
      {
        dateRange,
        retentionFilter: {
          totalIntervals: 3,
          period: 'Week',
          targetEntity: { id: 'paid', type: 'events' },
          returningEntity: { id: 'paid', type: 'events' },
        },
      },
    ],
  } as const),
)('%s', async (name, [kind, source]) => {
  const texts = compiled(kind, source).flatMap(({ text, params, before = [] }) => [
    ...before.map((filling) => ['filling', filling] as const),
    ['main', { text, params }] as const,
  ])
  const printed = texts.map(
    ([what, { text, params }]) =>
      `-- ${what}\n${text}\n\n-- params\n${params.map((param) => JSON.stringify(param)).join('\n')}\n`,
  )
  await expect(printed.join('\n')).toMatchFileSnapshot(`./partials/${name}.sql`)
})

test('insights that read fewer events than the setting are computed whole', () => {
  const of = (rows: number) =>
    compiled('TrendsQuery', { series: series(), dateRange }, rows, 50_000)[0]?.before?.length ?? 0
  expect(of(49_999)).toBe(0)
  expect(of(50_000)).toBe(1)
})

test('where there are far more persons than events, those of conditions on persons are not looked for', () => {
  const [query] = queries(parseQuery({ kind: 'TrendsQuery', series: series(), dateRange, filterTestAccounts: true }))
  const of = (persons: number, rowsInRange: number) =>
    query && engine(0).compile(query, { ...ENGINE_CONTEXT, persons, rowsInRange } as typeof ENGINE_CONTEXT).before
  expect(of(60_000, 59_999)).toBeUndefined()
  expect(of(60_000, 60_000)).toHaveLength(1)
})

test.each([
  ['-1d', 'is_date_after', 0],
  ['-1dStart', 'is_date_after', 1],
  ['2024-03-01', 'is_date_before', 1],
])('a property compared with %s', (value, operator, fillings) => {
  const filter = { key: 'due', type: 'event', operator, value }
  const [query] = compiled('TrendsQuery', { series: series({ properties: [filter] }), dateRange })
  expect(query?.before ?? []).toHaveLength(fillings)
})

test.each(['timestamp < now()', 'timestamp < today()', 'timestamp < now() - interval 1 hour', 'rand() > 1'])(
  'nothing is kept where %s',
  (key) => {
    const filter = { key, type: 'hogql' }
    for (const [kind, more] of [
      ['TrendsQuery', {}],
      ['FunnelsQuery', { series: [...series({ properties: [filter] }), { kind: 'EventsNode', event: 'seen' }] }],
    ] as const)
      for (const { before } of compiled(kind, { series: series({ properties: [filter] }), dateRange, ...more }))
        expect(before).toBeUndefined()
  },
)

test('a query says that it is computed whole', () => {
  const [query] = queries(parseQuery({ kind: 'TrendsQuery', series: series(), dateRange }))
  const statement = query && engine(0).compile(query, ENGINE_CONTEXT, { usePartials: false })
  expect(statement?.before).toBeUndefined()
  expect(statement?.text).not.toContain('partial')
})
