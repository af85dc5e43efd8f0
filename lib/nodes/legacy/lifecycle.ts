import type { Json } from '../../core/json.ts'
import { ofEveryKind, readInterval, readSeries, shown, withoutMath } from './parts.ts'
import { type LegacyQuery, readersOf, undefinedIfEmpty, withoutMissing } from './values.ts'

/** Legacy filters of a lifecycle -> LifecycleQuery. Throws 400 `parse_error` if a value cannot be read. */
export function convertLifecycle(filters: Json): LegacyQuery {
  const { number, json } = readersOf(filters)
  const rest = withoutMissing({
    kind: 'LifecycleQuery',
    interval: readInterval(filters),
    ...ofEveryKind(filters),
    aggregation_group_type_index: number('aggregation_group_type_index'),
    lifecycleFilter: undefinedIfEmpty({
      toggledLifecycles: json('toggledLifecycles'),
      showLegend: shown(filters.show_legend),
      showValuesOnSeries: shown(filters.show_values_on_series),
    }),
  })
  return { ...rest, series: readSeries(filters).map(withoutMath) }
}
