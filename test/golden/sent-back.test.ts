/** The text of every golden query, sent back as a HogQLQuery, gives the rows that the query has. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schemaOf } from '../../lib/catalog/schema.ts'
import { printHogql } from '../../lib/engines/hogql/print.ts'
import { lowerPostgres } from '../../lib/engines/postgres/lower.ts'
import { printPostgres } from '../../lib/engines/postgres/print.ts'
import { buildQuery } from '../../lib/logical/index.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import type { QueryContext } from '../../lib/plan/context.ts'
import { propertyTypesOf } from '../../lib/plan/filter.ts'
import { planQuery } from '../../lib/plan/index.ts'
import { type ShapedResult, shapeQuery } from '../../lib/shape/index.ts'
import { call } from '../../lib/tree/build.ts'
import type { Select } from '../../lib/tree/relation.ts'
import { ACTORS, LISTS } from './cases/actors.ts'
import { COHORT_CONTEXT, COHORTS, cohortQuery } from './cases/cohorts.ts'
import { FUNNELS } from './cases/funnels.ts'
import { LIFECYCLE } from './cases/lifecycle.ts'
import { PATHS } from './cases/paths.ts'
import { RETENTION } from './cases/retention.ts'
import { STICKINESS } from './cases/stickiness.ts'
import { TRENDS } from './cases/trends.ts'
import { openSmallWorld, type SmallWorld } from './small-world.ts'
import { CONTEXT, ENGINE_CONTEXT, PROJECT, queries } from './world.ts'

const ENGINE = { ...ENGINE_CONTEXT, slots: new Map() }
const NOW = new Date('2024-03-15T12:00:00Z')
let world: SmallWorld

beforeAll(async () => {
  world = await openSmallWorld()
}, 60_000)
afterAll(() => world.close())

const run = (query: Select) => world.rows(printPostgres(lowerPostgres(query, ENGINE)))

async function expectSentBack(query: Select, context: QueryContext): Promise<void> {
  const text = printHogql(query, propertyTypesOf(context))
  const plan = planQuery(parseQuery({ kind: 'HogQLQuery', query: text }), { project: PROJECT, context, now: NOW })
  const rows = await Promise.all(buildQuery(plan).map(run))
  const answer = shapeQuery(plan, rows) as Extract<ShapedResult, { kind: 'HogQLQuery' }>
  const schema = schemaOf(query)
  const names = [...schema.keys()]
  expect(answer.columns).toEqual(names)
  // ids are texts for whoever asks
  const columns = query.columns.map(({ expr, as }) =>
    schema.get(as)?.startsWith('id ') ? { expr: call('toText', expr), as } : { expr, as },
  )
  const own = (await run({ ...query, columns })).map((row) => names.map((name) => row[name]))
  const expected = comparable(own, names)
  const given = comparable(answer.results, names)
  if (answer.hasMore) for (const row of given) expect(expected).toContain(row)
  else expect(given, text).toEqual(expected)
}

const comparable = (rows: readonly (readonly unknown[])[], names: readonly string[]): string[] => {
  const [bucket, value] = [names.indexOf('bucket'), names.indexOf('value')]
  return rows
    .filter((row) => bucket < 0 || value < 0 || Number(row[value]) !== 0)
    .map((row) => JSON.stringify(row.map(plain)))
    .sort()
}

const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/

/** Sums of seconds differ in their last digits; an instant is the same in every zone. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number') return Number(value.toPrecision(12))
  if (typeof value === 'string' && INSTANT.test(value)) return new Date(value.replace(/\+00$/, 'Z')).getTime()
  return value
}

const GOLDEN: readonly (readonly [string, Readonly<Record<string, object>>])[] = [
  ['TrendsQuery', TRENDS],
  ['FunnelsQuery', FUNNELS],
  ['LifecycleQuery', LIFECYCLE],
  ['StickinessQuery', STICKINESS],
  ['PathsQuery', PATHS],
  ['RetentionQuery', RETENTION],
  ['ActorsQuery', ACTORS],
]

test.each(GOLDEN.flatMap(([kind, cases]) => Object.entries(cases).map(([name, node]) => [kind, name, node] as const)))(
  '%s: %s',
  async (kind, _, node) => {
    for (const query of queries(parseQuery({ kind, ...node }))) await expectSentBack(query, CONTEXT)
  },
)

test.each(Object.entries(LISTS))('%s', async (_, node) => {
  for (const query of queries(node)) await expectSentBack(query, CONTEXT)
})

test.each(Object.entries(COHORTS))('cohort: %s', async (_, leaf) => {
  await expectSentBack(cohortQuery(leaf), COHORT_CONTEXT)
})
