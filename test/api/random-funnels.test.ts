/** Random worlds and funnels against the brute-force evaluator. SEED=n replays one world. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Random } from '../../local/demo/random.ts'
import { buildCohorts, buildWorld, withIds } from '../support/build-world.ts'
import { evaluateSteps, evaluateTimes, evaluateTrends, type FunnelQuery } from '../support/funnels-evaluator.ts'
import { randomFunnel } from '../support/random-funnels.ts'
import { randomWorld } from '../support/random-trends.ts'
import { startServer, type TestServer } from '../support/server.ts'
import type { TestProject } from '../support/world.ts'

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
    const random = new Random(seed + 10_000)
    const world = randomWorld(random)
    const project = await buildWorld(server, world)
    const ids = await buildCohorts(server, project, world)
    const known = { ...world, cohorts: world.cohorts.map((cohort, index) => ({ ...cohort, id: ids[index] ?? 0 })) }
    for (let number = 0; number < QUERIES; number++) {
      const query = randomFunnel(random)
      const node = toNode(query, ids)
      const answer = await server.call('POST', `${project.path}query/`, { query: node, refresh: 'force_blocking' })
      const context = `SEED=${seed} query ${number}: ${JSON.stringify(node)}\n${JSON.stringify(answer.body).slice(0, 1500)}`
      expect(answer.status, context).toBe(200)
      const { results } = answer.body
      if (query.view === 'time_to_convert') {
        const expected = evaluateTimes(known, query)
        expect(results.bins, context).toEqual(expected?.bins ?? [])
        expect(rounded(results.average_conversion_time), context).toEqual(rounded(expected?.average ?? null))
      } else if (query.view === 'trends') {
        expect(
          results.map((item: { breakdown_value?: unknown; data: number[] }) => ({
            value: breakdownText(item.breakdown_value, ids, known.cohorts.length),
            data: item.data,
          })),
          context,
        ).toEqual(evaluateTrends(known, query))
      } else {
        expect(readSteps(results, query), context).toEqual(
          evaluateSteps(known, query).map(({ value, counts, average, median }) => ({
            value,
            counts,
            average: average.map(rounded),
            median: median.map(rounded),
          })),
        )
        if (random.chance(0.4)) await checkPeople(random, project, results, query, context)
      }
    }
  },
  120_000,
)

interface Item {
  readonly order: number
  readonly count: number
  readonly average_conversion_time: number | null
  readonly median_conversion_time: number | null
  readonly breakdown_value?: unknown
  readonly converted_people_url: string
  readonly dropped_people_url: string | null
}

/** The people of a step at random are as many as it counts; those who dropped are the others. */
async function checkPeople(
  random: Random,
  project: TestProject,
  results: readonly Item[] | readonly Item[][],
  query: FunnelQuery,
  context: string,
): Promise<void> {
  const lists = (Array.isArray(results[0]) ? results : [results]) as Item[][]
  const list = lists[random.between(0, lists.length)] ?? []
  const item = list[random.between(0, list.length)]
  if (!item) return
  const people = async (url: string) => {
    const { status, body } = await server.call('GET', `${url}&limit=1000`)
    expect(status, `${context}\n${url}\n${JSON.stringify(body)}`).toBe(200)
    return body.results.length as number
  }
  // several values of one person are one person in the rest
  const isRest = query.breakdown && ['all_events', 'step'].includes(query.breakdown.attribution)
  if (isRest && String(item.breakdown_value) === 'Other') return
  expect(await people(item.converted_people_url), context).toBe(item.count)
  const before = list[item.order - 1]
  if (item.dropped_people_url && before)
    expect(await people(item.dropped_people_url), context).toBe(before.count - item.count)
  expect(item.converted_people_url).toContain(project.path)
}

const readSteps = (results: readonly Item[] | readonly Item[][], query: FunnelQuery) => {
  const lists = (query.breakdown || query.cohorts ? results : results.length > 0 ? [results] : []) as Item[][]
  return lists.map((items) => ({
    value: breakdownText(items[0]?.breakdown_value, [], 0),
    counts: items.map(({ count }) => count),
    average: items.map(({ average_conversion_time }) => rounded(average_conversion_time)),
    median: items.map(({ median_conversion_time }) => rounded(median_conversion_time)),
  }))
}

/** Trends call cohorts by their names. */
function breakdownText(value: unknown, ids: readonly number[], cohorts: number): string | null {
  if (value === undefined) return null
  const text = String(Array.isArray(value) ? value[0] : value)
  const [, index] = cohorts > 0 ? (/^cohort (\d+)$/.exec(text) ?? []) : []
  return index === undefined ? text : String(ids[Number(index)])
}

const rounded = (seconds: number | null) => (seconds === null ? null : Math.round(seconds * 1_000 + 1e-4) / 1_000)

function toNode(query: FunnelQuery, ids: readonly number[]) {
  const { breakdown } = query
  return {
    kind: 'FunnelsQuery',
    series: query.steps.map(({ event, properties }) => ({
      kind: 'EventsNode',
      event,
      properties: properties.map((filter) => withIds(filter, ids)),
    })),
    dateRange: { date_from: query.from, date_to: query.to },
    interval: query.interval,
    properties: withIds(query.properties, ids),
    ...(query.byGroup ? { aggregation_group_type_index: 0 } : {}),
    funnelsFilter: {
      funnelVizType: query.view,
      funnelOrderType: query.order,
      funnelWindowInterval: query.windowSeconds,
      funnelWindowIntervalUnit: 'second',
      funnelFromStep: query.fromStep,
      funnelToStep: query.toStep,
      ...(query.binCount === null ? {} : { binCount: query.binCount }),
      exclusions: query.exclusions.map(({ event, from, to }) => ({
        kind: 'EventsNode',
        event,
        funnelFromStep: from,
        funnelToStep: to,
      })),
      ...(breakdown
        ? { breakdownAttributionType: breakdown.attribution, breakdownAttributionValue: breakdown.step }
        : {}),
    },
    ...(breakdown
      ? {
          breakdownFilter: {
            breakdown: breakdown.property,
            breakdown_type: breakdown.type,
            breakdown_limit: breakdown.limit,
            ...(breakdown.type === 'group' ? { breakdown_group_type_index: 0 } : {}),
          },
        }
      : query.cohorts
        ? { breakdownFilter: { breakdown: query.cohorts.map((index) => ids[index]), breakdown_type: 'cohort' } }
        : {}),
  }
}
