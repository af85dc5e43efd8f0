/** How Postgres computes walks; both strategies give the same rows. */
import { and } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { WalkEntries, Walks } from '../../tree/relation.ts'
import { children } from '../../tree/walk.ts'

/**
 * `scan`: all events of each actor in their order, whatever the funnel.
 * `steps`: from the events of each step. Those of the later steps look for what came before them, unordered ones for what
 * comes next.
 */
export type WalkStrategy = 'scan' | 'steps'

/** The facts that a strategy is chosen by. */
export interface StrategyContext {
  /** Partial results are kept of what is compiled. */
  readonly keeps?: boolean

  /** How many events of each name there are, about. */
  readonly eventCounts: ReadonlyMap<string, number>
  /** Some merged persons still have event rows of their old person. */
  readonly hasPersonBacklog: boolean
}

/**
 * Measured over a million events: both cost the same where a quarter of the rows are of later steps that are dense, and where
 * half of them are; probes win at less, the scan at more.
 */
const ROWS_A_PROBE = 3

/** From the steps where that gives the same rows, and the events of the later steps are few among all or need not be. */
export function walkStrategy(walks: Walks, { eventCounts, hasPersonBacklog }: StrategyContext): WalkStrategy {
  const events = plainSteps(walks)
  // persons of events that have not moved yet are in no index
  if (!events || hasPersonBacklog) return 'scan'
  const [first = 0, ...later] = events.map((event) => eventCounts.get(event) ?? 0)
  const probes = later.reduce((a, b) => a + b, 0)
  const cost = walks.order === 'unordered' ? 0 : probes * ROWS_A_PROBE
  return cost < first + probes ? 'steps' : 'scan'
}

/**
 * The walks as they are computed from the ways to each step that are kept of each day: conditions on all events that events
 * alone decide are a part of each step, since no other events are looked at. Null: they are not computed so.
 */
export function walksOfDays(walks: Walks, { keeps, hasPersonBacklog }: StrategyContext): Walks | null {
  // persons of events that have not moved yet are in no index
  if (!keeps || hasPersonBacklog) return null
  const conditions = walks.filter.kind === 'and' ? walks.filter.args : [walks.filter]
  const ofEvents = conditions.filter(isOfEvents)
  const kept: Walks = {
    ...walks,
    filter: and(...conditions.filter((test) => !ofEvents.includes(test))),
    steps: walks.steps.map((step) => ({ ...step, test: and(step.test, ...ofEvents) })),
  }
  return eventsOfSteps(kept) && canKeep(kept) ? kept : null
}

/**
 * The events of the steps, if walks can be computed from each step alone: steps of persons that are different events, the first
 * without a filter of its own where it is looked for, and nothing else asked of events. Null if they cannot.
 */
export function plainSteps(walks: Walks): string[] | null {
  const { order, steps } = walks
  return order === 'unordered' || steps[0]?.test.kind === 'compare' ? eventsOfSteps(walks) : null
}

/** The same, whatever the filter of the first step. */
function eventsOfSteps({ order, from, entries, actor, exclusions, steps, filter, breakdown }: Walks): string[] | null {
  const events = steps.map(({ event }) => event).filter((event) => event !== null)
  const isPlain =
    steps.length > 1 &&
    (entries === null ||
      (order === 'ordered' && isPlainEntry(entries, steps.length) && isTiled(from, entries.starts))) &&
    actor.kind === 'column' &&
    actor.name === 'person_id' &&
    exclusions.length === 0 &&
    steps.every(({ first, isOptional }) => first === null && !isOptional) &&
    new Set(events).size === steps.length
  const ofPersons =
    isOfPersons(filter) &&
    (breakdown === null || (breakdown.attribution !== 'step' && breakdown.parts.every((part) => isOfPersons(part))))
  return isPlain && ofPersons ? events : null
}

const MOST_KEPT_STEPS = 5
const MOST_KEPT_SECONDS = 60 * 86_400
/** Days are looked at one by one. */
const MOST_KEPT_DAYS = 4_000

/** Can ways be kept of each day? */
const canKeep = ({ order, entries, conversionsOnly, steps, windowSeconds, from, to }: Walks): boolean =>
  order === 'ordered' &&
  entries === null &&
  conversionsOnly === true &&
  steps.length <= MOST_KEPT_STEPS &&
  windowSeconds <= MOST_KEPT_SECONDS &&
  Date.parse(to) - Date.parse(from) <= MOST_KEPT_DAYS * 86_400_000 &&
  steps.every(({ test }) => isOfEvents(test))

const isPlainEntry = ({ goal, entry }: WalkEntries, steps: number) =>
  goal > 0 && goal < steps && (entry === null || (entry >= 0 && entry < goal))

/** Do intervals that begin at these instants divide what comes after `from`? */
function isTiled(from: string, starts: readonly string[]): boolean {
  const times = starts.map((start) => Date.parse(start))
  return times[0] === Date.parse(from) && times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))
}

/** Do events decide it, whatever becomes of persons and groups? */
const isOfEvents = (e: Expr): boolean => {
  switch (e.kind) {
    case 'column':
      return e.name === 'event' || e.name === 'timestamp'
    case 'property':
      return e.of === 'event'
    case 'value':
      return !e.ofNow
    case 'scalarQuery':
    case 'inQuery':
    case 'inCohort':
      return false
    default:
      return !isRandom(e) && children(e).every(isOfEvents)
  }
}

/** Each event has another one. */
const isRandom = (e: Expr): boolean => 'fn' in e && e.fn === 'rand'

/** Is it the same for all events of a person? */
const isOfPersons = (e: Expr): boolean => {
  switch (e.kind) {
    case 'column':
    case 'scalarQuery':
    case 'inQuery':
      return false
    case 'property':
      return e.of === 'person'
    case 'inCohort':
      return true
    default:
      return !isRandom(e) && children(e).every(isOfPersons)
  }
}
