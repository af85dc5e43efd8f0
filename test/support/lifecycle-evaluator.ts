/** LifecycleQuery by brute force, in memory, without SQL: written from docs/lifecycle.md. */
import type { ActivityEvent, ActivityWorld } from './activity-world.ts'
import { type Asked, byActor, type Entity, isOf, local, passes, type Slot, slotsOf, step } from './insight-evaluator.ts'

export interface LifecycleQuery extends Asked {
  /** The filters of all of them count. */
  readonly series: readonly Entity[]
  readonly by: 'person' | 'group'
}

export const STATUSES = ['new', 'returning', 'resurrecting', 'dormant'] as const
export type Status = (typeof STATUSES)[number]

/** The numbers of each status, dormant below zero. */
export function evaluateLifecycle(world: ActivityWorld, query: LifecycleQuery): { status: Status; data: number[] }[] {
  const { lives, shown } = livesOf(world, query)
  return STATUSES.map((status) => ({
    status,
    data: shown.map((slot) => {
      const count = [...lives.values()].filter((life) => life.get(slot.from)?.includes(status)).length
      return status === 'dormant' ? 0 - count : count
    }),
  }))
}

/** The actors of a status in one of the intervals shown. */
export function livingActors(world: ActivityWorld, query: LifecycleQuery, at: number, status: Status) {
  const { lives, shown } = livesOf(world, query)
  return [...lives].filter(([, life]) => life.get(shown[at]?.from ?? 0)?.includes(status)).map(([actor]) => actor)
}

/** The statuses of every actor by the start of the interval. */
function livesOf(world: ActivityWorld, query: LifecycleQuery) {
  const first = local(world, query.from)
  const shown = slotsOf(world, query.interval, first, local(world, query.to))
  const [head] = shown
  if (!head) throw new Error('a range has an interval')
  const before = step(query.interval, head.start, -1)
  const wide: Slot[] = [{ start: before, from: before.toMillis(), to: head.from }, ...shown]
  const events = world.events.filter(
    (event) =>
      event.properties.$process_person_profile !== false &&
      passes(world, query, event) &&
      query.series.every((series) => isOf(world, series, event)),
  )
  const lives = new Map<string | number, Map<number, Status[]>>()
  for (const [actor, own] of byActor(events, (event) => (query.by === 'group' ? event.group : event.person))) {
    const createdAt = query.by === 'group' ? world.groupsCreated[actor] : world.created[Number(actor)]
    lives.set(actor, lifeOf(wide, own, createdAt ?? null))
  }
  return { lives, shown }
}

function lifeOf(wide: readonly Slot[], events: readonly ActivityEvent[], createdAt: number | null) {
  const active = wide.map(({ from, to }) => events.some(({ at }) => at >= from && at < to))
  const firstActive = active.indexOf(true)
  const life = new Map<number, Status[]>()
  wide.forEach((slot, index) => {
    if (index === 0) return
    const wasActive = active[index - 1] ?? false
    if (!active[index]) {
      life.set(slot.from, wasActive ? ['dormant'] : [])
      return
    }
    const isCreated = createdAt !== null && createdAt >= slot.from && createdAt < slot.to
    life.set(slot.from, [index === firstActive && isCreated ? 'new' : wasActive ? 'returning' : 'resurrecting'])
  })
  return life
}
