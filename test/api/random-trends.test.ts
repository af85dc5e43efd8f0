/** Random worlds and queries against the brute-force evaluator. SEED=n replays one world. */
import { expect, test } from 'vitest'
import { Random } from '../../local/demo/random.ts'
import { buildCohorts, buildWorld } from '../support/build-world.ts'
import { randomQuery, randomWorld } from '../support/random-trends.ts'
import { QUERIES, seeds } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'
import { type Curve, evaluate, type Query } from '../support/trends-evaluator.ts'
import { trendsNode } from '../support/trends-node.ts'
import type { TestProject } from '../support/world.ts'

const WORLDS = 20

const server = await testServer()

test.each(seeds(1, WORLDS))(
  'world %i',
  async (seed) => {
    const random = new Random(seed)
    const world = randomWorld(random)
    const project = await buildWorld(server, world)
    const cohorts = await buildCohorts(server, project, world)
    const known = { ...world, cohorts: world.cohorts.map((cohort, index) => ({ ...cohort, id: cohorts[index] ?? 0 })) }
    for (let number = 0; number < QUERIES; number++) {
      const query = randomQuery(random)
      const node = trendsNode(query, cohorts)
      const answer = await server.call('POST', `${project.path}query/`, { query: node, refresh: 'force_blocking' })
      const context = `SEED=${seed} query ${number}: ${JSON.stringify(node)}\n${JSON.stringify(answer.body).slice(0, 600)}`
      expect(answer.status, context).toBe(200)
      expect(read(answer.body.results, query), context).toEqual(
        evaluate(known, query).map((curves) => curves.map(rounded)),
      )
      if (random.chance(0.4)) await checkPeople(random, project, query, node, answer.body.results, context)
    }
  },
  120_000,
)

const COUNTS_ACTORS = ['dau', 'unique_group', 'first_time_for_user', 'first_matching_event_for_user']
const COUNTS_ACTIVE = ['weekly_active', 'monthly_active']

/** The people behind a value at random are as many as it counts; their events are as many as it counts. */
async function checkPeople(
  random: Random,
  project: TestProject,
  query: Query,
  node: object,
  items: readonly Item[],
  context: string,
): Promise<void> {
  const item = items[random.between(0, items.length)]
  if (!item || query.formulas.length > 0 || query.smoothing > 1) return
  const at = random.between(0, item.days.length)
  const math = query.series[item.order]?.math ?? ''
  const isCumulative = query.display === 'ActionsLineGraphCumulative'
  const people = await server.call('POST', `${project.path}query/`, {
    refresh: 'force_blocking',
    query: {
      kind: 'ActorsQuery',
      select: ['id', 'event_count'],
      limit: 1000,
      source: {
        kind: 'InsightActorsQuery',
        source: node,
        series: item.order,
        ...(item.compare_label ? { compare: item.compare_label } : {}),
        ...(item.days.length > 0 ? { day: item.days[at] } : {}),
        ...(item.breakdown_value === undefined ? {} : { breakdown: item.breakdown_value }),
      },
    },
  })
  const where = `${context}\n${item.days[at]} ${item.breakdown_value}: ${JSON.stringify(people.body).slice(0, 600)}`
  expect(people.status, where).toBe(200)
  const rows = people.body.results as readonly [string, number][]
  expect(new Set(rows.map(([id]) => id)).size, where).toBe(rows.length)
  const value = item.aggregated_value ?? item.data?.[at]
  // people of several values are in the rest several times
  const isRest = item.breakdown_value === '$$_posthog_breakdown_other_$$' && !math.startsWith('first')
  if ((COUNTS_ACTORS.includes(math) || (COUNTS_ACTIVE.includes(math) && !isCumulative)) && !isRest)
    expect(rows.length, where).toBe(value)
  if (math === 'total')
    expect(
      rows.reduce((sum, [, count]) => sum + count, 0),
      where,
    ).toBe(value)
}

interface Item {
  readonly order: number
  readonly days: readonly string[]
  readonly data: number[] | null
  readonly compare_label?: string
  readonly aggregated_value?: number
  readonly breakdown_value?: string | number
}

/** Lists of curves as the evaluator gives them, in the order of the answer. */
const read = (items: readonly Item[], query: Query): Curve[][] => {
  const periods = query.compare ? ['current', 'previous'] : [undefined]
  const groups =
    query.formulas.length > 0
      ? query.formulas.flatMap((_, order) => periods.map((period) => ({ order, period })))
      : periods.flatMap((period) => query.series.map((_, order) => ({ order, period })))
  const lists = groups.map(({ order, period }) =>
    items.filter((item) => item.order === order && item.compare_label === period),
  )
  expect(lists.flat()).toEqual(items)
  return lists.map((list) =>
    list.map(({ breakdown_value = null, data, aggregated_value }) =>
      rounded({
        breakdown: typeof breakdown_value === 'number' ? String(breakdown_value) : breakdown_value,
        data: query.display === 'ActionsPie' ? [aggregated_value ?? 0] : (data ?? []),
      }),
    ),
  )
}

const rounded = ({ breakdown, data }: Curve): Curve => ({
  breakdown,
  data: data.map((value) => Math.round(value * 1e6) / 1e6 + 0),
})
