/** How Postgres computes walks; both strategies give the same rows. */
import type { Expr } from '../../tree/expr.ts'
import type { Walks } from '../../tree/relation.ts'
import { children } from '../../tree/walk.ts'

/**
 * `scan`: all events of each actor in their order, whatever the funnel.
 * `probes`: from the events of the later steps, each of which looks for the latest event of the first step before it.
 */
export type WalkStrategy = 'scan' | 'probes'

/** The facts that a strategy is chosen by. */
export interface StrategyContext {
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

/** Probes where they give the same rows and the events of the later steps are few among all. */
export function walkStrategy(walks: Walks, { eventCounts, hasPersonBacklog }: StrategyContext): WalkStrategy {
  const events = probedEvents(walks)
  // persons of events that have not moved yet are in no index
  if (!events || hasPersonBacklog) return 'scan'
  const [first = 0, ...later] = events.map((event) => eventCounts.get(event) ?? 0)
  const probes = later.reduce((a, b) => a + b, 0)
  return probes * ROWS_A_PROBE < first + probes ? 'probes' : 'scan'
}

/**
 * The events of the steps, if probes can compute the walks: ordered steps of persons that are different events, the first
 * without a filter of its own, and nothing else asked of events. Null if they cannot.
 */
export function probedEvents({ order, entries, actor, exclusions, steps, filter, breakdown }: Walks): string[] | null {
  const events = steps.map(({ event }) => event).filter((event) => event !== null)
  const isPlain =
    order === 'ordered' &&
    entries === null &&
    actor.kind === 'column' &&
    actor.name === 'person_id' &&
    exclusions.length === 0 &&
    steps.every(({ first, isOptional }) => first === null && !isOptional) &&
    steps[0]?.test.kind === 'compare' &&
    new Set(events).size === steps.length
  const ofPersons =
    isOfPersons(filter) &&
    (breakdown === null || (breakdown.attribution !== 'step' && breakdown.parts.every((part) => isOfPersons(part))))
  return isPlain && ofPersons ? events : null
}

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
      return children(e).every(isOfPersons)
  }
}
