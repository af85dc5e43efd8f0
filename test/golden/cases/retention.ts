/** Retentions and the people behind them whose statements are golden. */
const retention = (retentionFilter: object = {}, more: object = {}) => ({
  kind: 'RetentionQuery',
  dateRange: { date_from: '2024-03-28', date_to: '2024-04-01' },
  retentionFilter: {
    totalIntervals: 3,
    targetEntity: { id: 'seen', type: 'events' },
    returningEntity: { id: 'tried', type: 'events' },
    ...retentionFilter,
  },
  ...more,
})

const same = { targetEntity: { id: 'seen' }, returningEntity: { id: 'seen' } }
const by = (breakdown: unknown, breakdown_type: string, more: object = {}) => ({
  breakdownFilter: { breakdown, breakdown_type, ...more },
})
const filter = (key: string, operator: string, value: unknown, type = 'event') => ({ key, operator, value, type })

const people = (source: object, point: object = {}, more: object = {}) => ({
  kind: 'ActorsQuery',
  select: ['id', 'appearances'],
  source: { kind: 'InsightActorsQuery', source, ...point },
  ...more,
})
const OTHER = '$$_posthog_breakdown_other_$$'

export const RETENTION: Readonly<Record<string, object>> = {
  'two-events': retention(),
  'one-event': retention(same),
  'of-weeks': retention({ ...same, period: 'Week' }, { dateRange: { date_to: '2024-04-01' } }),
  'of-hours': retention({ period: 'Hour', minimumOccurrences: 2 }, { dateRange: { date_from: '-30h' } }),
  'of-an-action': retention({
    targetEntity: { id: 5, type: 'actions', properties: [filter('plan', 'is_not', 'pro')] },
    returningEntity: { id: null },
  }),
  'of-groups': retention(same, { aggregation_group_type_index: 1, filterTestAccounts: true }),
  'first-time': retention({ retentionType: 'retention_first_time' }),
  'first-time-of-one-event': retention({ ...same, retentionType: 'retention_first_time' }),
  'sum-of-one-event': retention({ ...same, aggregationType: 'sum', aggregationProperty: 'amount' }),
  'cumulative-of-one-event': retention({ ...same, cumulative: true, retentionCustomBrackets: [1, 2] }),
  'first-time-by-country': retention({ ...same, retentionType: 'retention_first_time' }, by('country', 'person')),
  'first-ever': retention({
    retentionType: 'retention_first_ever_occurrence',
    targetEntity: { id: 'seen', properties: [filter('plan', 'exact', ['pro'])] },
  }),
  'by-an-event-property': retention(same, by('$browser', 'event', { breakdown_limit: 2 })),
  'by-a-person-property': retention(same, by('country', 'person')),
  'by-a-group-property': retention({}, by('tier', 'group', { breakdown_group_type_index: 0 })),
  'by-an-expression': retention({}, by("concat(event, ' ', properties.plan)", 'hogql')),
  'by-cohorts': retention({}, by([3, 'all'], 'cohort')),
  'groups-by-cohorts': retention(same, { ...by([3], 'cohort'), aggregation_group_type_index: 0 }),
  'first-time-by-value': retention({ retentionType: 'retention_first_time' }, by('plan', 'event')),
  cumulative: retention({ cumulative: true, minimumOccurrences: 2 }),
  'cumulative-by-value': retention({ cumulative: true }, by('$browser', 'event', { breakdown_limit: 1 })),
  brackets: retention({ retentionCustomBrackets: [1, 2] }),
  'brackets-by-value': retention({ ...same, retentionCustomBrackets: [1, 2] }, by('plan', 'event')),
  windows: retention({ timeWindowMode: '24_hour_windows' }),
  'windows-of-months': retention({ timeWindowMode: '24_hour_windows', period: 'Month' }),
  'windows-in-brackets': retention({ timeWindowMode: '24_hour_windows', retentionCustomBrackets: [1, 2] }),
  'windows-by-value': retention({ timeWindowMode: '24_hour_windows' }, by('$browser', 'event')),
  'windows-by-country': retention({ timeWindowMode: '24_hour_windows' }, by('country', 'person')),
  'first-ever-windows': retention({
    retentionType: 'retention_first_ever_occurrence',
    timeWindowMode: '24_hour_windows',
  }),
  sum: retention({ aggregationType: 'sum', aggregationProperty: 'amount' }),
  'average-of-persons': retention({
    ...same,
    aggregationType: 'avg',
    aggregationProperty: 'age',
    aggregationPropertyType: 'person',
  }),
  'sum-by-value': retention({ aggregationType: 'sum', aggregationProperty: 'amount' }, by('$browser', 'event')),
  'sum-of-groups-by-cohorts': retention(
    { aggregationType: 'sum', aggregationProperty: 'amount' },
    { ...by([3], 'cohort'), aggregation_group_type_index: 0 },
  ),
  'sum-of-first-times-in-brackets': retention({
    retentionType: 'retention_first_time',
    aggregationType: 'sum',
    aggregationProperty: 'amount',
    retentionCustomBrackets: [1, 2],
  }),
  'first-ever-by-value': retention({ retentionType: 'retention_first_ever_occurrence' }, by('$os', 'event')),
  'people-of-a-row': people(retention(), { interval: 1 }, { select: ['id', 'appearances', 'day_0', 'day_2'] }),
  'people-of-any-row': people(retention(same), {}, { orderBy: ['length(appearances) desc', 'actor_id'] }),
  'people-of-cumulative': people(retention({ cumulative: true }), { interval: 1 }),
  'people-of-brackets': people(retention({ retentionCustomBrackets: [1, 2] }), { interval: 1 }),
  'people-of-windows': people(retention({ timeWindowMode: '24_hour_windows' }), { interval: 0 }),
  'people-of-first-times': people(retention({ retentionType: 'retention_first_time' }), { interval: 0 }),
  'people-of-a-value': people(retention(same, by('$browser', 'event')), { interval: 1, breakdown: ['a'] }),
  'people-of-no-value': people(retention({}, by('plan', 'event')), { interval: 0, breakdown: '' }),
  'people-of-a-country': people(retention(same, by('country', 'person')), { interval: 0, breakdown: 'fr' }),
  'people-of-other-values': people(retention(same, by('$browser', 'event', { breakdown_limit: 1 })), {
    interval: 1,
    breakdown: [OTHER],
  }),
  'people-of-a-cohort': people(retention({}, by([3, 'all'], 'cohort')), { interval: 0, breakdown: 3 }),
  'groups-of-a-row': people(
    retention(same, { aggregation_group_type_index: 1 }),
    { interval: 0 },
    { select: ['id', 'appearances'] },
  ),
}
