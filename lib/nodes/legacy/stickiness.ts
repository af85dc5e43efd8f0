import { parseError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { DISPLAYS } from '../trends/wire.ts'
import { compareFilter, hiddenIndexes, ofEveryKind, readInterval, readSeries, shown, withoutMath } from './parts.ts'
import { type LegacyQuery, readersOf, undefinedIfEmpty, withoutMissing } from './values.ts'

/** Maths that say whose intervals are counted; any other math counts persons. */
const ACTOR_MATHS = ['dau', 'weekly_active', 'monthly_active', 'unique_group', 'hogql']

/**
 * Legacy filters of stickiness -> StickinessQuery. Throws 400 `parse_error` if a value cannot be read, or if groups are
 * asked for by `aggregation_group_type_index`: a series says so by its math.
 */
export function convertStickiness(filters: Json): LegacyQuery {
  const { number, json } = readersOf(filters)
  if (number('aggregation_group_type_index') !== undefined)
    throw parseError('aggregation_group_type_index: Stickiness counts groups by the math unique_group of a series.')
  const rest = withoutMissing({
    kind: 'StickinessQuery',
    interval: readInterval(filters),
    intervalCount: number('interval_count'),
    ...ofEveryKind(filters),
    compareFilter: compareFilter(filters),
    stickinessFilter: undefinedIfEmpty({
      stickinessCriteria: json('stickiness_criteria'),
      computedAs: filters.computed_as || undefined,
      display: DISPLAYS.find((display) => display === filters.display),
      showLegend: shown(filters.show_legend),
      showValuesOnSeries: shown(filters.show_values_on_series),
      hiddenLegendIndexes: hiddenIndexes(filters.hidden_legend_keys),
    }),
  })
  const ofActors = (node: Json) =>
    ACTOR_MATHS.some((math) => math === node.math) ? node : { ...withoutMath(node), math: 'dau' }
  return { ...rest, series: readSeries(filters).map(ofActors) }
}
