/** What the evaluators of activity share: entities, filters, actors and intervals, by plain loops. */
import { DateTime } from 'luxon'
import type { ActivityEvent, ActivityWorld } from './activity-world.ts'
import type { Filter, FilterGroup, WorldEvent } from './evaluated-world.ts'
import { holds } from './filters-evaluator.ts'
import { FUNNEL_ACTIONS } from './funnels-ways.ts'

export interface Entity {
  readonly event: string | null
  /** In place of an event: one of `FUNNEL_ACTIONS`. */
  readonly action: number | null
  readonly properties: readonly Filter[]
}
export type Interval = 'hour' | 'day' | 'week' | 'month'

/** What every query has. Dates are local days; hours of an absolute end are one instant. */
export interface Asked {
  readonly interval: Interval
  readonly from: string
  readonly to: string
  readonly properties: FilterGroup
  readonly filterTestAccounts: boolean
}

/** Is it one of the entity, its filters left aside? */
export const isNamed = (world: ActivityWorld, { event, action }: Entity, of: WorldEvent): boolean =>
  action === null
    ? event === null || event === of.event
    : (FUNNEL_ACTIONS[action] ?? []).some(
        ({ event: name, properties }) => name === of.event && properties.every((filter) => holds(world, of, filter)),
      )

export const isOf = (world: ActivityWorld, entity: Entity, of: WorldEvent): boolean =>
  isNamed(world, entity, of) && entity.properties.every((filter) => holds(world, of, filter))

/** Does it pass the filters of the query and, if asked for, those of test accounts? */
export const passes = (world: ActivityWorld, { properties, filterTestAccounts }: Asked, event: WorldEvent): boolean =>
  holds(world, event, properties) &&
  (!filterTestAccounts || world.testAccounts.every((filter) => holds(world, event, filter)))

/** The events of each actor, in time; who has no actor is left out. */
export function byActor<T>(
  events: readonly ActivityEvent[],
  actorOf: (event: ActivityEvent) => T | null,
): Map<T, ActivityEvent[]> {
  const actors = new Map<T, ActivityEvent[]>()
  for (const event of [...events].sort((a, b) => a.at - b.at || (a.uuid < b.uuid ? -1 : 1))) {
    const actor = actorOf(event)
    if (actor === null) continue
    actors.set(actor, [...(actors.get(actor) ?? []), event])
  }
  return actors
}

/** Half-open, in milliseconds. */
export interface Slot {
  readonly start: DateTime
  readonly from: number
  readonly to: number
}

/** Whole intervals, from that of the first to that of the last instant. */
export function slotsOf(world: ActivityWorld, interval: Interval, first: DateTime, last: DateTime): Slot[] {
  const slots: Slot[] = []
  let start = startOf(world, interval, first)
  while (start <= last) {
    const next = step(interval, start, 1)
    slots.push({ start, from: start.toMillis(), to: next.toMillis() })
    start = next
  }
  return slots
}

export function startOf({ weekStartDay }: ActivityWorld, interval: Interval, at: DateTime): DateTime {
  if (interval !== 'week') return at.startOf(interval)
  const back = weekStartDay === 1 ? at.weekday - 1 : at.weekday % 7
  return at.startOf('day').minus({ days: back }).startOf('day')
}

/** Hours pass; days, weeks and months are those of the calendar. */
export const step = (interval: Interval, start: DateTime, count: number): DateTime => {
  const next = start.plus({ [`${interval}s`]: count })
  return interval === 'hour' ? next : next.startOf('day')
}

export const local = ({ timezone }: ActivityWorld, text: string): DateTime => {
  const at = DateTime.fromISO(text, { zone: timezone })
  return text.includes('T') ? at : at.startOf('day')
}

/** The first instant after the range: hours end with the second of an absolute date, others with its day. */
export const endOf = (world: ActivityWorld, { interval, to }: Asked): DateTime =>
  interval === 'hour'
    ? local(world, to).plus({ seconds: 1 }).startOf('second')
    : local(world, to).startOf('day').plus({ days: 1 }).startOf('day')
