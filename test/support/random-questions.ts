/** Questions of every kind at random, for whoever asks them again and again while time goes by. */
import type { Random } from '../../local/demo/random.ts'
import type { Built } from './build-activity.ts'
import { withIds } from './build-world.ts'
import type { Filter } from './evaluated-world.ts'
import { funnelNode } from './funnel-node.ts'
import type { FunnelQuery } from './funnels-ways.ts'
import { plainFunnel, randomFunnel } from './random-funnels.ts'
import { lifecycleNode, randomLifecycle } from './random-lifecycle.ts'
import { pathsNode, randomPaths } from './random-paths.ts'
import { randomRetention, retentionNode } from './random-retention.ts'
import { randomStickiness, stickinessNode } from './random-stickiness.ts'
import { randomFilter, randomQuery } from './random-trends.ts'
import { trendsNode } from './trends-node.ts'

type Node = Readonly<Record<string, unknown>>
/** The question as it is asked this time: a range may be another one. */
export type Question = () => Node

const MATHS = [
  'total',
  'dau',
  'sum',
  'min',
  'max',
  'avg',
  'unique_group',
  'unique_session',
  'weekly_active',
  'monthly_active',
  'avg_count_per_actor',
  'max_count_per_actor',
]
const BREAKDOWNS = [
  ['plan', 'event'],
  ['$browser', 'event'],
  ['amount', 'event'],
  ['plan', 'person'],
  ['tier', 'group'],
] as const
const SEVERAL = ['plan', '$browser'].map((property) => ({ property, type: 'event' }))

const one = <T>(random: Random, list: readonly T[]): T => list[random.between(0, list.length)] as T

/** Of the person of an event, or the cohorts of that person. */
const personalFilter = (random: Random, { cohorts }: Built): object =>
  withIds(
    random.pick([
      [{ key: 'plan', type: 'person', operator: one(random, ['exact', 'is_not']), value: one(random, PLANS) }, 3],
      [
        { key: 'plan', type: 'person', operator: one(random, ['is_set', 'is_not_set', 'not_icontains']), value: 'e' },
        2,
      ],
      [{ key: 'age', type: 'person', operator: one(random, ['gt', 'lt', 'is_not']), value: random.between(0, 60) }, 2],
      [{ key: 'id', type: 'cohort', operator: one(random, ['in', 'not_in']), value: random.between(0, 3) }, 3],
    ]),
    cohorts,
  )
const PLANS = ['free', 'team', 'Team'] as const

/** Trends of relative ranges: what dashboards show. */
function recentTrends(random: Random, built: Built): Node {
  const { cohorts } = built
  const math = one(random, MATHS)
  const [breakdown, type] = one(random, BREAKDOWNS)
  const isBroken = random.chance(0.4)
  const interval = random.pick([
    ['day', 4],
    ['hour', 2],
    ['week', 2],
    ['month', 1],
  ])
  return {
    kind: 'TrendsQuery',
    series: Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => ({
      kind: 'EventsNode',
      event: one(random, ['view', 'click', 'buy', null]),
      math,
      ...(['sum', 'min', 'max', 'avg'].includes(math) ? { math_property: 'amount' } : {}),
      ...(math === 'unique_group' ? { math_group_type_index: 0 } : {}),
    })),
    interval,
    dateRange: {
      date_from: one(
        random,
        interval === 'hour' ? ['-24h', '-6h', '-3d'] : ['-7d', '-14d', '-30d', '-2m', 'mStart', 'dStart'],
      ),
    },
    properties: [
      ...(random.chance(0.3) ? [withIds(randomFilter(random), cohorts)] : []),
      ...(random.chance(0.4) ? [personalFilter(random, built)] : []),
    ],
    filterTestAccounts: random.chance(0.3),
    trendsFilter: {
      display: random.pick([
        ['ActionsLineGraph', 4],
        ['BoldNumber', 1],
        ['ActionsPie', 1],
        ['ActionsLineGraphCumulative', 1],
      ]),
    },
    ...(isBroken
      ? {
          breakdownFilter: {
            ...(random.chance(0.2)
              ? { breakdowns: SEVERAL }
              : {
                  breakdown,
                  breakdown_type: type,
                  ...(type === 'group' ? { breakdown_group_type_index: 0 } : {}),
                }),
            breakdown_limit: random.between(1, 5),
          },
        }
      : {}),
  }
}

/** Ways are kept of ordered funnels, whatever is asked of their events and persons alone. */
function keptFunnel(random: Random): FunnelQuery {
  const query = plainFunnel(random)
  const ofEvents = (): Filter => ({
    key: one(random, ['plan', '$browser']),
    type: 'event',
    operator: one(random, ['exact', 'is_not', 'is_set']),
    value: one(random, [...PLANS, 'Chrome']),
  })
  const values = [...query.properties.values, ...(random.chance(0.4) ? [ofEvents()] : [])]
  return {
    ...query,
    order: 'ordered',
    view: 'steps',
    steps: query.steps.map((step) => (random.chance(0.3) ? { ...step, properties: [ofEvents()] } : step)),
    properties: { type: 'AND', values },
  }
}

const KINDS: readonly ((random: Random, built: Built) => Node)[] = [
  recentTrends,
  (random, { cohorts }) => trendsNode(randomQuery(random), cohorts),
  (random, built) => retentionNode(randomRetention(random), built),
  recentTrends,
  (random, { cohorts }) => trendsNode(randomQuery(random), cohorts),
  (random, built) => lifecycleNode(randomLifecycle(random), built),
  (random, built) => stickinessNode(randomStickiness(random), built),
  recentTrends,
  (random, { cohorts }) => trendsNode(randomQuery(random), cohorts),
  (random, built) => funnelNode(keptFunnel(random), built),
  (random, built) => funnelNode(randomFunnel(random), built),
  (random, built) => pathsNode(randomPaths(random), built),
]

/** The `index`-th question of a world: one of each kind, and again. */
export function randomQuestion(random: Random, index: number, built: Built): Question {
  const node = KINDS[index % KINDS.length]?.(random, built) ?? {}
  const range = node.dateRange as { date_from?: string; date_to?: string }
  return () => (random.chance(0.3) ? { ...node, dateRange: moved(random, range) } : node)
}

const RELATIVE = ['-3d', '-8d', '-5w', '-1m'] as const
const DAY_MS = 86_400_000

function moved(random: Random, { date_from, date_to }: { date_from?: string; date_to?: string }) {
  if (!date_from || !date_to) return { date_from: one(random, RELATIVE) }
  const days = random.between(-3, 4) * DAY_MS
  const other = (text: string) => new Date(Date.parse(text.slice(0, 10)) + days).toISOString().slice(0, 10)
  return { date_from: other(date_from), date_to: other(date_to) }
}

/** Keys that say how the question was asked, or where more is to be found. */
const ASKED = /url|filter|action|^label$|^name$/

/** An answer without links; sums of fractions may differ in their last digits. */
export const numbersOf = (results: unknown): unknown =>
  JSON.parse(
    JSON.stringify(results, (key, value: unknown) => {
      if (ASKED.test(key)) return undefined
      return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(10)) : value
    }),
  )
