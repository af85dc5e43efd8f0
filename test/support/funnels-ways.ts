/** One actor's way through a funnel, by brute force (docs/funnels.md 2 to 6). */
import type { Filter, FilterGroup, Owner, WorldEvent } from './evaluated-world.ts'

export interface FunnelStep {
  readonly event: string | null
  /** In place of an event: one of `FUNNEL_ACTIONS`. */
  readonly action: number | null
  readonly properties: readonly Filter[]
  /** Only a person's first event: of all that have the name, or of those that match. */
  readonly first: 'named' | 'matching' | null
  readonly isOptional: boolean
}
/** Actions that a project of random funnels has: steps of a name and what else must hold. */
export const FUNNEL_ACTIONS: readonly (readonly {
  readonly event: string
  readonly properties: readonly Filter[]
}[])[] = [
  [{ event: 'click', properties: [] }],
  [
    { event: 'view', properties: [{ key: 'plan', type: 'event', operator: 'exact', value: 'team' }] },
    { event: 'buy', properties: [{ key: 'amount', type: 'event', operator: 'is_set' }] },
  ],
]

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
  /** Groups of the first type, or whoever shares a value of `plan`, in place of persons. */
  readonly by: 'person' | 'group' | 'plan' | 'distinct_id' | 'event'
  readonly breakdown: {
    readonly properties: readonly string[]
    readonly type: Owner
    readonly limit: number
    readonly attribution: 'first_touch' | 'last_touch' | 'all_events' | 'step'
    readonly step: number
  } | null
  readonly cohorts: readonly number[] | null
}

/** An event as a funnel sees it. */
export interface Seen {
  readonly at: number
  readonly steps: readonly number[]
  /** Steps that it spoils the way to. */
  readonly spoils: readonly number[]
  readonly value: string
  readonly hasValue: boolean
  readonly event: WorldEvent
}

export type Serves = (seen: Seen, step: number) => boolean

/** How far somebody got: the times of the steps that must be done, in milliseconds, and all that were done. */
export interface Way {
  readonly times: readonly number[]
  readonly done: readonly number[]
}

/**
 * The way of one actor; undefined for nobody. Without exclusions all chains are tried: the longest, of those the one that
 * ends first, of those the one that starts last, then the earliest in between. With exclusions, and strictly, attempts are
 * followed: an event that is of a step leaves the attempt there alone, also where it cannot serve.
 */
export function walk(query: FunnelQuery, events: readonly Seen[], serves: Serves): Way | undefined {
  if (query.exclusions.length > 0 || query.order === 'strict' || query.steps.some(({ isOptional }) => isOptional))
    return followed(query, events, serves)
  return wholeWay(bestChain(query, events, serves))
}

const wholeWay = (times: readonly number[] | undefined): Way | undefined => times && { times, done: [...times.keys()] }

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
  const extend = (chain: readonly number[], last: number, used: readonly number[]): void => {
    if (chain.length > 0 && better(chain)) best = [...chain]
    const step = chain.length
    if (step === query.steps.length) return
    // events of one instant serve in any order, each once
    const same = events.findIndex(({ at }) => at === events[last]?.at)
    for (let index = Math.max(same, 0); index < events.length; index++) {
      const seen = events[index]
      if (!seen || used.includes(index)) continue
      if (chain.length > 0 && seen.at - (chain[0] ?? 0) > window) return
      if (seen.steps.includes(step) && serves(seen, step)) extend([...chain, seen.at], index, [...used, index])
    }
  }
  extend([], -1, [])
  return best
}

/**
 * Attempts, one at each step; an exclusion spoils those that it finds on their way (docs/funnels.md 5), and an attempt
 * may leave optional steps out, whose times are not those of steps (6).
 */
function followed(query: FunnelQuery, events: readonly Seen[], serves: Serves): Way | undefined {
  interface Attempt extends Way {
    readonly start: number
    readonly length: number
    spoiled: boolean
  }
  const window = query.windowSeconds * 1_000
  const isOptional = (step: number) => query.steps[step]?.isOptional === true
  const levels: (Attempt | undefined)[] = query.steps.map(() => undefined)
  let best: Attempt | undefined
  const isLive = (attempt: Attempt | undefined, at: number): attempt is Attempt =>
    attempt !== undefined && at - attempt.start <= window
  for (const seen of events) {
    for (const step of [...seen.spoils].sort((a, b) => b - a)) {
      const attempt = levels[step - 1]
      if (!isLive(attempt, seen.at) || levels[step]?.start === attempt.start) continue
      attempt.spoiled = true
      if (best && best.length === step && isLive(best, seen.at)) best = { ...best, spoiled: true }
    }
    for (const step of [...seen.steps].sort((a, b) => b - a)) {
      if (!serves(seen, step)) continue
      let from = step - 1
      while (from > 0 && isOptional(from) && !isLive(levels[from], seen.at)) from--
      const before = levels[from]
      if (step > 0 && (!isLive(before, seen.at) || levels[step]?.start === before.start)) continue
      const next: Attempt = {
        start: step > 0 && before ? before.start : seen.at,
        length: step + 1,
        times: [...(step > 0 && before ? before.times : []), ...(isOptional(step) ? [] : [seen.at])],
        done: [...(step > 0 && before ? before.done : []), step],
        spoiled: step > 0 && before ? before.spoiled : false,
      }
      if (!next.spoiled) levels[step] = next
      if (!best || next.length > best.length || (next.length === best.length && best.spoiled)) best = { ...next }
    }
    if (query.order === 'strict')
      for (const step of levels.keys()) if (!seen.steps.includes(step)) levels[step] = undefined
    if (levels.at(-1)) break
  }
  return best && !best.spoiled ? best : undefined
}

/** Queues of events, one for each step (docs/funnels.md 4). Yields who leaves: when it came, and the steps covered. */
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

export function unordered(query: FunnelQuery, events: readonly Seen[], serves: Serves): Way | undefined {
  let best: number[] | undefined
  for (const { fronts } of queues(query, events)) {
    if (fronts[0] && !serves(fronts[0], 0)) continue
    if (fronts.length > (best?.length ?? 0)) best = fronts.map(({ at }) => at)
    if (best?.length === query.steps.length) break
  }
  return wholeWay(best)
}

export function leaving(query: FunnelQuery, events: readonly Seen[], serves: Serves): [at: number, covered: number][] {
  return [...queues(query, events)].flatMap(({ fronts }): [number, number][] =>
    fronts[0] && serves(fronts[0], 0) ? [[fronts[0].at, fronts.length]] : [],
  )
}
