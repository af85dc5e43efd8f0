/**
 * Keys that only concern how a chart is drawn: accepted with any value, echoed, and never part of a result or its
 * cache key (docs/insights.md 12).
 */
export const TRENDS_DISPLAY_KEYS = [
  'showLegend',
  'showValuesOnSeries',
  'showPercentStackView',
  'showLabelsOnSeries',
  'showAlertThresholdLines',
  'showMultipleYAxes',
  'showTrendLines',
  'showMovingAverage',
  'movingAverageIntervals',
  'showConfidenceIntervals',
  'confidenceLevel',
  'hideWeekends',
  'yAxisScaleType',
  'decimalPlaces',
  'minDecimalPlaces',
  'aggregationAxisFormat',
  'aggregationAxisPrefix',
  'aggregationAxisPostfix',
  'hiddenLegendIndexes',
  'resultCustomizations',
  'resultCustomizationBy',
  'goalLines',
  'detailedResultsAggregationType',
  'excludeBoxPlotOutliers',
] as const

/** Keys of every query node that do not change a number. */
export const NODE_DISPLAY_KEYS = ['modifiers', 'response', 'tags', 'version', 'dataColorTheme'] as const

/** Keys of an event or action in `series` that do not change the numbers of trends. */
export const ENTITY_DISPLAY_KEYS = ['response', 'version', 'optionalInFunnel'] as const

/** Keys of `funnelsFilter` that only concern how a funnel is drawn. */
export const FUNNELS_DISPLAY_KEYS = [
  'layout',
  'funnelStepReference',
  'hiddenLegendBreakdowns',
  'resultCustomizations',
  'resultCustomizationBy',
  'customAggregationTarget',
  'showValuesOnSeries',
  'showTrendLines',
  'goalLines',
  'breakdownSorting',
  'useUdf',
] as const

/** Keys of `stickinessFilter` that only concern how a chart is drawn. */
export const STICKINESS_DISPLAY_KEYS = [
  'display',
  'showLegend',
  'showMultipleYAxes',
  'showValuesOnSeries',
  'hiddenLegendIndexes',
  'resultCustomizations',
  'resultCustomizationBy',
] as const

/** Keys of `pathsFilter` that only concern how paths are drawn. */
export const PATHS_DISPLAY_KEYS = ['showFullUrls'] as const

/** Keys of `retentionFilter` that only concern how percentages, means and curves are shown. */
export const RETENTION_DISPLAY_KEYS = [
  'retentionReference',
  'meanRetentionCalculation',
  'display',
  'dashboardDisplay',
  'showTrendLines',
  'selectedInterval',
  'goalLines',
  'cohortLabelStartIndex',
] as const
/** Keys of `lifecycleFilter`, which only concern how a chart is drawn. */
export const LIFECYCLE_DISPLAY_KEYS = ['showLegend', 'showValuesOnSeries', 'stacked', 'toggledLifecycles'] as const
