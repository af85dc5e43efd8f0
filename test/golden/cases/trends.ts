/** Trends whose statements are golden. */
const OPERATORS = [
  ['exact', ['a', 'b']],
  ['is_not', ['a']],
  ['is_set', null],
  ['is_not_set', null],
  ['icontains', 'a%b'],
  ['not_icontains', 'a'],
  ['regex', '^a.*b$'],
  ['not_regex', 'a'],
  ['gt', 5],
  ['gte', 5],
  ['lt', 5],
  ['lte', 5],
  ['between', [1, 2]],
  ['not_between', [1, 2]],
  ['is_date_exact', '2024-03-01'],
  ['is_date_before', '-7d'],
  ['is_date_after', '2024-03-01'],
  ['in', ['a']],
  ['not_in', ['a']],
] as const
const MATHS = [
  'weekly_active',
  'monthly_active',
  'unique_session',
  'first_time_for_user',
  'first_matching_event_for_user',
  'avg_count_per_actor',
  'p95_count_per_actor',
  'total',
  'dau',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'p75',
  'p90',
  'p95',
  'p99',
]

const filter = (key: string, operator: string, value: unknown, type = 'event') => ({ key, operator, value, type })
const query = (series: object, more: object = {}) => ({
  series: [{ kind: 'EventsNode', event: 'paid', ...series }],
  dateRange: { date_from: '2024-03-30', date_to: '2024-04-01' },
  interval: 'day',
  ...more,
})

