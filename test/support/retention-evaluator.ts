/** RetentionQuery by brute force, in memory, without SQL: written from docs/retention.md. */
import { DateTime } from 'luxon'
import type { ActivityEvent, ActivityWorld } from './activity-world.ts'
import type { Owner } from './evaluated-world.ts'
import { isMember, propertyOf } from './filters-evaluator.ts'
import {
  type Asked,
  byActor,
  type Entity,
  isNamed,
  isOf,
  local,
  passes,
  type Slot,
  slotsOf,
  startOf,
  step,
} from './insight-evaluator.ts'

export interface RetentionQuery extends Asked {
  /** Without `date_from` the matrix is a square that ends with `to`. */
  readonly isSquare: boolean
  readonly type: 'retention_recurring' | 'retention_first_time' | 'retention_first_ever_occurrence'
  readonly target: Entity
  readonly returning: Entity
  readonly totalIntervals: number
  readonly cumulative: boolean
  readonly minimumOccurrences: number | null
  /** Periods of each actor's own, from the first start. */
  readonly rolling: boolean
  readonly brackets: readonly number[] | null
  readonly aggregation: {
    readonly type: 'sum' | 'avg'
    readonly property: string
    readonly owner: 'event' | 'person'
  } | null
  readonly by: 'person' | 'group'
  readonly breakdown: { readonly property: string; readonly type: Owner; readonly limit: number | null } | null
  /** In place of a breakdown: cohorts of the world; null is everybody. */
  readonly cohorts: readonly (number | null)[] | null
}

export interface RetentionRow {
  readonly value: string | null
  readonly date: string
  readonly counts: readonly number[]
  readonly sums: readonly number[] | null
}

/** What one actor did who started in a row: the columns and, where asked for, the sum of a property in each. */
interface Stay {
  readonly row: number
  readonly columns: ReadonlySet<number>
  readonly sums: ReadonlyMap<number, number>
}
interface Life {
  readonly actor: string | number
  readonly value: string | null
  readonly stays: readonly Stay[]
}

const OTHER = '$$_posthog_breakdown_other_$$'

/** Every value with all its rows, the largest first. */
export function evaluateRetention(world: ActivityWorld, query: RetentionQuery): RetentionRow[] {
  const slots = rangeOf(world, query)
  const values = Map.groupBy(livesOf(world, query, slots), ({ value }) => value)
  if (!query.breakdown && !query.cohorts) return matrix(query, slots, null, [values.get(null) ?? []])
  const size = (lives: readonly Life[]) => lives.reduce((sum, { stays }) => sum + stays.length, 0)
  const ranked = [...values]
    .filter(([, lives]) => size(lives) > 0)
    .sort((a, b) => size(b[1]) - size(a[1]) || ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1))
  const limit = query.breakdown?.limit ?? 25
  const rest = ranked.slice(limit).map(([, lives]) => lives)
  return [
    ...ranked.slice(0, limit).flatMap(([value, lives]) => matrix(query, slots, value, [lives])),
    ...(rest.length > 0 ? matrix(query, slots, OTHER, rest) : []),
  ]
}

/** The actors who started in a row, and the columns they are counted in. */
export function retainedActors(world: ActivityWorld, query: RetentionQuery, row: number, value: string | null) {
  return livesOf(world, query, rangeOf(world, query))
    .filter((life) => life.value === value)
    .flatMap(({ actor, stays }) =>
      stays
        .filter((stay) => stay.row === row)
        .map(({ columns }): [string | number, number[]] => [actor, [...columns].sort((a, b) => a - b)]),
    )
}

function rangeOf(world: ActivityWorld, { interval, from, to, isSquare, totalIntervals }: RetentionQuery): Slot[] {
  const last = startOf(world, interval, local(world, to))
  const first = isSquare ? step(interval, last, 1 - totalIntervals) : local(world, from)
  // where a clock moves by half an hour, the last hour from the first one on is cut by the end
  const end = step(interval, last, 1)
  const slots = slotsOf(world, interval, first, end.minus({ milliseconds: 1 }))
  return slots.map((slot) => ({ ...slot, to: Math.min(slot.to, end.toMillis()) }))
}

const columnsOf = ({ brackets, totalIntervals }: RetentionQuery): number =>
  brackets ? brackets.length + 1 : totalIntervals

