import { expect, test } from 'vitest'
import { convertFilters } from '../../../lib/nodes/legacy/filters.ts'

test('an unknown kind is refused by its name', () => {
  expect(() => convertFilters({ insight: 'constructor' })).toThrow('"constructor" is no kind of insight')
})

test.each<[string, object]>([
  ['insight', { insight: {} }],
  ['total_intervals', { insight: 'RETENTION', total_intervals: 'seven' }],
  ['cumulative', { insight: 'RETENTION', cumulative: 'maybe' }],
  ['target_entity', { insight: 'RETENTION', target_entity: 'paid' }],
  ['returning_entity', { insight: 'RETENTION', returning_entity: '{"id":' }],
  ['returning_entity.id', { insight: 'RETENTION', returning_entity: { type: 'actions', id: 'paid' } }],
  ['retention_custom_brackets', { insight: 'RETENTION', retention_custom_brackets: 3 }],
  ['minimum_occurrences', { insight: 'RETENTION', minimum_occurrences: [] }],
  ['breakdown_limit', { insight: 'RETENTION', breakdown: 'plan', breakdown_limit: 'all' }],
  ['aggregation_group_type_index', { insight: 'LIFECYCLE', aggregation_group_type_index: 'first' }],
  ['events.0.math_group_type_index', { insight: 'STICKINESS', events: [{ id: 'a', math_group_type_index: {} }] }],
  ['aggregation_group_type_index', { insight: 'STICKINESS', aggregation_group_type_index: 0 }],
  ['interval_count', { insight: 'STICKINESS', interval_count: ' ' }],
  ['compare', { insight: 'STICKINESS', compare: 'last week' }],
  ['actions.1.id', { insight: 'LIFECYCLE', actions: [{ id: 1 }, { id: 'two' }] }],
  ['step_limit', { insight: 'PATHS', step_limit: 'five' }],
  ['path_replacements', { insight: 'PATHS', path_replacements: [] }],
  ['include_event_types', { insight: 'PATHS', include_event_types: '$pageview' }],
  ['include_custom_events', { insight: 'PATHS', include_custom_events: ['paid'] }],
  ['funnel_filter', { insight: 'PATHS', funnel_paths: 'funnel_path_after_step' }],
  ['funnel_filter.funnel_step', { insight: 'PATHS', funnel_paths: 'x', funnel_filter: { funnel_step: 'two' } }],
  ['filter_test_accounts', { filter_test_accounts: 'internal' }],
  ['sampling_factor', { sampling_factor: 'half' }],
])('a value that cannot be read is refused by its key: %s', (key, filters) => {
  const refused = {
    status: 400,
    code: 'parse_error',
    detail: expect.stringMatching(new RegExp(`(^|filters[.])${key}: `)),
  }
  expect(() => convertFilters(filters as Record<string, unknown>)).toThrow(expect.objectContaining(refused))
})

test('switches of display never refuse an insight', () => {
  const converted = convertFilters({ insight: 'LIFECYCLE', show_legend: 'nobody knows', show_values_on_series: '1' })
  expect(converted.lifecycleFilter).toEqual({ showLegend: 'nobody knows', showValuesOnSeries: true })
})
