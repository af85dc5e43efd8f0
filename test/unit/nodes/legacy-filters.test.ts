import { expect, test } from 'vitest'
import { validateQuery } from '../../../lib/nodes/index.ts'
import { convertFilters, unwrapFilters } from '../../../lib/nodes/legacy/filters.ts'

const shared = {
  date_from: '-30d',
  explicit_date: 'true',
  filter_test_accounts: '1',
  sampling_factor: '0.5',
  properties: [{ key: 'plan', value: ['a', null], type: 'events', extra: 1 }],
}
const sharedNode = {
  dateRange: { date_from: '-30d', explicitDate: true },
  filterTestAccounts: true,
  samplingFactor: 0.5,
  properties: {
    type: 'AND',
    values: [{ type: 'AND', values: [{ key: 'plan', value: ['a'], type: 'event', operator: 'exact' }] }],
  },
}
const entities = {
  events: [{ id: 'b', order: 2, math: 'sum', math_property: 'x' }, 'text', { id: null, order: 1, math: 'dau' }],
  actions: JSON.stringify([{ id: '7', order: 0, custom_name: 'Seven' }, { id: null }]),
  data_warehouse: [{ id: 't', table_name: 't', id_field: 'i', distinct_id_field: 'd', timestamp_field: 's', order: 3 }],
}
const table = {
  kind: 'DataWarehouseNode',
  id: 't',
  table_name: 't',
  id_field: 'i',
  distinct_id_field: 'd',
  timestamp_field: 's',
}