/** Several lists of lives are added up: an actor of two values is counted twice. */
function matrix(query: RetentionQuery, slots: readonly Slot[], value: string | null, lists: readonly Life[][]) {
  const columns = Array.from({ length: columnsOf(query) }, (_, column) => column)
  return slots.map(({ start }, row): RetentionRow => {
    const started = lists.map((lives) => lives.flatMap(({ stays }) => stays.filter((stay) => stay.row === row)))
    const count = (stays: readonly Stay[], column: number) => stays.filter((stay) => stay.columns.has(column)).length
    const sumOf = (stays: readonly Stay[], column: number) => {
      const total = stays.reduce((sum, stay) => sum + (stay.sums.get(column) ?? 0), 0)
      return query.aggregation?.type === 'avg' ? total / Math.max(1, count(stays, column)) : total
    }
    const add = (of: (stays: readonly Stay[], column: number) => number) =>
      columns.map((column) => started.reduce((sum, stays) => sum + of(stays, column), 0))
    const sums = query.aggregation ? columns.map((column) => sumOf(started.flat(), column)) : null
    return { value, date: dateOf(start), counts: add(count), sums }
  })
}

const dateOf = (start: DateTime) => start.toISO({ suppressMilliseconds: true }) ?? ''

function livesOf(world: ActivityWorld, query: RetentionQuery, slots: readonly Slot[]): Life[] {
  const passing = world.events.filter((event) => passes(world, query, event))
  const actors = byActor(passing, (event) => (query.by === 'group' ? event.group : event.person))
  return [...actors].flatMap(([actor, events]) =>
    parts(world, query, events).map(({ value, own }) => ({ actor, value, stays: staysOf(world, query, slots, own) })),
  )
}

/** The events of an actor by value; of a first event ever only its own value counts. */
function parts(world: ActivityWorld, query: RetentionQuery, events: readonly ActivityEvent[]) {
  const { breakdown, cohorts } = query
  if (cohorts)
    return cohorts.map((cohort) => ({
      value: cohort === null ? '0' : String(world.cohorts[cohort]?.id),
      own: events.filter(({ person }) => cohort === null || isMember(world, person, cohort)),
    }))
  if (!breakdown) return [{ value: null, own: events }]
  const textOf = (event: ActivityEvent) =>
    breakdown.type === 'event_metadata'
      ? (event.group ?? '')
      : String(propertyOf(world, event, breakdown.property, breakdown.type) ?? '')
  if (query.type === 'retention_first_ever_occurrence') {
    const first = events.find((event) => isNamed(world, query.target, event))
    return first ? [{ value: textOf(first), own: events }] : []
  }
  return [...Map.groupBy(events, textOf)].map(([value, own]) => ({ value, own }))
}

/** The first event ever has several values where several came at once: no answer is the only one. */
export function isAmbiguous(world: ActivityWorld, query: RetentionQuery): boolean {
  if (!query.breakdown || query.type !== 'retention_first_ever_occurrence') return false
  const { property, type } = query.breakdown
  const passing = world.events.filter((event) => passes(world, query, event) && isNamed(world, query.target, event))
  const actors = byActor(passing, (event) => (query.by === 'group' ? event.group : event.person))
  const textOf = (event: ActivityEvent) =>
    type === 'event_metadata' ? event.group : propertyOf(world, event, property, type)
  return [...actors.values()].some((events) =>
    events.some((event) => event.at === events[0]?.at && textOf(event) !== textOf(events[0])),
  )
}

/** Where the actor started, and what came of it. `all`: the events of all time, in time. */
function staysOf(world: ActivityWorld, query: RetentionQuery, slots: readonly Slot[], all: readonly ActivityEvent[]) {
  const [from, to] = [slots[0]?.from ?? 0, slots.at(-1)?.to ?? 0]
  const events = all.filter(({ at }) => at >= from && at < to)
  const starts = events.filter((event) => isOf(world, query.target, event))
  const returns = events.filter((event) => isOf(world, query.returning, event))
  const anchor = anchorOf(world, query, all, starts)
  if (anchor === null || anchor < from || anchor >= to) return []
  if (query.rolling) return rolling(world, query, from, anchor, returns)
  const slotOf = (at: number) => slots.findIndex((slot) => at >= slot.from && at < slot.to)
  const first = slotOf(anchor)
  const rows = query.type === 'retention_recurring' ? [...new Set(starts.map(({ at }) => slotOf(at)))] : [first]
  if (query.aggregation) return rows.map((row) => aggregated(world, query, row, slotOf, starts, returns))
  const minimum = query.minimumOccurrences ?? 1
  const returned = [...Map.groupBy(returns, ({ at }) => slotOf(at))].flatMap(([slot, list]) =>
    list.length >= minimum ? [slot] : [],
  )
  return rows.map((row): Stay => {
    const columns = returned.flatMap((slot) =>
      query.brackets ? bracketOf(query.brackets, slot - first) : [slot - row].filter((gap) => gap > 0),
    )
    return { row, columns: counted(query, columns), sums: new Map() }
  })
}

