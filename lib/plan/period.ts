/** The range of an insight and its interval: what a cache must know, and what a plan is made of. */

import type { InsightKind, InsightNode, Nodes } from '../nodes/index.ts'
import type { InsightHead } from '../nodes/insight.ts'
import type { TrendsNode } from '../nodes/trends/node.ts'
import type { Interval } from '../tree/types.ts'
import { dateScope, type PlanScope } from './context.ts'
import { ALL_TIME, type DateRange, type DateRangeInput, dateRange } from './dates.ts'

export interface Period {
  readonly interval: Interval
  readonly range: DateRange
  /** What the range was read from; a previous period is read from the same. */
  readonly input: DateRangeInput
}

/** Displays of one value for the whole range. */
const TOTAL_DISPLAYS: readonly string[] = ['BoldNumber', 'ActionsPie', 'ActionsBarValue', 'ActionsTable', 'WorldMap']

/** Does the answer have one value for the range in place of one a bucket? */
export const isTotal = ({ display }: TrendsNode): boolean => TOTAL_DISPLAYS.includes(display)

interface Rounding {
  readonly interval: Interval
  /** Nothing is rounded, and the range ends now (docs/trends.md 1). */
  readonly exact: boolean
}

/** One value for the range has no interval: its ends are rounded as days are. */
const ROUNDINGS: { readonly [K in InsightKind]: (node: Nodes[K]) => Rounding } = {
  TrendsQuery: (node) => ({
    interval: isTotal(node) ? 'day' : node.interval,
    exact: node.display === 'BoldNumber',
  }),
  FunnelsQuery: ({ view, interval }) => ({ interval: view === 'trends' ? interval : 'day', exact: false }),
}

/** Does the range start with the first event, which only the database knows? */
export const startsWithFirstEvent = ({ dateFrom }: InsightHead): boolean => dateFrom === ALL_TIME

/**
 * The range of an insight as of `now`, in the project's time zone. Until the context knows the first event, a range that
 * starts with it is that of its last day. Throws a 400 for a date that cannot be read.
 */
export function periodOf(
  node: InsightNode,
  scope: Pick<PlanScope, 'project' | 'now'>,
  earliest: string | null = null,
): Period {
  const { interval, exact } = (ROUNDINGS[node.kind] as (node: InsightNode) => Rounding)(node)
  const { dateFrom, dateTo, explicitDate } = node
  const input = { dateFrom, dateTo, explicitDate, interval, exact, earliest, ...dateScope(scope) }
  return { interval, input, range: dateRange(input) }
}
