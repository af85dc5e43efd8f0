/** Random worlds and funnels against the brute-force evaluator. SEED=n replays one world. */
import { expect, test } from 'vitest'
import type { Project } from '../../lib/core/project.ts'
import type { Row } from '../../lib/engines/engine.ts'
import type { LowerContext } from '../../lib/engines/postgres/lower-context.ts'
import { buildFunnels } from '../../lib/logical/funnels.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import { planFunnels } from '../../lib/plan/funnels.ts'
import { queryNames } from '../../lib/plan/references.ts'
import { Random } from '../../local/demo/random.ts'
import { buildCohorts, buildWorld } from '../support/build-world.ts'
import type { World } from '../support/evaluated-world.ts'
import { buildActions, funnelNode, type Made } from '../support/funnel-node.ts'
import { evaluateSteps, evaluateTimes, evaluateTrends } from '../support/funnels-evaluator.ts'
import type { FunnelQuery } from '../support/funnels-ways.ts'
import { plainFunnel, randomFunnel } from '../support/random-funnels.ts'
import { randomWorld } from '../support/random-trends.ts'
import { isMany, QUERIES, replayed, seeds } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'
import type { TestProject } from '../support/world.ts'

const WORLDS = 16
const CROWDED_WORLDS = 4
const NOW = new Date('2024-04-10T00:00:00Z')

/** How often walks were computed from each step alone, by what was asked. */
const fromSteps = new Map<string, number>()

const server = await testServer()

test.each(seeds(1, WORLDS))(
  'world %i',
  async (number) => {
    const random = new Random(number + 10_000)
    // where the first event is most of them, steps are taken alone
    const world = randomWorld(random, number % 2 === 0 ? { weights: [12, 2, 1] } : {})
    await checkWorld(number, random, world, (query) => (query % 4 === 0 ? plainFunnel(random) : randomFunnel(random)))
  },
  120_000,
)

test.each(seeds(1_001, CROWDED_WORLDS))(
  'world %i, with events at the same instants',
  async (number) => {
    const random = new Random(number + 10_000)
    const world = randomWorld(random, { weights: number % 2 === 0 ? [4, 1, 1] : [1, 3, 1], crowded: true })
    await checkWorld(number, random, world, () => plainFunnel(random), true)
  },
  120_000,
)

test.skipIf(!isMany || replayed !== null)('some of every order were answered from each step alone', () => {
  for (const asked of ['ordered', 'ordered trends', 'strict', 'unordered'])
    expect(fromSteps.get(asked), asked).toBeGreaterThan(10)
})

async function checkWorld(
  number: number,
  random: Random,
  world: World,
  next: (number: number) => FunnelQuery,
  isCrowded = false,
): Promise<void> {
  const project = await buildWorld(server, world)
  const made: Made = {
    cohorts: await buildCohorts(server, project, world),
    actions: await buildActions(server, project),
  }
  const known = {
    ...world,
    cohorts: world.cohorts.map((cohort, index) => ({ ...cohort, id: made.cohorts[index] ?? 0 })),
  }
  for (let count = 0; count < QUERIES; count++) {
    const query = next(count)
    const node = funnelNode(query, made)
    const answer = await server.call('POST', `${project.path}query/`, { query: node, refresh: 'force_blocking' })
    const context = `SEED=${number} query ${count}: ${JSON.stringify(node)}\n${JSON.stringify(answer.body).slice(0, 1500)}`
    expect(answer.status, context).toBe(200)
    const { results } = answer.body
    // what events of one instant do to strict and unordered ways is for the strategies to agree upon
    if (isCrowded && query.order !== 'ordered') expect(results, context).toBeDefined()
    else if (query.view === 'time_to_convert') checkTimes(known, query, results, context)
    else if (query.view === 'trends')
      expect(readTrends(results, query, made.cohorts), context).toEqual(evaluateTrends(known, query))
    else {
      expect(readSteps(results, query), context).toEqual(expectedSteps(known, query))
      if ((query.by === 'person' || query.by === 'group') && random.chance(0.4))
        await checkPeople(random, project, results, query, context)
    }
    await checkStrategies(project, world, node, context)
  }
}

