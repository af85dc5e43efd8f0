/** The date range and the interval of an insight. The cache and the planners both read them from here. */

import type { InsightKind, InsightNode, Nodes } from '../nodes/index.ts'
import type { TrendsNode } from '../nodes/trends/node.ts'
import type { Interval } from '../tree/types.ts'
import { dateScope, type PlanScope } from './context.ts'
import { ALL_TIME, type DateRange, type DateRangeInput, dateRange } from './dates.ts'
import { wholeRange } from './whole-range.ts'

export interface Period {
  readonly interval: Interval
  readonly range: DateRange
  /** The input that the range was read from; a previous period is read from the same input. */
  readonly input: Omit<DateRangeInput, 'dateFrom'>
}

/** Displays that show one value for the whole range. */
const TOTAL_DISPLAYS: readonly string[] = ['BoldNumber', 'ActionsPie', 'ActionsBarValue', 'ActionsTable', 'WorldMap']

/** Does the answer have one value for the whole range in place of one for each bucket? */
export const isTotal = ({ display }: TrendsNode): boolean => TOTAL_DISPLAYS.includes(display)

interface Rounding {
  readonly interval: Interval
  /** The ends of the range are not rounded, and it ends now (docs/trends.md 1). */
  readonly exact: boolean
}

/** The ends of a range are rounded to the interval; where an answer has one value for the range, to days. */
const ROUNDINGS: { readonly [K in InsightKind]: (node: Nodes[K]) => Rounding } = {
  TrendsQuery: (node) => ({
    interval: isTotal(node) ? 'day' : node.interval,
    exact: node.display === 'BoldNumber',
  }),
  FunnelsQuery: ({ view, interval }) => ({ interval: view === 'trends' ? interval : 'day', exact: false }),
  RetentionQuery: ({ interval }) => ({ interval, exact: false }),
  LifecycleQuery: ({ interval }) => ({ interval, exact: false }),
  StickinessQuery: ({ interval }) => ({ interval, exact: false }),
  PathsQuery: ({ interval }) => ({ interval, exact: false }),
}

/** Does the range start with the first event, which must be loaded from the database? */
export const startsWithFirstEvent = ({ dateFrom }: Pick<InsightNode, 'dateFrom'>): boolean => dateFrom === ALL_TIME

/**
 * The range of an insight as of `now`, in the project's time zone. `earliest`: the ISO instant of the first event;
 * without it, a range that starts with the first event starts today. Throws 400 `invalid_input` if a date cannot be
 * read.
 */
export function periodOf(
  node: InsightNode,
  scope: Pick<PlanScope, 'project' | 'now'>,
  earliest: string | null = null,
): Period {
  const { interval, exact } = (ROUNDINGS[node.kind] as (node: InsightNode) => Rounding)(node)
  const { dateTo, explicitDate } = node
  const input = { dateTo, explicitDate, interval, exact, earliest, ...dateScope(scope) }
  const range =
    node.kind === 'RetentionQuery'
      ? wholeRange({ ...input, dateFrom: node.dateFrom, intervals: node.totalIntervals })
      : dateRange({ ...input, dateFrom: node.dateFrom })
  return { interval, input, range }
}
