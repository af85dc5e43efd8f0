/** Legacy `filters` -> query node (docs/insights.md 12). Names are PostHog's on both sides. */
import { parseError } from '../../core/errors.ts'
import { isDeeperThan, isObject, type Json } from '../../core/json.ts'
import { DISPLAYS } from '../trends/wire.ts'
import { convertFunnels } from './funnels.ts'
import { breakdownFilter, compareFilter, ofEveryKind, readInterval, readSeries, withoutMath } from './parts.ts'
import { convertPaths } from './paths.ts'
import { convertRetention } from './retention.ts'
import {
  type LegacyQuery,
  parsedText,
  readBoolean,
  readJson,
  readNumber,
  readText,
  undefinedIfEmpty,
  withoutMissing,
} from './values.ts'

const KINDS: ReadonlyMap<string, (filters: Json) => LegacyQuery> = new Map(
  Object.entries({
    TRENDS: convertTrends,
    SESSIONS: convertTrends,
    FUNNELS: convertFunnels,
    RETENTION: convertRetention,
    PATHS: convertPaths,
    LIFECYCLE: convertLifecycle,
    STICKINESS: convertStickiness,
  }),
)

/**
 * Legacy filters -> the query node with the same meaning. Throws 400 `parse_error` if a value cannot be read or there
 * is no such kind of insight.
 */
export function convertFilters(filters: Json): LegacyQuery {
  if (isDeeperThan(filters)) throw parseError('filters: Objects and lists are nested too deeply.')
  const insight =
    filters.shown_as === 'Stickiness' ? 'STICKINESS' : (readText(filters.insight) ?? 'TRENDS').toUpperCase()
  const convert = KINDS.get(insight)
  if (!convert) throw parseError(`filters.insight: ${JSON.stringify(filters.insight)} is no kind of insight.`)
  return convert(filters)
}

/**
 * The filters of an insight as an object; undefined if there are none. PostHog stored them as an object, as JSON text
 * (even JSON inside JSON), or as a list of one.
 */
export function unwrapFilters(stored: unknown): Json | undefined {
  if (Array.isArray(stored)) return stored.length === 1 ? unwrapFilters(stored[0]) : undefined
  if (typeof stored === 'string') {
    const parsed = parsedText(stored)
    return parsed === undefined ? undefined : unwrapFilters(parsed)
  }
  return isObject(stored) && Object.keys(stored).length > 0 ? stored : undefined
}

function convertTrends(filters: Json): LegacyQuery {
  const rest = withoutMissing({
    kind: 'TrendsQuery',
    interval: readInterval(filters),
    ...ofEveryKind(filters),
    aggregation_group_type_index: readNumber(filters.aggregation_group_type_index),
    breakdownFilter: breakdownFilter(filters),
    compareFilter: compareFilter(filters),
    trendsFilter: trendsFilter(filters),
  })
  return { ...rest, series: readSeries(filters) }
}

function convertLifecycle(filters: Json): LegacyQuery {
  const rest = withoutMissing({
    kind: 'LifecycleQuery',
    interval: readInterval(filters),
    ...ofEveryKind(filters),
    lifecycleFilter: undefinedIfEmpty({
      toggledLifecycles: readJson('toggledLifecycles', filters.toggledLifecycles),
      showLegend: readBoolean(filters.show_legend),
      showValuesOnSeries: readBoolean(filters.show_values_on_series),
    }),
  })
  return { ...rest, series: readSeries(filters).map(withoutMath) }
}

const ACTOR_MATHS = ['dau', 'weekly_active', 'monthly_active', 'unique_group', 'hogql']

function convertStickiness(filters: Json): LegacyQuery {
  const rest = withoutMissing({
    kind: 'StickinessQuery',
    interval: readInterval(filters),
    ...ofEveryKind(filters),
    compareFilter: compareFilter(filters),
    stickinessFilter: undefinedIfEmpty({
      showLegend: readBoolean(filters.show_legend),
      showValuesOnSeries: readBoolean(filters.show_values_on_series),
      hiddenLegendIndexes: hiddenIndexes(filters.hidden_legend_keys),
    }),
  })
  const ofActors = (node: Json) =>
    ACTOR_MATHS.some((math) => math === node.math) ? node : { ...withoutMath(node), math: 'dau' }
  return { ...rest, series: readSeries(filters).map(ofActors) }
}

function trendsFilter(filters: Json): Json | undefined {
  return undefinedIfEmpty({
    display: DISPLAYS.find((display) => display === filters.display),
    formula: filters.formula === '' ? undefined : filters.formula,
    smoothingIntervals: readNumber(filters.smoothing_intervals),
    showLegend: readBoolean(filters.show_legend),
    showValuesOnSeries: readBoolean(filters.show_values_on_series),
    showPercentStackView: readBoolean(filters.show_percent_stack_view),
    showLabelsOnSeries: readBoolean(filters.show_label_on_series),
    showAlertThresholdLines: readBoolean(filters.show_alert_threshold_lines),
    showMultipleYAxes: readBoolean(filters.show_multiple_y_axes),
    yAxisScaleType: filters.y_axis_scale_type,
    decimalPlaces: readNumber(filters.decimal_places),
    aggregationAxisFormat: filters.aggregation_axis_format,
    aggregationAxisPrefix: filters.aggregation_axis_prefix,
    aggregationAxisPostfix: filters.aggregation_axis_postfix,
    hiddenLegendIndexes: hiddenIndexes(filters.hidden_legend_keys),
  })
}

function hiddenIndexes(keys: unknown): number[] | undefined {
  if (!isObject(keys)) return undefined
  return Object.entries(keys).flatMap(([key, hidden]) => (hidden === true && /^\d+$/.test(key) ? [Number(key)] : []))
}
