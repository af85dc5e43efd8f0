/**
 * FunnelsQuery by brute force, in memory, without SQL: written from the declarative rules of contract/funnels.md, to be
 * compared with the answer. Knows what `random-funnels.ts` generates.
 */
import { DateTime } from 'luxon'
import { holds, isMember, propertyOf } from './filters-evaluator.ts'
import type { Filter, FilterGroup, Owner, World, WorldEvent } from './trends-evaluator.ts'

export interface FunnelStep {
  readonly event: string | null
  readonly properties: readonly Filter[]
}
export interface FunnelQuery {
  readonly steps: readonly FunnelStep[]
  readonly exclusions: readonly { readonly event: string; readonly from: number; readonly to: number }[]
  readonly order: 'ordered' | 'strict' | 'unordered'
  readonly view: 'steps' | 'trends' | 'time_to_convert'
  readonly windowSeconds: number
  readonly fromStep: number
  readonly toStep: number
  readonly binCount: number | null
  readonly from: string
  readonly to: string
  readonly interval: 'day' | 'week' | 'month'
  readonly properties: FilterGroup
  readonly byGroup: boolean
  readonly breakdown: {
    readonly property: string
    readonly type: Owner
    readonly limit: number
    readonly attribution: 'first_touch' | 'last_touch' | 'all_events' | 'step'
    readonly step: number
  } | null
  readonly cohorts: readonly number[] | null
}

/** An event as a funnel sees it. */
interface Seen {
  readonly at: number
  readonly steps: readonly number[]
  /** Steps that it spoils the way to. */
  readonly spoils: readonly number[]
  readonly value: string
  readonly event: WorldEvent
}

/** How far somebody got: times of the steps done, in milliseconds; null: not in the funnel. */
type Way = { readonly times: readonly number[]; readonly actor: number | string } | null

export interface StepRow {
  readonly value: string | null
  readonly counts: readonly number[]
  readonly average: readonly (number | null)[]
  readonly median: readonly (number | null)[]
}

const NOBODY: Way = null

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
  return [...sorted.slice(0, limit), row(query, 'Other', rest)]
}

