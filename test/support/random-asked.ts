/** What every query over activity worlds has, at random, and as it is on the wire. */
import type { Random } from '../../local/demo/random.ts'
import { ACTIVE_DAYS, ACTIVE_FROM } from './activity-world.ts'
import { withIds } from './build-world.ts'
import type { Made } from './funnel-node.ts'
import { FUNNEL_ACTIONS } from './funnels-ways.ts'
import type { Asked, Entity, Interval } from './insight-evaluator.ts'
import { randomFilter, randomGroup } from './random-trends.ts'

const DAY_MS = 86_400_000
const NAMES = ['view', 'click', 'buy', '$pageview']
/** The most days of a range. */
const LENGTHS = { hour: 4, day: 30, week: 49, month: 80 }

const dayOf = (offset: number): string => new Date(ACTIVE_FROM + offset * DAY_MS).toISOString().slice(0, 10)

export function randomAsked(random: Random): Asked {
  const interval: Interval = random.pick([
    ['day', 5],
    ['week', 2],
    ['month', 1],
    ['hour', 1],
  ])
  const length = random.between(random.chance(0.2) ? 0 : Math.floor(LENGTHS[interval] / 2), LENGTHS[interval])
  const first = random.between(interval === 'month' ? -30 : 0, Math.max(1, ACTIVE_DAYS - Math.floor(length / 2)))
  return {
    interval,
    from: dayOf(first),
    to: dayOf(first + length),
    properties: random.chance(0.3) ? randomGroup(random, 1) : { type: 'AND', values: [] },
    filterTestAccounts: random.chance(0.2),
  }
}

export function randomEntity(random: Random): Entity {
  const isAction = random.chance(0.15)
  return {
    event: isAction || random.chance(0.3) ? null : (NAMES[random.between(0, NAMES.length)] ?? null),
    action: isAction ? random.between(0, FUNNEL_ACTIONS.length) : null,
    properties: random.chance(0.25) ? [randomFilter(random)] : [],
  }
}

export const seriesNode = ({ event, action, properties }: Entity, { cohorts, actions }: Made) => ({
  ...(action === null ? { kind: 'EventsNode', event } : { kind: 'ActionsNode', id: actions[action] }),
  properties: properties.map((filter) => withIds(filter, cohorts)),
})

/** Keys that every query has. */
export const askedKeys = ({ from, to, properties, filterTestAccounts }: Asked, { cohorts }: Made) => ({
  dateRange: { date_from: from, date_to: to },
  properties: withIds(properties, cohorts),
  filterTestAccounts,
})