export const TRENDS: Readonly<Record<string, object>> = {
  ...Object.fromEntries(MATHS.map((math) => [`math-${math}`, query({ math, math_property: 'amount' })])),
  ...Object.fromEntries(
    OPERATORS.flatMap(([operator, value]) => [
      [
        `operator-${operator}`,
        query({}, { properties: [filter(operator.includes('date') ? 'due' : 'plan', operator, value)] }),
      ],
      [`operator-${operator}-hot`, query({}, { properties: [filter('$browser', operator, value)] })],
    ]),
  ),
  'formula-breakdown': query(
    {},
    {
      series: [
        { kind: 'EventsNode', event: 'paid' },
        { kind: 'EventsNode', event: 'seen', math: 'sum', math_property: 'amount', math_multiplier: 0.01 },
      ],
      trendsFilter: { formula: 'B / A' },
      breakdownFilter: { breakdown: '$browser', breakdown_limit: 3 },
    },
  ),
  'formula-histogram': query(
    {},
    {
      series: ['paid', 'seen'].map((event) => ({ kind: 'EventsNode', event })),
      trendsFilter: { formula: 'B / A' },
      breakdownFilter: { breakdown: 'amount', breakdown_histogram_bin_count: 4 },
    },
  ),
  'hot-not-complete': query({}, { properties: [filter('$os', 'exact', ['iOS'])] }),
  'numeric-exact': query({}, { properties: [filter('amount', 'exact', ['5', '6.5'])] }),
  'boolean-exact': query({}, { properties: [filter('paid', 'exact', ['true'])] }),
  'person-number': query({}, { properties: [filter('age', 'gte', 18, 'person')] }),
  'nested-groups': query(
    { properties: [filter('plan', 'exact', 'team')] },
    {
      properties: {
        type: 'OR',
        values: [
          { type: 'AND', values: [filter('plan', 'exact', 'a'), filter('amount', 'gt', 5)] },
          { type: 'AND', values: [filter('$browser', 'exact', ['Chrome'])] },
        ],
      },
    },
  ),
  'group-filter': query({}, { properties: [{ ...filter('size', 'gte', 5, 'group'), group_type_index: 2 }] }),
  'metadata-filter-and-breakdown': query(
    {},
    {
      properties: [filter('distinct_id', 'exact', ['a'], 'event_metadata')],
      breakdownFilter: { breakdown: 'event', breakdown_type: 'event_metadata' },
    },
  ),
  'hogql-filter': query(
    {},
    {
      properties: [
        {
          type: 'hogql',
          key: `properties.amount * 2 > 5 and properties.$browser != 'a' and not properties.plan like 'x%' or event = 'b'`,
        },
      ],
    },
  ),
  'hogql-breakdown': query(
    {},
    {
      breakdownFilter: {
        breakdown: `concat(person.properties.country, ' : ', if(properties.paid, 'yes', upper(properties.plan)))`,
        breakdown_type: 'hogql',
      },
    },
  ),
  'math-hogql': query({
    math: 'hogql',
    math_hogql: `sum(properties.amount) / count(distinct person_id) + countIf(properties.plan in ('a', 'b'))`,
  }),
  'ids-that-are-empty': query({
    math: 'hogql',
    math_hogql:
      'count(distinct $session_id) + uniqIf($group_0, $group_0 = events.$group_0) + count($session_id) + countIf($session_id is null) + length(groupUniqArray($group_1))',
  }),
  'cohort-filter': query({}, { properties: [{ type: 'cohort', key: 'id', value: 3, operator: 'not_in' }] }),
  'breakdown-cohorts': query({ math: 'dau' }, { breakdownFilter: { breakdown: [3, 'all'], breakdown_type: 'cohort' } }),
  'unique-group': query({ math: 'unique_group', math_group_type_index: 1 }),
  'first-time-filtered-breakdown': query(
    { math: 'first_time_for_user', properties: [filter('plan', 'exact', 'team')] },
    { breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' } },
  ),
  'weekly-active-hour': query({ math: 'weekly_active' }, { interval: 'hour' }),
  'max-count-per-actor-breakdown': query(
    { math: 'max_count_per_actor' },
    { breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' } },
  ),
  action: { ...query({}), series: [{ kind: 'ActionsNode', id: 5 }] },
  'element-filter': query(
    {},
    { properties: [filter('text', 'not_icontains', 'buy', 'element'), filter('tag_name', 'exact', ['a'], 'element')] },
  ),
  'breakdown-several': query(
    {},
    {
      breakdownFilter: {
        breakdowns: [
          { property: '$browser', type: 'event' },
          { property: 'amount', type: 'event', histogram_bin_count: 3 },
          { property: '$current_url', type: 'event', normalize_url: true },
        ],
      },
    },
  ),
  'breakdown-histogram': query(
    {},
    { breakdownFilter: { breakdown: 'age', breakdown_type: 'person', breakdown_histogram_bin_count: 10 } },
  ),
  'session-filter': query(
    {},
    {
      properties: [
        filter('$session_duration', 'gt', 30, 'session'),
        filter('$entry_utm_source', 'exact', ['google'], 'session'),
      ],
    },
  ),
  'session-duration-average': query({ math: 'avg', math_property: '$session_duration' }),
  'breakdown-group': query(
    {},
    { breakdownFilter: { breakdown: 'tier', breakdown_type: 'group', breakdown_group_type_index: 0 } },
  ),
  'test-accounts': query({}, { filterTestAccounts: true }),
  'all-events': query({ event: null }),
  week: query({}, { interval: 'week' }),
  'month-dau': query({ math: 'dau' }, { interval: 'month' }),
  hour: query({}, { interval: 'hour', dateRange: { date_from: '2024-03-31', date_to: '2024-03-31' } }),
  'one-number': query({}, { trendsFilter: { display: 'BoldNumber' } }),
  'one-number-dau': query({ math: 'dau' }, { trendsFilter: { display: 'BoldNumber' } }),
  breakdown: query({}, { breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' } }),
  'breakdown-hot-dau': query({ math: 'dau' }, { breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' } }),
  'breakdown-person-p90': query(
    { math: 'p90', math_property: 'amount' },
    { breakdownFilter: { breakdown: 'country', breakdown_type: 'person', breakdown_limit: 3 } },
  ),
  'breakdown-without-other': query(
    {},
    { breakdownFilter: { breakdown: 'plan', breakdown_type: 'event', breakdown_hide_other_aggregation: true } },
  ),
  'breakdown-person-dau': query({ math: 'dau' }, { breakdownFilter: { breakdown: 'plan', breakdown_type: 'person' } }),
  'breakdown-pie': query(
    {},
    { trendsFilter: { display: 'ActionsPie' }, breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' } },
  ),
  adversarial: query(
    { event: `'; drop table events; --` },
    { properties: [filter(`a' or 1=1 --`, 'exact', [`\\'; $1 "`]), filter('__proto__', 'icontains', `%'_\\`)] },
  ),
}
