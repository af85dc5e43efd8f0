/** Legacy `filters` -> query node (docs/insights.md 12). Names are PostHog's on both sides. */
import { parseError } from '../../core/errors.ts'
import { isDeeperThan } from '../../core/json.ts'
import { DISPLAYS } from '../trends.ts'
import { funnels } from './funnels.ts'
import { breakdownFilter, compareFilter, interval, ofEveryKind, series, withoutMath } from './parts.ts'
import { paths } from './paths.ts'
import { retention } from './retention.ts'
import { bool, isObject, type Json, json, number, parsedText, present, presentOrNothing, text } from './values.ts'

/** A node, and its series where it has any. */
export type LegacyQuery = Json & { readonly series?: readonly Json[] }

const KINDS: ReadonlyMap<string, (filters: Json) => LegacyQuery> = new Map(
  Object.entries({
    TRENDS: trends,
    SESSIONS: trends,
    FUNNELS: funnels,
    RETENTION: retention,
    PATHS: paths,
    LIFECYCLE: lifecycle,
    STICKINESS: stickiness,
  }),
)

/** The node that filters stand for. Throws 400 for what cannot be read. */
export function convertFilters(filters: Json): LegacyQuery {
  if (isDeeperThan(filters)) throw parseError('filters: Objects and lists are nested too deeply.')
  const insight = filters.shown_as === 'Stickiness' ? 'STICKINESS' : (text(filters.insight) ?? 'TRENDS').toUpperCase()
  const convert = KINDS.get(insight)
  if (!convert) throw parseError(`filters.insight: ${JSON.stringify(filters.insight)} is no kind of insight.`)
  return convert(filters)
}

/** Filters may be stored as JSON text, twice even, or alone in a list; undefined for what holds none. */
export function unwrapFilters(stored: unknown): Json | undefined {
  if (Array.isArray(stored)) return stored.length === 1 ? unwrapFilters(stored[0]) : undefined
  if (typeof stored === 'string') {
    const parsed = parsedText(stored)
    return parsed === undefined ? undefined : unwrapFilters(parsed)
  }
  return isObject(stored) && Object.keys(stored).length > 0 ? stored : undefined
}

function trends(filters: Json): LegacyQuery {
  const rest = present({
    kind: 'TrendsQuery',
    interval: interval(filters),
    ...ofEveryKind(filters),
    aggregation_group_type_index: number(filters.aggregation_group_type_index),
    breakdownFilter: breakdownFilter(filters),
    compareFilter: compareFilter(filters),
    trendsFilter: trendsFilter(filters),
  })
  return { ...rest, series: series(filters) }
}

function lifecycle(filters: Json): LegacyQuery {
  const rest = present({
    kind: 'LifecycleQuery',
    interval: interval(filters),
    ...ofEveryKind(filters),
    lifecycleFilter: presentOrNothing({
      toggledLifecycles: json('toggledLifecycles', filters.toggledLifecycles),
      showLegend: bool(filters.show_legend),
      showValuesOnSeries: bool(filters.show_values_on_series),
    }),
  })
  return { ...rest, series: series(filters).map(withoutMath) }
}

const ACTOR_MATHS = ['dau', 'weekly_active', 'monthly_active', 'unique_group', 'hogql']

function stickiness(filters: Json): LegacyQuery {
  const rest = present({
    kind: 'StickinessQuery',
    interval: interval(filters),
    ...ofEveryKind(filters),
    compareFilter: compareFilter(filters),
    stickinessFilter: presentOrNothing({
      showLegend: bool(filters.show_legend),
      showValuesOnSeries: bool(filters.show_values_on_series),
      hiddenLegendIndexes: hiddenIndexes(filters.hidden_legend_keys),
    }),
  })
  const ofActors = (node: Json) =>
    ACTOR_MATHS.some((math) => math === node.math) ? node : { ...withoutMath(node), math: 'dau' }
  return { ...rest, series: series(filters).map(ofActors) }
}

function trendsFilter(filters: Json): Json | undefined {
  return presentOrNothing({
    display: DISPLAYS.find((display) => display === filters.display),
    formula: filters.formula === '' ? undefined : filters.formula,
    smoothingIntervals: number(filters.smoothing_intervals),
    showLegend: bool(filters.show_legend),
    showValuesOnSeries: bool(filters.show_values_on_series),
    showPercentStackView: bool(filters.show_percent_stack_view),
    showLabelsOnSeries: bool(filters.show_label_on_series),
    showAlertThresholdLines: bool(filters.show_alert_threshold_lines),
    showMultipleYAxes: bool(filters.show_multiple_y_axes),
    yAxisScaleType: filters.y_axis_scale_type,
    decimalPlaces: number(filters.decimal_places),
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