/** Both strategies on the same plan, where there are two. */
async function checkStrategies(project: TestProject, world: World, json: object, context: string): Promise<void> {
  const node = parseQuery(json)
  if (node.kind !== 'FunnelsQuery') return
  const { engine } = server.stack.services
  const of: Project = {
    id: project.id,
    organizationId: '',
    name: '',
    apiToken: project.token,
    timezone: world.timezone,
    weekStartDay: world.weekStartDay,
    testAccountFilters: [],
    pathCleaningFilters: [],
    // of no version: nothing is kept
    configVersion: -1,
    slotKeys: [],
  }
  const options = { timeoutMs: 30_000, readOnly: true }
  const loaded = await engine.context(of, queryNames(node, of, NOW), options)
  const logical = buildFunnels(planFunnels(node, { project: of, context: loaded.plan, now: NOW }))
  const own = loaded.engine as LowerContext
  // steps are taken alone where the first has many more events than the others
  const compiled = (eventCounts: ReadonlyMap<string, number>) =>
    engine.compile(logical, { ...own, eventCounts } as LowerContext)
  const statements = [0, 1_000_000].map((count) => compiled(new Map([[node.series[0]?.event ?? '', count]])))
  if (statements[0]?.text === statements[1]?.text) return
  if (compiled(own.eventCounts).text === statements[1]?.text) {
    const asked = `${node.order}${node.view === 'trends' ? ' trends' : ''}`
    fromSteps.set(asked, (fromSteps.get(asked) ?? 0) + 1)
  }
  const [scan = [], steps = []] = await engine.run(statements, options)
  expect(rows(steps), context).toEqual(rows(scan))
}

/** Rows whose fractions may differ in their last digits, in an order of their own. */
const rows = (list: readonly Row[]) =>
  list
    .map((row) =>
      JSON.stringify(row, (_, cell) => (typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(3) : cell)),
    )
    .sort()

function checkTimes(
  world: World,
  query: FunnelQuery,
  results: { bins: number[][]; average_conversion_time: number },
  context: string,
): void {
  const expected = evaluateTimes(world, query)
  expect(results.bins, context).toEqual(expected?.bins ?? [])
  expect(rounded(results.average_conversion_time), context).toEqual(rounded(expected?.average ?? null))
}

interface Item {
  readonly order: number
  readonly count: number
  readonly average_conversion_time: number | null
  readonly median_conversion_time: number | null
  readonly breakdown_value?: unknown
  readonly converted_people_url: string
  readonly dropped_people_url: string | null
}

/** Times beside optional steps are a quirk that nobody relies on. */
const hasTimes = ({ steps }: FunnelQuery) => !steps.some(({ isOptional }) => isOptional)

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
  // who dropped at a step did the last one before it that is not optional
  if (item.dropped_people_url && before && hasTimes(query))
    expect(await people(item.dropped_people_url), context).toBe(before.count - item.count)
  expect(item.converted_people_url).toContain(project.path)
}

const expectedSteps = (world: World, query: FunnelQuery) =>
  evaluateSteps(world, query).map(({ value, counts, average, median }) => ({
    value,
    counts,
    ...(hasTimes(query) ? { average: average.map(rounded), median: median.map(rounded) } : {}),
  }))

const readSteps = (results: readonly Item[] | readonly Item[][], query: FunnelQuery) => {
  const lists = (query.breakdown || query.cohorts ? results : results.length > 0 ? [results] : []) as Item[][]
  return lists.map((items) => ({
    value: breakdownText(items[0]?.breakdown_value, query),
    counts: items.map(({ count }) => count),
    ...(hasTimes(query)
      ? {
          average: items.map(({ average_conversion_time }) => rounded(average_conversion_time)),
          median: items.map(({ median_conversion_time }) => rounded(median_conversion_time)),
        }
      : {}),
  }))
}

/** Trends call cohorts by their names. */
const readTrends = (
  results: readonly { breakdown_value?: unknown; data: number[] }[],
  query: FunnelQuery,
  cohorts: readonly number[],
) =>
  results.map(({ breakdown_value, data }) => {
    const text = breakdownText(breakdown_value, query)
    const [, index] = /^cohort (\d+)$/.exec(text ?? '') ?? []
    return { value: index === undefined ? text : String(cohorts[Number(index)]), data }
  })

function breakdownText(value: unknown, { breakdown }: FunnelQuery): string | null {
  if (value === undefined) return null
  if (Array.isArray(value) && (breakdown?.properties.length ?? 0) > 1) return JSON.stringify(value)
  return String(Array.isArray(value) ? value[0] : value)
}

const rounded = (seconds: number | null) => (seconds === null ? null : Math.round(seconds * 1_000 + 1e-4) / 1_000)
