/** Processor time of everything that a query needs before the database has it: parse, plan, logical query, compile. */
import type { Engine } from '../lib/engines/engine.ts'
import { buildQuery } from '../lib/logical/index.ts'
import { parseQuery } from '../lib/nodes/index.ts'
import { planQuery } from '../lib/plan/index.ts'
import { queryNames } from '../lib/plan/references.ts'
import { findProject } from './project.ts'

export interface PlanningResult {
  readonly name: string
  /** Milliseconds of one query. */
  readonly cpu: number
}

const NOW = new Date('2026-08-30T00:00:00Z')
const ROUNDS = 300
const WARM_UP = 100

const steps = ['$pageview', 'signup', 'purchase'].map((event) => ({ kind: 'EventsNode', event }))
const filter = (key: string, operator: string, value: unknown, type = 'event') => ({ key, operator, value, type })

const CASES: Readonly<Record<string, object>> = {
  'trend, 30 days': { kind: 'TrendsQuery', series: steps.slice(0, 1), dateRange: { date_from: '-30d' } },
  'trend by $browser, filters, formula, HogQL': {
    kind: 'TrendsQuery',
    series: steps.map((step) => ({ ...step, math: 'hogql', math_hogql: "countIf(properties.plan = 'pro') + 1" })),
    dateRange: { date_from: '-90d' },
    properties: [filter('$os', 'exact', ['Mac', 'iOS']), filter('email', 'icontains', '@', 'person')],
    breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' },
    trendsFilter: { formula: 'A / B + C' },
  },
  'funnel of three steps by $browser': {
    kind: 'FunnelsQuery',
    series: steps,
    dateRange: { date_from: '-30d' },
    breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' },
  },
}

export async function measurePlanning(engine: Engine): Promise<PlanningResult[]> {
  const project = await findProject(engine)
  const results: PlanningResult[] = []
  for (const [name, json] of Object.entries(CASES)) {
    const names = queryNames(parseQuery(json), project, NOW)
    const loaded = await engine.context(project, names, { timeoutMs: 60_000 })
    const prepare = () => {
      const node = parseQuery(json)
      queryNames(node, project, NOW)
      return buildQuery(planQuery(node, { project, context: loaded.plan, now: NOW })).map((query) =>
        engine.compile(query, loaded.engine),
      )
    }
    for (let round = 0; round < WARM_UP; round++) prepare()
    const before = process.cpuUsage()
    for (let round = 0; round < ROUNDS; round++) prepare()
    const { user, system } = process.cpuUsage(before)
    results.push({ name, cpu: (user + system) / 1_000 / ROUNDS })
  }
  return results
}
