import { withIds } from './build-world.ts'
import type { Query } from './trends-evaluator.ts'

/** The query as it is on the wire. */
export function trendsNode({ from, to, display, breakdown, series, ...rest }: Query, cohorts: readonly number[]) {
  return {
    kind: 'TrendsQuery',
    series: series.map((item) => ({
      kind: 'EventsNode',
      ...item,
      properties: item.properties.map((filter) => withIds(filter, cohorts)),
      ...(item.math === 'unique_group' ? { math_group_type_index: 0 } : {}),
    })),
    interval: rest.interval,
    dateRange: { date_from: from, date_to: to },
    properties: withIds(rest.properties, cohorts),
    trendsFilter: {
      display,
      ...(rest.formulas.length > 1 ? { formulas: rest.formulas } : { formula: rest.formulas[0] }),
      ...(rest.smoothing > 1 ? { smoothingIntervals: rest.smoothing } : {}),
    },
    ...(rest.compare
      ? { compareFilter: { compare: true, ...(rest.compare.to ? { compare_to: rest.compare.to } : {}) } }
      : {}),
    ...(rest.cohorts
      ? { breakdownFilter: { breakdown: rest.cohorts.map((index) => cohorts[index]), breakdown_type: 'cohort' } }
      : {}),
    ...(breakdown
      ? {
          breakdownFilter: {
            breakdown: breakdown.property,
            breakdown_type: breakdown.type,
            breakdown_limit: breakdown.limit,
            ...(breakdown.type === 'group' ? { breakdown_group_type_index: 0 } : {}),
          },
        }
      : {}),
  }
}