test.each<[string, object, object]>([
  [
    'trends',
    {
      ...entities,
      interval: 'minute',
      display: 'Nonsense',
      formula: 'A',
      show_label_on_series: true,
      hidden_legend_keys: { '1': true, '2': false },
      compare: 'true',
      breakdown: 'plan',
    },
    {
      kind: 'TrendsQuery',
      interval: 'hour',
      series: [
        { kind: 'ActionsNode', id: 7, custom_name: 'Seven' },
        { kind: 'EventsNode', math: 'dau' },
        { kind: 'EventsNode', event: 'b', math: 'sum', math_property: 'x' },
        table,
      ],
      compareFilter: { compare: true },
      breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' },
      trendsFilter: { formula: 'A', showLabelsOnSeries: true, hiddenLegendIndexes: [1] },
    },
  ],
  [
    'stickiness by its old name',
    { ...entities, insight: 'TRENDS', shown_as: 'Stickiness', show_legend: true, compare: false },
    {
      kind: 'StickinessQuery',
      series: [
        { kind: 'ActionsNode', id: 7, custom_name: 'Seven', math: 'dau' },
        { kind: 'EventsNode', math: 'dau' },
        { kind: 'EventsNode', event: 'b', math: 'dau' },
        { ...table, math: 'dau' },
      ],
      compareFilter: { compare: false },
      stickinessFilter: { showLegend: true },
    },
  ],
  [
    'lifecycle',
    { ...entities, insight: 'LIFECYCLE', toggledLifecycles: ['new'], aggregation_group_type_index: 0 },
    {
      kind: 'LifecycleQuery',
      series: [
        { kind: 'ActionsNode', id: 7, custom_name: 'Seven' },
        { kind: 'EventsNode' },
        { kind: 'EventsNode', event: 'b' },
        table,
      ],
      aggregation_group_type_index: 0,
      lifecycleFilter: { toggledLifecycles: ['new'] },
    },
  ],
  [
    'lifecycle by its old name',
    { events: [{ id: 'a' }], shown_as: 'Lifecycle', interval: 'week', compare: false },
    { kind: 'LifecycleQuery', interval: 'week', series: [{ kind: 'EventsNode', event: 'a' }] },
  ],
  [
    'stickiness with all that it has',
    {
      insight: 'stickiness',
      events: [{ id: 'a', math: 'hogql', math_hogql: 'properties.x' }],
      interval: 'minute',
      interval_count: '2',
      stickiness_criteria: '{"operator":"gte","value":2}',
      computed_as: 'cumulative',
      compare: true,
      compare_to: '-1d',
      display: 'ActionsBar',
    },
    {
      kind: 'StickinessQuery',
      series: [{ kind: 'EventsNode', event: 'a', math: 'hogql', math_hogql: 'properties.x' }],
      interval: 'hour',
      intervalCount: 2,
      stickinessFilter: {
        stickinessCriteria: { operator: 'gte', value: 2 },
        computedAs: 'cumulative',
        display: 'ActionsBar',
      },
      compareFilter: { compare: true, compare_to: '-1d' },
    },
  ],
  [
    'retention',
    {
      insight: 'RETENTION',
      retention_type: 'retention_first_time',
      total_intervals: '7',
      period: 'Week',
      target_entity: JSON.stringify({ id: 'a', type: 'events', order: '0', uuid: 'x' }),
      returning_entity: { id: '5', type: 'actions', name: 'five', properties: [{ key: 'plan', value: 'a' }] },
      show_mean: 'false',
      cumulative: 'false',
      aggregation_group_type_index: '1',
      breakdowns: [{ property: 'plan', type: 'person' }],
    },
    {
      kind: 'RetentionQuery',
      aggregation_group_type_index: 1,
      breakdownFilter: { breakdowns: [{ property: 'plan', type: 'person' }] },
      retentionFilter: {
        retentionType: 'retention_first_time',
        totalIntervals: 7,
        period: 'Week',
        targetEntity: { id: 'a', type: 'events', order: 0 },
        cumulative: false,
        returningEntity: {
          id: 5,
          type: 'actions',
          name: 'five',
          properties: [{ key: 'plan', value: 'a', type: 'event', operator: 'exact' }],
        },
        meanRetentionCalculation: 'none',
      },
    },
  ],
  [
    'retention with what PostHog only has in its node',
    {
      insight: 'RETENTION',
      retentionType: 'retention_first_time',
      minimum_occurrences: '2',
      time_window_mode: '24_hour_windows',
      retention_custom_brackets: '[1, 2]',
      aggregation_type: 'sum',
      aggregation_property: 'price',
      aggregation_property_type: 'event',
      total_intervals: null,
      period: '',
    },
    {
      kind: 'RetentionQuery',
      retentionFilter: {
        retentionType: 'retention_first_time',
        minimumOccurrences: 2,
        timeWindowMode: '24_hour_windows',
        retentionCustomBrackets: [1, 2],
        aggregationType: 'sum',
        aggregationProperty: 'price',
        aggregationPropertyType: 'event',
        meanRetentionCalculation: 'simple',
      },
    },
  ],
  [
    'paths',
    {
      insight: 'PATHS',
      include_event_types: '["$pageview"]',
      start_point: '/a',
      step_limit: '4',
      path_groupings: ['/a/*'],
      funnel_paths: 'funnel_path_after_step',
      funnel_filter: { ...entities, insight: 'FUNNELS', funnel_step: 2 },
    },
    {
      kind: 'PathsQuery',
      pathsFilter: { includeEventTypes: ['$pageview'], startPoint: '/a', stepLimit: 4, pathGroupings: ['/a/*'] },
      funnelPathsFilter: {
        funnelPathType: 'funnel_path_after_step',
        funnelStep: 2,
        funnelSource: {
          kind: 'FunnelsQuery',
          series: [
            { kind: 'ActionsNode', id: 7, custom_name: 'Seven' },
            { kind: 'EventsNode' },
            { kind: 'EventsNode', event: 'b' },
            table,
          ],
        },
      },
    },
  ],
  [
    'paths of one type',
    {
      insight: 'PATHS',
      path_type: '$screen',
      path_replacements: 'true',
      local_path_cleaning_filters: '[{"regex":"[0-9]+","alias":"<id>"}]',
      exclude_events: ['a'],
      paths_hogql_expression: '',
      end_point: '/z',
      edge_limit: 10,
      min_edge_weight: '2',
      max_edge_weight: 9,
      funnel_paths: null,
      funnel_filter: {},
      include_event_types: [],
      include_custom_events: [],
    },
    {
      kind: 'PathsQuery',
      pathsFilter: {
        includeEventTypes: ['$screen'],
        pathReplacements: true,
        localPathCleaningFilters: [{ regex: '[0-9]+', alias: '<id>' }],
        excludeEvents: ['a'],
        endPoint: '/z',
        edgeLimit: 10,
        minEdgeWeight: 2,
        maxEdgeWeight: 9,
      },
    },
  ],
  [
    'funnels',
    {
      ...entities,
      insight: 'FUNNELS',
      funnel_viz_type: 'steps',
      funnel_window_interval: '3',
      exclusions: [{ id: 'x', type: 'events', funnel_from_step: 0, funnel_to_step: '1', properties: [1] }],
      hidden_legend_keys: { 'events/$pageview/0/Chrome': true },
    },
    {
      kind: 'FunnelsQuery',
      series: [
        { kind: 'ActionsNode', id: 7, custom_name: 'Seven' },
        { kind: 'EventsNode' },
        { kind: 'EventsNode', event: 'b' },
        table,
      ],
      funnelsFilter: {
        funnelVizType: 'steps',
        funnelWindowInterval: 3,
        exclusions: [{ kind: 'EventsNode', event: 'x', funnelFromStep: 0, funnelToStep: 1 }],
        hiddenLegendBreakdowns: ['Chrome'],
      },
    },
  ],
])('%s', (_, filters, node) => {
  const converted = convertFilters({ ...shared, ...filters })
  expect(converted).toEqual({ ...sharedNode, ...node })
  validateQuery({ kind: 'InsightVizNode', source: converted })
})

test('filters come as an object, as text, as text of text or alone in a list', () => {
  const filters = { insight: 'TRENDS' }
  for (const stored of [filters, JSON.stringify(filters), JSON.stringify(JSON.stringify(filters)), [filters]])
    expect(unwrapFilters(stored)).toEqual(filters)
  for (const stored of [null, {}, [], [filters, filters], 'text', '{', 5]) expect(unwrapFilters(stored)).toBeUndefined()
})