/** Column 0, and those of the matrix; where they are cumulative, all up to the last. */
function counted(query: RetentionQuery, columns: readonly number[]): Set<number> {
  const within = [0, ...columns.filter((column) => column < columnsOf(query))]
  return query.cumulative
    ? new Set(Array.from({ length: Math.max(...within) + 1 }, (_, column) => column))
    : new Set(within)
}

function bracketOf(brackets: readonly number[], gap: number): number[] {
  let end = 0
  for (const [index, width] of brackets.entries()) {
    if (gap > end && gap <= end + width) return [index + 1]
    end += width
  }
  return []
}

function anchorOf(
  world: ActivityWorld,
  { type, target }: RetentionQuery,
  all: readonly ActivityEvent[],
  starts: readonly ActivityEvent[],
): number | null {
  if (type === 'retention_recurring') return starts[0]?.at ?? null
  const matching = all.find((event) => isOf(world, target, event))?.at ?? null
  if (type === 'retention_first_time') return matching
  const named = all.find((event) => isNamed(world, target, event))?.at ?? null
  return named === matching ? matching : null
}

const HOUR_MS = 3_600_000
/** Started hours, which the zone's offset of 1970 places (docs/retention.md 3), or days of the calendar. */
const PERIODS = { hour: ['hours', 1], day: ['hours', 24], week: ['days', 7], month: ['days', 30] } as const

/** Whole periods: of the range until the anchor, and of the anchor until a return. */
function rolling(
  { timezone }: ActivityWorld,
  { interval, ...query }: RetentionQuery,
  from: number,
  anchor: number,
  returns: readonly ActivityEvent[],
): Stay[] {
  const [unit, size] = PERIODS[interval]
  const offset = DateTime.fromMillis(0, { zone: timezone }).offset * 60_000
  const passed = (at: number) =>
    unit === 'hours'
      ? Math.floor((at - offset) / HOUR_MS)
      : Date.parse(DateTime.fromMillis(at, { zone: timezone }).toFormat('yyyy-MM-dd')) / (24 * HOUR_MS)
  const periods = (a: number, b: number) => Math.floor((passed(b) - passed(a)) / size)
  const columns = returns.filter(({ at }) => at >= anchor).map(({ at }) => periods(anchor, at))
  return [{ row: periods(from, anchor), columns: counted({ interval, ...query }, columns), sums: new Map() }]
}

/** The sums of a property in column 0, of the starts, and in the columns after, of the returns. */
function aggregated(
  world: ActivityWorld,
  query: RetentionQuery,
  row: number,
  slotOf: (at: number) => number,
  starts: readonly ActivityEvent[],
  returns: readonly ActivityEvent[],
): Stay {
  const sums = new Map<number, number>()
  const add = (column: number, event: ActivityEvent) => {
    const { property, owner } = query.aggregation ?? { property: '', owner: 'event' }
    const value = propertyOf(world, event, property, owner)
    sums.set(column, (sums.get(column) ?? 0) + (typeof value === 'number' ? value : 0))
  }
  const own = starts.filter(({ at }) => slotOf(at) === row)
  for (const event of own) add(0, event)
  const { target, returning } = query
  const isOther = target.event !== returning.event || target.action !== returning.action
  // one event counts once in a column
  for (const event of returns.filter((event) => !own.includes(event))) {
    const column = slotOf(event.at) - row
    const isLater = event.at > (own[0]?.at ?? 0)
    if (column > 0 || (column === 0 && isOther && isLater)) if (column < columnsOf(query)) add(column, event)
  }
  return { row, columns: new Set([0, ...sums.keys()]), sums }
}
