/** The saved insights of the demo project. */
const series = (event: string, more: object = {}) => ({ kind: 'EventsNode', event, name: event, ...more })
const trends = (query: object) => ({ kind: 'InsightVizNode', source: { kind: 'TrendsQuery', ...query } })
const funnel = (query: object) => ({ kind: 'InsightVizNode', source: { kind: 'FunnelsQuery', ...query } })
const retention = (query: object) => ({ kind: 'InsightVizNode', source: { kind: 'RetentionQuery', ...query } })
const lifecycle = (query: object) => ({ kind: 'InsightVizNode', source: { kind: 'LifecycleQuery', ...query } })
const stickiness = (query: object) => ({ kind: 'InsightVizNode', source: { kind: 'StickinessQuery', ...query } })
const paths = (query: object) => ({ kind: 'InsightVizNode', source: { kind: 'PathsQuery', ...query } })
const sql = (query: string, display: string) => ({
  kind: 'DataVisualizationNode',
  source: { kind: 'HogQLQuery', query, filters: { dateRange: { date_from: '-30d' } } },
  display,
})

export const DEMO_INSIGHTS = [
  {
    name: 'Page views per day',
    description: 'All page views of the last 30 days.',
    query: trends({ series: [series('$pageview')], interval: 'day', dateRange: { date_from: '-30d' } }),
  },
  {
    name: 'Daily visitors by browser',
    description: 'Distinct persons a day.',
    query: trends({
      series: [series('$pageview', { math: 'dau' })],
      interval: 'day',
      dateRange: { date_from: '-30d' },
      breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' },
    }),
  },
  {
    name: 'Sign-ups per week by plan',
    query: trends({
      series: [series('signed up')],
      interval: 'week',
      dateRange: { date_from: '-8w' },
      breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' },
      trendsFilter: { display: 'ActionsBar' },
    }),
  },
  {
    name: 'Revenue this month and before',
    description: 'Sum of the amounts of purchases, in euros.',
    query: trends({
      series: [series('purchase', { math: 'sum', math_property: 'amount' })],
      interval: 'day',
      dateRange: { date_from: '-30d' },
      compareFilter: { compare: true },
    }),
  },
  {
    name: 'Visitors that sign up',
    description: 'Sign-ups per hundred visitors.',
    query: trends({
      series: [series('signed up', { math: 'dau' }), series('$pageview', { math: 'dau' })],
      interval: 'week',
      dateRange: { date_from: '-8w' },
      trendsFilter: { formula: 'A / B * 100' },
    }),
  },
  {
    name: 'Slow reports in Germany',
    description: '95th percentile of the time to show a report.',
    query: trends({
      series: [series('report viewed', { math: 'p95', math_property: 'duration_ms' })],
      interval: 'day',
      dateRange: { date_from: '-14d' },
      properties: [{ key: '$geoip_country_code', value: ['DE'], operator: 'exact', type: 'event' }],
    }),
  },
  {
    name: 'From the first page view to a purchase',
    description: 'Within two weeks of the first page view.',
    query: funnel({
      series: [series('$pageview'), series('signed up'), series('purchase')],
      dateRange: { date_from: '-60d' },
    }),
  },
  {
    name: 'From a sign-up to the first purchase',
    description: 'How long it takes.',
    query: funnel({
      series: [series('signed up'), series('purchase')],
      dateRange: { date_from: '-60d' },
      funnelsFilter: { funnelVizType: 'time_to_convert' },
    }),
  },
  {
    name: 'Who comes back after the sign-up',
    description: 'Accounts by the week of their sign-up, and how many of them visit in the weeks after.',
    query: retention({
      dateRange: { date_from: '-7w' },
      retentionFilter: {
        retentionType: 'retention_first_time',
        period: 'Week',
        totalIntervals: 8,
        targetEntity: { id: 'signed up', name: 'signed up', type: 'events' },
        returningEntity: { id: '$pageview', name: '$pageview', type: 'events' },
      },
    }),
  },
  {
    name: 'Visitors who are new, return or go',
    description:
      'Each week: who is there for the first time, was there the week before, is back after a break, or did not come again.',
    query: lifecycle({ series: [series('$pageview')], interval: 'week', dateRange: { date_from: '-7w' } }),
  },
  {
    name: 'Weeks with a visit, of the last eight',
    description: 'How many people visited in one week, in two, and so on, and how many created a project.',
    query: stickiness({
      series: [series('$pageview', { custom_name: 'Visits' }), series('project created', { custom_name: 'Projects' })],
      interval: 'week',
      dateRange: { date_from: '-7w' },
    }),
  },
  {
    name: 'Where people go from the home page',
    description: 'The first five pages of visits that come by the home page.',
    query: paths({
      dateRange: { date_from: '-30d' },
      pathsFilter: {
        includeEventTypes: ['$pageview'],
        startPoint: 'https://hedge.example/',
        stepLimit: 5,
        edgeLimit: 30,
      },
    }),
  },
  {
    name: 'The busiest hours',
    description: 'Page views by the hour of the day, in SQL.',
    query: sql(
      "select toHour(timestamp) as hour, count() as views from events where event = '$pageview' and {filters} group by hour order by hour",
      'ActionsBar',
    ),
  },
]

/** It shows all of them. */
export const DEMO_DASHBOARD = 'Product overview'
