/**
 * FunnelsQuery by brute force, in memory, without SQL: written from the declarative rules of docs/funnels.md, to be
 * compared with the answer. Knows what `random-funnels.ts` generates.
 */
import { DateTime } from 'luxon'
import type { World, WorldEvent } from './evaluated-world.ts'
import { holds, isMember, propertyOf } from './filters-evaluator.ts'
import {
  FUNNEL_ACTIONS,
  type FunnelQuery,
  type FunnelStep,
  leaving,
  type Seen,
  type Serves,
  unordered,
  type Way,
  walk,
} from './funnels-ways.ts'

export interface StepRow {
  readonly value: string | null
  readonly counts: readonly number[]
  readonly average: readonly (number | null)[]
  readonly median: readonly (number | null)[]
}

/** Rows of steps, best first. */
export function evaluateSteps(world: World, query: FunnelQuery): StepRow[] {
  const ways = waysByValue(world, query)
  const rows = [...ways].map(([value, list]) => row(query, value, list)).filter(({ counts }) => (counts[0] ?? 0) > 0)
  const order = (a: StepRow, b: StepRow) => {
    for (let step = query.steps.length - 1; step >= 0; step--) {
      const difference = (b.counts[step] ?? 0) - (a.counts[step] ?? 0)
      if (difference !== 0) return difference
    }
    return (a.value ?? '') < (b.value ?? '') ? -1 : 1
  }
  const sorted = rows.sort(order)
  const limit = query.breakdown?.limit
  if (limit === undefined || sorted.length <= limit) return sorted
  const rest = sorted.slice(limit).flatMap(({ value }) => ways.get(value) ?? [])
  const isList = (query.breakdown?.properties.length ?? 0) > 1
  return [...sorted.slice(0, limit), row(query, isList ? '["Other"]' : 'Other', rest)]
}

function row(query: FunnelQuery, value: string | null, ways: readonly (Way | undefined)[]): StepRow {
  const known = ways.flatMap((way) => way ?? [])
  const differences = (step: number) =>
    known.flatMap(({ times: list }) => {
      const seconds = ((list[step] ?? 0) - (list[step - 1] ?? 0)) / 1_000
      return list.length > step && seconds > 0 ? [seconds] : []
    })
  return {
    value,
    counts: query.steps.map((_, step) => known.filter(({ done }) => done.includes(step)).length),
    average: query.steps.map((_, step) => (step === 0 ? null : mean(differences(step)))),
    median: query.steps.map((_, step) => (step === 0 ? null : middle(differences(step)))),
  }
}

const mean = (list: readonly number[]) => (list.length === 0 ? null : list.reduce((a, b) => a + b, 0) / list.length)
function middle(list: readonly number[]): number | null {
  if (list.length === 0) return null
  const sorted = [...list].sort((a, b) => a - b)
  const half = (sorted.length - 1) / 2
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2
}

/** `[[second, people], ...]` and the mean; null where nobody converted. */
export function evaluateTimes(world: World, query: FunnelQuery) {
  const ways = waysByValue(world, { ...query, breakdown: null, cohorts: null }).get(null) ?? []
  const samples = ways.flatMap((way) =>
    way && way.times.length > query.toStep
      ? [((way.times[query.toStep] ?? 0) - (way.times[query.fromStep] ?? 0)) / 1_000]
      : [],
  )
  if (samples.length === 0) return null
  const low = Math.floor(Math.min(...samples))
  const high = Math.ceil(Math.max(...samples))
  const bins = query.binCount ?? Math.min(Math.max(Math.ceil(Math.cbrt(samples.length)), 1), 60)
  const width = Math.ceil((high - low) / bins) || 60
  return {
    bins: Array.from({ length: bins + 1 }, (_, index) => [
      low + index * width,
      samples.filter((seconds) => Math.floor((seconds - low) / width) === index).length,
    ]),
    average: mean(samples),
  }
}

/** One curve for each value, in the order of the values. */
export function evaluateTrends(world: World, query: FunnelQuery) {
  const buckets = bucketsOf(world, query)
  const bucketOf = (at: number) => buckets.findLastIndex((start) => start <= at)
  const curves = new Map<string | null, { entered: number[]; converted: number[] }>()
  const empty = () => ({ entered: buckets.map(() => 0), converted: buckets.map(() => 0) })
  if (!query.breakdown && !query.cohorts) curves.set(null, empty())
  forEachTry(world, query, (events, value, servesStep) => {
    const starts = query.order === 'unordered' ? events : events.filter(({ steps }) => steps.includes(0))
    const outcomes = new Map<number, number>()
    if (query.order === 'unordered') {
      for (const [at, covered] of leaving(query, events, servesStep))
        outcomes.set(bucketOf(at), Math.max(outcomes.get(bucketOf(at)) ?? 0, covered))
    } else {
      for (const bucket of new Set(starts.map(({ at }) => bucketOf(at)))) {
        const allowed = (seen: Seen, step: number) =>
          servesStep(seen, step) && (step > 0 || bucketOf(seen.at) === bucket)
        const way = walk({ ...query, steps: query.steps.slice(0, query.toStep + 1) }, events, allowed)
        if (way) outcomes.set(bucket, way.times.length)
      }
    }
    for (const [bucket, reached] of outcomes) {
      if (reached <= query.fromStep) continue
      const curve = curves.get(value) ?? empty()
      curve.entered[bucket] = (curve.entered[bucket] ?? 0) + 1
      if (reached > query.toStep) curve.converted[bucket] = (curve.converted[bucket] ?? 0) + 1
      curves.set(value, curve)
    }
  })
  const entries = ({ entered }: { entered: number[] }) => entered.reduce((a, b) => a + b, 0)
  const byText = (a: string | null, b: string | null) => ((a ?? '') < (b ?? '') ? -1 : 1)
  return [...curves]
    .sort((a, b) => entries(b[1]) - entries(a[1]) || byText(a[0], b[0]))
    .slice(0, query.breakdown?.limit ?? curves.size)
    .sort((a, b) => byText(a[0], b[0]))
    .map(([value, { entered, converted }]) => ({
      value,
      data: entered.map((count, bucket) =>
        count === 0 ? 0 : Math.round((10_000 * (converted[bucket] ?? 0)) / count) / 100,
      ),
    }))
}

