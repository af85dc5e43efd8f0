/** What the cells of a retention sum up (docs/retention.md 4). */
import type { RetentionPlan } from '../../plan/retention.ts'
import { call, property, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'

/** The number that an event adds to a sum. */
export const sumOf = ({ aggregate }: RetentionPlan): Expr =>
  aggregate
    ? call('coalesce', property(aggregate.property.of, aggregate.property.key, 'float'), value(0, 'float'))
    : value(0, 'float')

/** Is column 0 the sum of all starts of an interval, and of nothing else? */
export const sumsStarts = ({ aggregate, starting, isOfTwo }: RetentionPlan): boolean =>
  aggregate !== null && starting === 'recurring' && !isOfTwo

/** An interval with fewer returns counts none; sums do not ask. */
export const leastEvents = ({ aggregate, minimumOccurrences }: RetentionPlan): number =>
  aggregate ? 1 : minimumOccurrences
