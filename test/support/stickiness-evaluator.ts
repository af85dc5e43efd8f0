/** StickinessQuery by brute force, in memory, without SQL: written from docs/stickiness.md. */
import { DateTime } from 'luxon'
import type { ActivityEvent, ActivityWorld } from './activity-world.ts'
import { type Asked, byActor, type Entity, endOf, isOf, local, passes, slotsOf } from './insight-evaluator.ts'

export interface StickinessQuery extends Asked {
  readonly series: readonly (Entity & {
    readonly by: 'person' | 'group' | 'plan' | 'event' | 'distinct_id'
    /** Maths that count nothing else than persons. */
    readonly math: string | null
  })[]
  readonly intervalCount: number | null
  readonly criteria: { readonly operator: 'gte' | 'lte' | 'exact'; readonly value: number } | null
  readonly cumulative: boolean
  /** `to` as on the wire; null: the range before. */
  readonly compare: { readonly to: string | null } | null
}

export interface StickinessItem {
  readonly label: string | null
  readonly count: number
  readonly data: readonly number[]
  readonly days: readonly number[]
}

/** Series by series, of each the current and then the previous period. */
export function evaluateStickiness(world: ActivityWorld, query: StickinessQuery): StickinessItem[] {
  return query.series.flatMap((_, index) =>
    (query.compare ? ['current', 'previous'] : [null]).map((label) => {
      const { active, length } = activity(world, query, index, label === 'previous')
      const times = (n: number) => [...active.values()].filter((count) => count === n).length
      const days = Array.from({ length }, (_, day) => day + 1)
      const exact = days.map(times)
      const data = query.cumulative ? exact.map((_, day) => sum(exact.slice(day))) : exact
      return { label, count: sum(exact), data, days }
    }),
  )
}

/** The actors of a series who were active in so many intervals. */
export function stickyActors(
  world: ActivityWorld,
  query: StickinessQuery,
  { series, day, operator, previous }: { series: number; day: number; operator: string; previous: boolean },
): (string | number)[] {
  const fits = (count: number) =>
    operator === 'gte' ? count >= day : operator === 'lte' ? count <= day : count === day
  const { active } = activity(world, query, series, previous)
  return [...active].filter(([, count]) => fits(count)).map(([actor]) => actor)
}

/** In how many intervals each actor was active, and how many there are. */
function activity(world: ActivityWorld, query: StickinessQuery, index: number, isPrevious: boolean) {
  const period = isPrevious ? previous(query) : query
  const series = period.series[index] as StickinessQuery['series'][number]
  const from = local(world, period.from)
  const end = endOf(world, period).toMillis()
  const slots = slotsOf(world, period.interval, from, local(world, period.to))
  const size = period.intervalCount ?? 1
  const length = Math.ceil(slots.length / size)
  const chunkOf = (at: number) => {
    const slot = slots.findIndex((one) => at >= one.from && at < one.to)
    return Math.floor((slots.length - 1 - slot) / size)
  }
  const events = world.events.filter(
    (event) =>
      event.at >= from.toMillis() && event.at < end && passes(world, period, event) && isOf(world, series, event),
  )
  const active = new Map<string | number, number>()
  for (const [actor, own] of byActor(events, (event) => actorOf(series.by, event))) {
    const counts = Array.from({ length }, () => 0)
    for (const { at } of own) counts[chunkOf(at)] = (counts[chunkOf(at)] ?? 0) + 1
    const days = counts.filter((count) => count > 0 && isEnough(period, count)).length
    if (days > 0) active.set(actor, days)
  }
  return { active, length }
}

function isEnough({ criteria }: StickinessQuery, count: number): boolean {
  if (!criteria) return true
  const { operator, value } = criteria
  return operator === 'gte' ? count >= value : operator === 'lte' ? count <= value : count === value
}

function actorOf(by: StickinessQuery['series'][number]['by'], event: ActivityEvent): string | number | null {
  if (by === 'group') return event.group
  if (by === 'event') return event.event
  if (by === 'distinct_id') return event.distinctId
  if (by === 'plan') return typeof event.properties.plan === 'string' ? event.properties.plan : null
  return event.person
}

/** The range of as many days before, or as far back as is asked for. */
function previous(query: StickinessQuery): StickinessQuery {
  const day = (text: string) => DateTime.fromISO(text, { zone: 'utc' })
  const length = day(query.to).diff(day(query.from), 'days').days
  const back = query.compare?.to === '-1w' ? 7 : query.compare?.to === '-2d' ? 2 : length + 1
  const moved = (text: string) => day(text).minus({ days: back }).toISODate() ?? ''
  return { ...query, from: moved(query.from), to: moved(query.to) }
}

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)
