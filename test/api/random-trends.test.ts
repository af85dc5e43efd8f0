/** Random worlds and queries against the brute-force evaluator. SEED=n replays one world. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Random } from '../../local/demo/random.ts'
import { randomQuery, randomWorld } from '../support/random-trends.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Curve, evaluate, type Query, type World } from '../support/trends-evaluator.ts'
import { makeProject, type TestProject } from '../support/world.ts'

const WORLDS = 20
const QUERIES = 100

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const seeds = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: WORLDS }, (_, index) => index + 1)

test.each(seeds)(
  'world %i',
  async (seed) => {
    const random = new Random(seed)
    const world = randomWorld(random)
    const project = await build(world)
    for (let number = 0; number < QUERIES; number++) {
      const query = randomQuery(random)
      const node = toNode(query)
      const answer = await server.call('POST', `${project.path}query/`, { query: node, refresh: 'force_blocking' })
      const context = `SEED=${seed} query ${number}: ${JSON.stringify(node)}\n${JSON.stringify(answer.body).slice(0, 600)}`
      expect(answer.status, context).toBe(200)
      expect(read(answer.body.results, query), context).toEqual(
        evaluate(world, query).map((curves) => curves.map(rounded)),
      )
    }
  },
  120_000,
)

/** Half of the people are known by a second id, which is merged at the end. */
async function build(world: World): Promise<TestProject> {
  const project = await makeProject(server, { timezone: world.timezone, week_start_day: world.weekStartDay })
  const id = (person: number, second: boolean) => (second && person % 2 === 0 ? `anon-${person}` : `user-${person}`)
  const early = '2024-01-01T00:00:00Z'
  await project.send([
    ...Object.entries(world.groups).map(([$group_key, $group_set]) => ({
      event: '$groupidentify',
      distinct_id: 'setup',
      timestamp: early,
      properties: { $group_type: 'org', $group_key, $group_set },
    })),
    ...world.events.map((event, index) => ({
      event: event.event,
      distinct_id: id(event.person, index % 3 === 0),
      timestamp: new Date(event.at).toISOString(),
      properties: {
        ...event.properties,
        ...(event.session ? { $session_id: event.session } : {}),
        ...(event.group ? { $groups: { org: event.group } } : {}),
      },
    })),
    ...world.persons.flatMap((properties, person) => [
      ...(person % 2 === 0
        ? [
            {
              event: '$identify',
              distinct_id: id(person, false),
              timestamp: early,
              properties: { $anon_distinct_id: id(person, true) },
            },
          ]
        : []),
      { event: '$set', distinct_id: id(person, false), timestamp: early, properties: { $set: properties } },
    ]),
  ])
  return project
}

function toNode({ from, to, display, breakdown, series, ...rest }: Query) {
  return {
    kind: 'TrendsQuery',
    series: series.map((item) => ({
      kind: 'EventsNode',
      ...item,
      properties: item.properties.map(withGroup),
      ...(item.math === 'unique_group' ? { math_group_type_index: 0 } : {}),
    })),
    interval: rest.interval,
    dateRange: { date_from: from, date_to: to },
    properties: withGroup(rest.properties),
    trendsFilter: { display },
    ...(breakdown
      ? {
          breakdownFilter: {
            breakdown: breakdown.property,
            breakdown_type: breakdown.type,
            breakdown_limit: breakdown.limit,
            ...(breakdown.type === 'group' ? { breakdown_group_type_index: 0 } : {}),
          },
        }
      : {}),
  }
}

const withGroup = (filter: object): object =>
  'values' in filter
    ? { ...filter, values: (filter.values as object[]).map(withGroup) }
    : 'type' in filter && filter.type === 'group'
      ? { ...filter, group_type_index: 0 }
      : filter

interface Item {
  readonly action: { readonly order: number }
  readonly order: number
  readonly data: number[]
  readonly aggregated_value?: number
  readonly breakdown_value?: string
}

const read = (items: readonly Item[], query: Query): Curve[][] =>
  query.series.map((_, order) =>
    items
      .filter((item) => item.order === order)
      .map(({ breakdown_value = null, data, aggregated_value }) =>
        rounded({ breakdown: breakdown_value, data: query.display === 'ActionsPie' ? [aggregated_value ?? 0] : data }),
      ),
  )

const rounded = ({ breakdown, data }: Curve): Curve => ({
  breakdown,
  data: data.map((value) => Math.round(value * 1e6) / 1e6 + 0),
})
