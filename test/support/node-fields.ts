/** Every field of the nodes of retention, lifecycle, stickiness, paths and SQL: values that it takes, and one that it does not. */
import type { InsightKind } from '../../lib/nodes/index.ts'
import {
  BREAKDOWN,
  COMMON,
  displayed,
  entity,
  FILTER,
  type Field,
  type Fields,
  FUNNEL,
  flag,
  group,
  INTERVAL,
  type Json,
  SERIES,
  under,
  VIEW,
} from './shared-fields.ts'

export interface NodeFields {
  readonly base: Json
  readonly fields: Fields
}

/** A kind that is missing here does not compile; trends and funnels have tests of their own. */
export const NODE_FIELDS: {
  readonly [K in Exclude<InsightKind, 'TrendsQuery' | 'FunnelsQuery'> | 'HogQLQuery']: NodeFields
} = {
  RetentionQuery: {
    base: { kind: 'RetentionQuery', retentionFilter: {} },
    fields: {
      ...COMMON,
      aggregation_group_type_index: group,
      ...BREAKDOWN,
      ...under('retentionFilter', {
        retentionType: {
          right: ['retention_first_time', 'retention_first_ever_occurrence'],
          wrong: 'first',
          changes: true,
        },
        totalIntervals: { right: [5, 11], wrong: 'five', changes: true },
        period: { right: ['Hour', 'Week', 'Month'], wrong: 'Fortnight', changes: true },
        cumulative: flag,
        minimumOccurrences: { right: [2, 3], wrong: 'two', changes: true },
        timeWindowMode: { right: ['24_hour_windows'], wrong: '25_hour_windows', changes: true },
        retentionCustomBrackets: { right: [[1, 2], [3]], wrong: [0], changes: true },
        aggregationType: {
          right: ['sum', 'avg'],
          wrong: 'max',
          changes: true,
          beside: { aggregationProperty: 'price' },
        },
        aggregationProperty: { right: ['price'], wrong: 5, changes: true, beside: { aggregationType: 'sum' } },
        aggregationPropertyType: {
          right: ['person'],
          wrong: 'group',
          changes: true,
          beside: { aggregationType: 'sum', aggregationProperty: 'price' },
        },
        ...displayed('retentionReference', 'meanRetentionCalculation', 'display', 'dashboardDisplay', 'showTrendLines'),
        ...displayed('selectedInterval', 'goalLines', 'cohortLabelStartIndex'),
      }),
      ...entity('retentionFilter.targetEntity'),
      ...entity('retentionFilter.returningEntity'),
    },
  },
  LifecycleQuery: {
    base: { kind: 'LifecycleQuery', series: [VIEW] },
    fields: {
      ...COMMON,
      series: SERIES,
      interval: INTERVAL,
      aggregation_group_type_index: group,
      ...under('lifecycleFilter', displayed('showLegend', 'showValuesOnSeries', 'stacked', 'toggledLifecycles')),
    },
  },
  StickinessQuery: {
    base: { kind: 'StickinessQuery', series: [VIEW] },
    fields: {
      ...COMMON,
      series: {
        ...SERIES,
        right: [
          ...SERIES.right,
          [{ ...VIEW, math: 'unique_group', math_group_type_index: 1 }],
          [{ ...VIEW, math: 'hogql', math_hogql: 'properties.plan' }],
        ],
      },
      interval: INTERVAL,
      intervalCount: { right: [2, 7], wrong: 'two', changes: true },
      'compareFilter.compare': flag,
      'compareFilter.compare_to': {
        right: ['-1w'],
        wrong: 7,
        changes: true,
        beside: { 'compareFilter.compare': true },
      },
      ...under('stickinessFilter', {
        stickinessCriteria: {
          right: [
            { operator: 'gte', value: 2 },
            { operator: 'lte', value: 2 },
            { operator: 'exact', value: 2 },
          ],
          wrong: { operator: 'about', value: 2 },
          changes: true,
        },
        computedAs: { right: ['cumulative'], wrong: 'sum', changes: true },
        ...displayed('display', 'showLegend', 'showMultipleYAxes', 'showValuesOnSeries', 'hiddenLegendIndexes'),
        ...displayed('resultCustomizations', 'resultCustomizationBy'),
      }),
    },
  },
  PathsQuery: {
    base: { kind: 'PathsQuery', pathsFilter: {} },
    fields: {
      ...COMMON,
      // paths are those of persons, as in PostHog
      aggregation_group_type_index: { ...group, changes: false },
      ...under('pathsFilter', {
        includeEventTypes: {
          right: [['$pageview'], ['$screen', 'custom_event']],
          wrong: ['$autocapture'],
          changes: true,
        },
        pathsHogQLExpression: {
          right: ['properties.plan'],
          wrong: 5,
          changes: true,
          beside: { includeEventTypes: ['hogql'] },
        },
        startPoint: { right: ['/a', '/b'], wrong: 5, changes: true },
        endPoint: { right: ['/a'], wrong: [], changes: true },
        pathGroupings: { right: [['/a/*'], ['/b/*']], wrong: '/a/*', changes: true },
        excludeEvents: {
          right: [['/a'], ['/b']],
          wrong: [5],
          changes: true,
          beside: { includeEventTypes: ['$pageview'] },
        },
        pathReplacements: { right: [true], wrong: 'no', changes: true },
        localPathCleaningFilters: {
          right: [[{ regex: '[0-9]+', alias: '<id>' }], [{ regex: '[0-9]+' }]],
          wrong: [{ pattern: 'x' }],
          changes: true,
        },
        stepLimit: { right: [3, 20], wrong: 'five', changes: true },
        edgeLimit: { right: [10], wrong: -1, changes: true },
        minEdgeWeight: { right: [2], wrong: 'two', changes: true },
        maxEdgeWeight: { right: [2], wrong: 'two', changes: true },
        // they choose among the people of an answer
        pathStartKey: { right: ['1_/a'], wrong: 1, changes: false },
        pathEndKey: { right: ['2_/a'], wrong: 1, changes: false },
        pathDropoffKey: { right: ['2_/a'], wrong: 1, changes: false },
        ...displayed('showFullUrls'),
      }),
      ...under('funnelPathsFilter', {
        funnelPathType: {
          right: ['funnel_path_before_step', 'funnel_path_between_steps'],
          wrong: 'funnel_path_around_step',
          changes: true,
          beside: { funnelSource: FUNNEL, funnelStep: 2, funnelPathType: 'funnel_path_after_step' },
        },
        funnelStep: {
          right: [1, -2],
          wrong: 'two',
          changes: true,
          beside: { funnelSource: FUNNEL, funnelStep: 2, funnelPathType: 'funnel_path_after_step' },
        },
        funnelSource: {
          right: [
            { ...FUNNEL, properties: [FILTER] },
            { ...FUNNEL, funnelsFilter: { funnelOrderType: 'strict' } },
          ],
          wrong: { ...FUNNEL, nonsense: 1 },
          changes: true,
          beside: { funnelSource: FUNNEL, funnelStep: 2, funnelPathType: 'funnel_path_after_step' },
        },
      }),
    },
  },
  HogQLQuery: {
    base: { kind: 'HogQLQuery', query: "select count() as times from events where event = 'seen' and {filters}" },
    fields: {
      query: { right: ['select 1 as one', 'select 2 as two'], wrong: 5, changes: true },
      'filters.properties': COMMON.properties as Field,
      'filters.dateRange.date_from': { right: ['-30d', '2024-01-01'], wrong: 5, changes: true },
      'filters.dateRange.date_to': { right: ['2024-03-01', '-1d'], wrong: [], changes: true },
      // a day of SQL is its midnight either way
      'filters.dateRange.explicitDate': { ...flag, changes: false },
      'filters.filterTestAccounts': flag,
      values: {
        right: [{ name: 'a' }, { name: ['a', 'b'] }],
        wrong: ['a'],
        changes: true,
        beside: { query: 'select {name} as it', values: { name: 'c' } },
      },
      variables: {
        right: [{ a: { variableId: 'a', code_name: 'plan', value: 1 } }, { a: { code_name: 'plan', isNull: true } }],
        wrong: { a: { nonsense: 1 } },
        changes: true,
        // the key of the cache is made without parsing the text
        beside: { query: 'select 1 as one -- {variables.plan}' },
      },
      explain: flag,
      name: { right: ['times'], wrong: 5, changes: false },
      connectionId: { right: ['other'], wrong: 5, changes: true, unsupported: true },
      sendRawQuery: { right: [true], wrong: 5, changes: true, unsupported: true },
      ...displayed('modifiers', 'response', 'tags', 'version', 'dataColorTheme'),
    },
  },
}
