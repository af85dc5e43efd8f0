/** FunnelsQuery nodes at random over the worlds of `random-trends.ts`, the same for the same seed. */
import type { Random } from '../../local/demo/random.ts'
import type { Filter } from './evaluated-world.ts'
import { FUNNEL_ACTIONS, type FunnelQuery, type FunnelStep } from './funnels-ways.ts'
import { randomFilter, randomGroup, WORLD_START } from './random-trends.ts'

const DAY_MS = 86_400_000
const EVENTS = ['view', 'click', 'buy']
const BREAKDOWNS = [
  [['plan'], 'event'],
  [['amount'], 'event'],
  [['plan', '$browser'], 'event'],
  [['plan'], 'person'],
  [['plan', 'age'], 'person'],
  [['tier'], 'group'],
] as const

export function randomFunnel(random: Random): FunnelQuery {
  const steps = Array.from({ length: random.between(2, 5) }, (): FunnelStep => randomStep(random))
  const order = random.pick([
    ['ordered', 3],
    ['strict', 1],
    ['unordered', 1],
  ] as const)
  const first = random.between(5, 30)
  const length = random.between(0, 14)
  const day = (offset: number) => new Date(WORLD_START + offset * DAY_MS).toISOString().slice(0, 10)
  const view = random.pick([
    ['steps', 4],
    ['trends', 2],
    ['time_to_convert', 1],
  ] as const)
  const last = steps.length - 1
  const toStep = random.chance(0.5) ? last : random.between(1, steps.length)
  const by = random.pick([
    ['person', 7],
    ['group', 1],
    ['plan', 1],
    ['distinct_id', 1],
    ['event', 0.5],
  ] as const)
  const [properties, type] = BREAKDOWNS[random.between(0, BREAKDOWNS.length)] ?? BREAKDOWNS[0]
  const isBroken = random.chance(0.4)
  const byCohorts = isBroken && by === 'person' && random.chance(0.2)
  return {
    steps: withOptional(random, steps, order, view),
    exclusions: exclusions(random, steps, order, view),
    order,
    view,
    windowSeconds: random.pick([
      [3_600, 1],
      [86_400, 2],
      [3 * 86_400, 2],
      [14 * 86_400, 2],
    ]),
    fromStep: random.chance(0.6) ? 0 : random.between(0, toStep),
    toStep,
    binCount: random.chance(0.5) ? null : random.between(1, 8),
    from: day(first),
    to: day(first + length),
    interval: random.pick([
      ['day', 3],
      ['week', 1],
      ['month', 1],
    ] as const),
    properties: random.chance(0.3) ? randomGroup(random, 1) : { type: 'AND', values: [] },
    by,
    cohorts: byCohorts ? [0, 1 + random.between(0, 2)] : null,
    breakdown:
      isBroken && !byCohorts
        ? {
            properties,
            type,
            limit: random.pick([
              [25, 2],
              [1, 1],
              [2, 1],
            ]),
            attribution: random.pick([
              ['first_touch', 2],
              ['last_touch', 1],
              ['all_events', 1],
              ['step', 2],
            ] as const),
            step: order === 'unordered' ? 0 : random.between(0, steps.length),
          }
        : null,
  }
}

function randomStep(random: Random): FunnelStep {
  const action = random.chance(0.1) ? random.between(0, FUNNEL_ACTIONS.length) : null
  return {
    // any event would be one of those that set the world up, too
    event: action === null ? (EVENTS[random.between(0, EVENTS.length)] ?? 'view') : null,
    action,
    properties: random.chance(0.25) ? [randomFilter(random)] : [],
    first: random.pick([
      [null, 12],
      ['named', 1],
      ['matching', 1],
    ] as const),
    isOptional: false,
  }
}

/** Steps after the first may be optional; one that is followed by the same step may not. */
function withOptional(random: Random, steps: readonly FunnelStep[], order: string, view: string): FunnelStep[] {
  const isPossible = view === 'steps' && order !== 'unordered' && random.chance(0.2)
  return steps.map((step, index) => {
    const next = steps[index + 1]
    const isSame = next?.event === step.event && next?.action === step.action
    return { ...step, isOptional: isPossible && index > 0 && !isSame && random.chance(0.5) }
  })
}

/** A funnel that both strategies can answer: steps of persons that are different events. */
export function plainFunnel(random: Random): FunnelQuery {
  const query = randomFunnel(random)
  const events = random.chance(0.7) ? EVENTS : ['view', 'buy', 'click']
  const steps = events.slice(0, random.between(2, 4)).map(
    (event, index): FunnelStep => ({
      event,
      action: null,
      properties: index > 0 && random.chance(0.2) ? [randomFilter(random)] : [],
      first: null,
      isOptional: false,
    }),
  )
  const order = random.pick([
    ['ordered', 2],
    ['strict', 1],
    ['unordered', 1],
  ] as const)
  const toStep = random.between(1, steps.length)
  const filter = random.pick<Filter | null>([
    [null, 6],
    [{ key: 'plan', type: 'person', operator: 'exact', value: ['free', 'team'] }, 2],
    [{ key: 'id', type: 'cohort', operator: random.chance(0.5) ? 'in' : 'not_in', value: random.between(0, 3) }, 1],
  ])
  return {
    ...query,
    steps,
    exclusions: [],
    order,
    // trends of other orders are walked over alone
    view: order !== 'ordered' && query.view === 'trends' ? 'steps' : query.view,
    fromStep: random.between(0, toStep),
    toStep,
    properties: { type: 'AND', values: filter ? [filter] : [] },
    by: 'person',
    breakdown:
      query.breakdown?.type === 'person' && query.breakdown.attribution !== 'step'
        ? { ...query.breakdown, step: 0 }
        : null,
  }
}

/** An event that is none of the steps; trends with exclusions have rules of their own, which are tested by cases. */
function exclusions(random: Random, steps: readonly FunnelStep[], order: string, view: string) {
  const event = EVENTS.find((name) => !steps.some((step) => step.event === name))
  if (!event || steps.some(({ action }) => action !== null) || view === 'trends' || random.chance(0.5)) return []
  const last = steps.length - 1
  const from = order === 'unordered' ? 0 : random.between(0, last)
  return [{ event, from, to: order === 'unordered' ? last : random.between(from + 1, last + 1) }]
}
