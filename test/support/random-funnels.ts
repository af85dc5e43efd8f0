/** FunnelsQuery nodes at random over the worlds of `random-trends.ts`, the same for the same seed. */
import type { Random } from '../../local/demo/random.ts'
import type { FunnelQuery, FunnelStep } from './funnels-evaluator.ts'
import { randomFilter, randomGroup, WORLD_START } from './random-trends.ts'

const DAY_MS = 86_400_000
const EVENTS = ['view', 'click', 'buy']
const BREAKDOWNS = [
  ['plan', 'event'],
  ['amount', 'event'],
  ['plan', 'person'],
  ['tier', 'group'],
] as const

export function randomFunnel(random: Random): FunnelQuery {
  const steps = Array.from(
    { length: random.between(2, 5) },
    (): FunnelStep => ({
      // any event would be one of those that set the world up, too
      event: EVENTS[random.between(0, EVENTS.length)] ?? 'view',
      properties: random.chance(0.25) ? [randomFilter(random)] : [],
    }),
  )
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
  const byGroup = random.chance(0.15)
  const [property, type] = BREAKDOWNS[random.between(0, BREAKDOWNS.length)] ?? BREAKDOWNS[0]
  const isBroken = random.chance(0.4)
  const byCohorts = isBroken && !byGroup && random.chance(0.2)
  return {
    steps,
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
    byGroup,
    cohorts: byCohorts ? [0, 1 + random.between(0, 2)] : null,
    breakdown:
      isBroken && !byCohorts
        ? {
            property,
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

/** An event that is none of the steps; trends with exclusions have rules of their own, which are tested by cases. */
function exclusions(random: Random, steps: readonly FunnelStep[], order: string, view: string) {
  const event = EVENTS.find((name) => !steps.some((step) => step.event === name))
  if (!event || view === 'trends' || random.chance(0.5)) return []
  const last = steps.length - 1
  const from = order === 'unordered' ? 0 : random.between(0, last)
  return [{ event, from, to: order === 'unordered' ? last : random.between(from + 1, last + 1) }]
}