function bucketsOf({ timezone, weekStartDay }: World, { from, to, interval }: FunnelQuery): number[] {
  const first = DateTime.fromISO(from, { zone: timezone })
  const end = DateTime.fromISO(to, { zone: timezone }).plus({ days: 1 }).startOf('day')
  const back = weekStartDay === 1 ? first.weekday - 1 : first.weekday % 7
  let start = interval === 'week' ? first.minus({ days: back }).startOf('day') : first.startOf(interval)
  const starts: number[] = []
  while (start < end) {
    starts.push(start.toMillis())
    start = start.plus({ [`${interval}s`]: 1 }).startOf('day')
  }
  return starts
}

function waysByValue(world: World, query: FunnelQuery): Map<string | null, (Way | undefined)[]> {
  const ways = new Map<string | null, (Way | undefined)[]>()
  forEachTry(world, query, (events, value, servesStep) => {
    const way = query.order === 'unordered' ? unordered(query, events, servesStep) : walk(query, events, servesStep)
    ways.set(value, [...(ways.get(value) ?? []), way])
  })
  return ways
}

type Try = (events: readonly Seen[], value: string | null, serves: Serves) => void

/** Every actor with every value it is tried with. */
function forEachTry(world: World, query: FunnelQuery, attempt: Try): void {
  const { breakdown } = query
  const always: Serves = () => true
  for (const [actor, events] of eventsByActor(world, query)) {
    if (query.cohorts) {
      for (const cohort of query.cohorts)
        if (isMember(world, Number(actor), cohort)) attempt(events, String(world.cohorts[cohort]?.id), always)
    } else if (!breakdown) attempt(events, null, always)
    else if (breakdown.attribution === 'all_events')
      for (const value of new Set(events.map((seen) => seen.value)))
        attempt(
          events.filter((seen) => seen.value === value),
          value,
          always,
        )
    else if (breakdown.attribution === 'step') {
      const isUnordered = query.order === 'unordered'
      const candidates = events.filter(({ steps }) => (isUnordered ? steps.length > 0 : steps.includes(breakdown.step)))
      for (const value of new Set(candidates.map((seen) => seen.value)))
        attempt(events, value, (seen, step) => step !== breakdown.step || seen.value === value)
    } else {
      const list = breakdown.attribution === 'last_touch' ? [...events].reverse() : events
      const isPlain = breakdown.type === 'group'
      attempt(events, (list.find(({ hasValue }) => isPlain || hasValue) ?? list[0])?.value ?? '', always)
    }
  }
}

/** The events of each actor in time, as the funnel sees them. */
export function eventsByActor(world: World, query: FunnelQuery): Map<number | string, Seen[]> {
  const from = DateTime.fromISO(query.from, { zone: world.timezone }).toMillis()
  const to = DateTime.fromISO(query.to, { zone: world.timezone }).plus({ days: 1 }).startOf('day').toMillis()
  const actors = new Map<number | string, Seen[]>()
  for (const event of [...world.events].sort((a, b) => a.at - b.at)) {
    if (event.at < from || event.at >= to || !holds(world, event, query.properties)) continue
    const steps = query.steps.flatMap((step, index) => (isOf(world, event, step, to) ? [index] : []))
    const spoils = query.exclusions
      .filter((exclusion) => exclusion.event === event.event)
      .flatMap(({ from: f, to: t }) => Array.from({ length: t - f }, (_, index) => f + 1 + index))
    if (query.order !== 'strict' && steps.length === 0 && spoils.length === 0) continue
    const actor = actorOf(world, event, query)
    if (actor === null) continue
    const { properties = [], type = 'event' } = query.breakdown ?? {}
    const texts = properties.map((key) => String(propertyOf(world, event, key, type) ?? ''))
    const value = texts.length > 1 ? JSON.stringify(texts) : (texts[0] ?? '')
    const seen = { at: event.at, steps, spoils, value, hasValue: texts.some((text) => text !== ''), event }
    actors.set(actor, [...(actors.get(actor) ?? []), seen])
  }
  return actors
}

function actorOf(world: World, event: WorldEvent, { by }: FunnelQuery): number | string | null {
  if (by === 'distinct_id') return event.distinctId
  if (by === 'event') return event.event
  if (by === 'plan') return String(propertyOf(world, event, 'plan', 'event') ?? '') || null
  return by === 'group' ? event.group : event.person
}

/** Is the event one of the step? First events are those of a person before `to`. */
function isOf(world: World, event: WorldEvent, step: FunnelStep, to: number): boolean {
  const isNamed = (of: WorldEvent) =>
    step.action === null
      ? step.event === null || step.event === of.event
      : (FUNNEL_ACTIONS[step.action] ?? []).some(
          ({ event: name, properties }) => name === of.event && properties.every((filter) => holds(world, of, filter)),
        )
  const isMatch = (of: WorldEvent) => isNamed(of) && step.properties.every((filter) => holds(world, of, filter))
  if (!isMatch(event)) return false
  if (!step.first) return true
  const counts = step.first === 'named' ? isNamed : isMatch
  const own = world.events.filter((of) => of.person === event.person && of.at < to && counts(of))
  return Math.min(...own.map(({ at }) => at)) === event.at
}
