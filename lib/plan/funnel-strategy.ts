/** How the ways of a funnel's actors are found; both strategies give the same answer. */
import type { NodeGroup } from '../nodes/computable-filter.ts'
import type { ComputableFunnels } from '../nodes/computable-funnels.ts'
import type { QueryContext } from './context.ts'

/**
 * `pass`: all events of each actor in their order, whatever the funnel.
 * `probes`: from the events of the later steps, each of which looks for the latest event of the first step before it.
 */
export type FunnelStrategy = 'pass' | 'probes'

/**
 * Measured over a million events: both cost the same where a quarter of the rows are of later steps that are dense, and where
 * half of them are; probes win at less, the pass at more.
 */
const ROWS_A_PROBE = 3

/**
 * The events of the steps, where probes give the same answer as the pass: ordered steps of persons that are different events,
 * the first without a filter of its own, and nothing else asked of events.
 */
export function probedEvents(node: ComputableFunnels, testAccounts: NodeGroup): string[] | null {
  const { series, breakdown } = node
  const events = series.map(({ event }) => event).filter((event) => event !== null)
  const isPlain =
    node.order === 'ordered' &&
    node.view !== 'trends' &&
    node.group === null &&
    node.aggregateBy === null &&
    node.exclusions.length === 0 &&
    series.every(({ first, isOptional }) => first === null && !isOptional) &&
    series[0]?.filter.values.length === 0 &&
    new Set(events).size === series.length
  const ofPersons =
    [node.filter, testAccounts].every(isOfPersons) &&
    (breakdown === null ||
      node.view === 'time_to_convert' ||
      breakdown.cohorts !== null ||
      (breakdown.attribution !== 'step' && breakdown.parts.every(({ of }) => of === 'person')))
  return isPlain && ofPersons ? events : null
}

/** Does it hold for all events of a person or for none? */
const isOfPersons = (group: NodeGroup): boolean =>
  group.values.every((item) => ('operator' in item ? item.of === 'person' || item.of === 'cohort' : isOfPersons(item)))

/** Probes where the events of the later steps are few among all. */
export function funnelStrategy(
  node: ComputableFunnels,
  testAccounts: NodeGroup,
  { eventCounts, hasPersonBacklog }: QueryContext,
): FunnelStrategy {
  const events = probedEvents(node, testAccounts)
  // persons of events that have not moved yet are in no index
  if (!events || hasPersonBacklog) return 'pass'
  const [first = 0, ...later] = events.map((event) => eventCounts.get(event) ?? 0)
  const probes = later.reduce((a, b) => a + b, 0)
  return probes * ROWS_A_PROBE < first + probes ? 'probes' : 'pass'
}
