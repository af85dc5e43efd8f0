import type { Json } from '../../core/json.ts'
import { DISPLAYS } from '../trends/wire.ts'
import { breakdownFilter, compareFilter, hiddenIndexes, ofEveryKind, readInterval, readSeries, shown } from './parts.ts'
import { type LegacyQuery, readersOf, undefinedIfEmpty, withoutMissing } from './values.ts'

/** Legacy filters of trends -> TrendsQuery. Throws 400 `parse_error` if a value cannot be read. */
export function convertTrends(filters: Json): LegacyQuery {
  const rest = withoutMissing({
    kind: 'TrendsQuery',
    interval: readInterval(filters),
    ...ofEveryKind(filters),
    aggregation_group_type_index: readersOf(filters).number('aggregation_group_type_index'),
    breakdownFilter: breakdownFilter(filters),
    compareFilter: compareFilter(filters),
    trendsFilter: trendsFilter(filters),
  })
  return { ...rest, series: readSeries(filters) }
}

const trendsFilter = (filters: Json): Json | undefined =>
  undefinedIfEmpty({
    display: DISPLAYS.find((display) => display === filters.display),
    formula: filters.formula === '' ? undefined : filters.formula,
    smoothingIntervals: readersOf(filters).number('smoothing_intervals'),
    showLegend: shown(filters.show_legend),
    showValuesOnSeries: shown(filters.show_values_on_series),
    showPercentStackView: shown(filters.show_percent_stack_view),
    showLabelsOnSeries: shown(filters.show_label_on_series),
    showAlertThresholdLines: shown(filters.show_alert_threshold_lines),
    showMultipleYAxes: shown(filters.show_multiple_y_axes),
    yAxisScaleType: filters.y_axis_scale_type,
    decimalPlaces: filters.decimal_places,
    aggregationAxisFormat: filters.aggregation_axis_format,
    aggregationAxisPrefix: filters.aggregation_axis_prefix,
    aggregationAxisPostfix: filters.aggregation_axis_postfix,
    hiddenLegendIndexes: hiddenIndexes(filters.hidden_legend_keys),
  })