function row(query: FunnelQuery, value: string | null, ways: readonly Way[]): StepRow {
  const times = ways.flatMap((way) => (way ? [way.times] : []))
  const differences = (step: number) =>
    times.flatMap((list) => {
      const seconds = ((list[step] ?? 0) - (list[step - 1] ?? 0)) / 1_000
      return list.length > step && seconds > 0 ? [seconds] : []
    })
  return {
    value,
    counts: query.steps.map((_, step) => times.filter((list) => list.length > step).length),
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
        if (way) outcomes.set(bucket, way.length)
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

function waysByValue(world: World, query: FunnelQuery): Map<string | null, Way[]> {
  const ways = new Map<string | null, Way[]>()
  forEachTry(world, query, (events, value, servesStep, actor) => {
    const times = query.order === 'unordered' ? unordered(query, events, servesStep) : walk(query, events, servesStep)
    const way = times ? { times, actor } : NOBODY
    ways.set(value, [...(ways.get(value) ?? []), way])
  })
  return ways
}

type Serves = (seen: Seen, step: number) => boolean
type Try = (events: readonly Seen[], value: string | null, serves: Serves, actor: number | string) => void

/** Every actor with every value it is tried with. */
function forEachTry(world: World, query: FunnelQuery, attempt: Try): void {
  const { breakdown } = query
  const always: Serves = () => true
  for (const [actor, events] of eventsByActor(world, query)) {
    if (query.cohorts) {
      for (const cohort of query.cohorts)
        if (isMember(world, Number(actor), cohort)) attempt(events, String(world.cohorts[cohort]?.id), always, actor)
    } else if (!breakdown) attempt(events, null, always, actor)
    else if (breakdown.attribution === 'all_events')
      for (const value of new Set(events.map((seen) => seen.value)))
        attempt(
          events.filter((seen) => seen.value === value),
          value,
          always,
          actor,
        )
    else if (breakdown.attribution === 'step') {
      const isUnordered = query.order === 'unordered'
      const candidates = events.filter(({ steps }) => (isUnordered ? steps.length > 0 : steps.includes(breakdown.step)))
      for (const value of new Set(candidates.map((seen) => seen.value)))
        attempt(events, value, (seen, step) => step !== breakdown.step || seen.value === value, actor)
    } else {
      const list = breakdown.attribution === 'last_touch' ? [...events].reverse() : events
      const isPlain = breakdown.type === 'group'
      attempt(events, (list.find(({ value }) => isPlain || value !== '') ?? list[0])?.value ?? '', always, actor)
    }
  }
}

function eventsByActor(world: World, query: FunnelQuery): Map<number | string, Seen[]> {
  const from = DateTime.fromISO(query.from, { zone: world.timezone }).toMillis()
  const to = DateTime.fromISO(query.to, { zone: world.timezone }).plus({ days: 1 }).startOf('day').toMillis()
  const actors = new Map<number | string, Seen[]>()
  for (const event of [...world.events].sort((a, b) => a.at - b.at)) {
    if (event.at < from || event.at >= to || !holds(world, event, query.properties)) continue
    const matches = (step: FunnelStep) =>
      (step.event === null || step.event === event.event) &&
      step.properties.every((filter) => holds(world, event, filter))
    const steps = query.steps.flatMap((step, index) => (matches(step) ? [index] : []))
    const spoils = query.exclusions
      .filter((exclusion) => exclusion.event === event.event)
      .flatMap(({ from: f, to: t }) => Array.from({ length: t - f }, (_, index) => f + 1 + index))
    if (query.order !== 'strict' && steps.length === 0 && spoils.length === 0) continue
    const actor = query.byGroup ? event.group : event.person
    if (actor === null) continue
    const value = query.breakdown ? propertyOf(world, event, query.breakdown.property, query.breakdown.type) : null
    const seen = { at: event.at, steps, spoils, value: value === null ? '' : String(value), event }
    actors.set(actor, [...(actors.get(actor) ?? []), seen])
  }
  return actors
}

/**
 * The way of one actor; undefined for nobody. Without exclusions all chains are tried: the longest, of those the one that
 * ends first, of those the one that starts last, then the earliest in between. With exclusions, and strictly, attempts are
 * followed: an event that is of a step leaves the attempt there alone, also where it cannot serve.
 */
function walk(query: FunnelQuery, events: readonly Seen[], serves: Serves): number[] | undefined {
  return query.exclusions.length > 0 || query.order === 'strict'
    ? followed(query, events, serves)
    : bestChain(query, events, serves)
}

function bestChain(query: FunnelQuery, events: readonly Seen[], serves: Serves): number[] | undefined {
  const window = query.windowSeconds * 1_000
  let best: number[] | undefined
  const better = (chain: readonly number[]) => {
    if (!best || chain.length !== best.length) return !best || chain.length > best.length
    const [end, bestEnd] = [chain.at(-1) ?? 0, best.at(-1) ?? 0]
    if (end !== bestEnd) return end < bestEnd
    if (chain[0] !== best[0]) return (chain[0] ?? 0) > (best[0] ?? 0)
    const at = chain.findIndex((time, index) => time !== best?.[index])
    return at >= 0 && (chain[at] ?? 0) < (best[at] ?? 0)
  }
  const extend = (chain: readonly number[], last: number): void => {
    if (chain.length > 0 && better(chain)) best = [...chain]
    const step = chain.length
    if (step === query.steps.length) return
    for (let index = last + 1; index < events.length; index++) {
      const seen = events[index]
      if (!seen) continue
      if (chain.length > 0 && seen.at - (chain[0] ?? 0) > window) return
      if (seen.steps.includes(step) && serves(seen, step)) extend([...chain, seen.at], index)
    }
  }
  extend([], -1)
  return best
}

/** Attempts, one at each step; an exclusion spoils those that it finds on their way (contract/funnels.md 5). */
function followed(query: FunnelQuery, events: readonly Seen[], serves: Serves): number[] | undefined {
  interface Attempt {
    readonly times: readonly number[]
    spoiled: boolean
  }
  const window = query.windowSeconds * 1_000
  const levels: (Attempt | undefined)[] = query.steps.map(() => undefined)
  let best: { readonly length: number; readonly times: readonly number[]; spoiled: boolean } | undefined
  const isLive = (attempt: Attempt | undefined, at: number): attempt is Attempt =>
    attempt !== undefined && at - (attempt.times[0] ?? 0) <= window
  for (const seen of events) {
    for (const step of [...seen.spoils].sort((a, b) => b - a)) {
      const attempt = levels[step - 1]
      if (!isLive(attempt, seen.at) || levels[step]?.times[0] === attempt.times[0]) continue
      attempt.spoiled = true
      if (best && best.length === step && seen.at - (best.times[0] ?? 0) <= window) best = { ...best, spoiled: true }
    }
    for (const step of [...seen.steps].sort((a, b) => b - a)) {
      if (!serves(seen, step)) continue
      const before = step === 0 ? undefined : levels[step - 1]
      if (step > 0 && (!isLive(before, seen.at) || levels[step]?.times[0] === before.times[0])) continue
      const times = [...(before?.times ?? []), seen.at]
      const spoiled = before?.spoiled ?? false
      if (!spoiled) levels[step] = { times, spoiled: false }
      if (!best || times.length > best.length || (times.length === best.length && best.spoiled))
        best = { length: times.length, times, spoiled }
    }
    if (query.order === 'strict')
      for (const step of levels.keys()) if (!seen.steps.includes(step)) levels[step] = undefined
    if (levels.at(-1)) break
  }
  return best && !best.spoiled ? [...best.times] : undefined
}

/** Queues of events, one for each step (contract/funnels.md 4). Yields who leaves: when it came, and the steps covered. */
function* queues(query: FunnelQuery, events: readonly Seen[]): Generator<{ fronts: Seen[] }> {
  const window = query.windowSeconds * 1_000
  const lists: Seen[][] = query.steps.map(() => [])
  const newest: number[] = query.steps.map(() => Number.NEGATIVE_INFINITY)
  const fronts = () => lists.flatMap(([front]) => (front ? [front] : [])).sort((a, b) => a.at - b.at)
  const drop = (seen: Seen | undefined) => {
    const list = lists.find(([front]) => front === seen)
    list?.shift()
  }
  for (const seen of events) {
    for (let now = fronts(); now[0] && (now[0].at + window < seen.at || now.length === lists.length); now = fronts()) {
      yield { fronts: now }
      drop(now[0])
    }
    if (seen.spoils.length > 0) {
      for (const list of lists) list.length = 0
      continue
    }
    const step = [...seen.steps].sort((a, b) => (newest[a] ?? 0) - (newest[b] ?? 0) || a - b)[0]
    if (step === undefined) continue
    lists[step]?.push(seen)
    newest[step] = seen.at
  }
  for (let now = fronts(); now.length > 0; now = fronts()) {
    yield { fronts: now }
    drop(now[0])
  }
}

function unordered(query: FunnelQuery, events: readonly Seen[], serves: Serves): number[] | undefined {
  let best: number[] | undefined
  for (const { fronts } of queues(query, events)) {
    if (fronts[0] && !serves(fronts[0], 0)) continue
    if (fronts.length > (best?.length ?? 0)) best = fronts.map(({ at }) => at)
    if (best?.length === query.steps.length) return best
  }
  return best
}

function leaving(query: FunnelQuery, events: readonly Seen[], serves: Serves): [at: number, covered: number][] {
  return [...queues(query, events)].flatMap(({ fronts }): [number, number][] =>
    fronts[0] && serves(fronts[0], 0) ? [[fronts[0].at, fronts.length]] : [],
  )
}
