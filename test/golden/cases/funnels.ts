/** Funnels, correlations and the people behind them whose statements are golden. */
const event = (name: string, more: object = {}) => ({ kind: 'EventsNode', event: name, ...more })
const filter = (key: string, operator: string, value: unknown, type = 'event') => ({ key, operator, value, type })

const funnel = (funnelsFilter: object = {}, more: object = {}) => ({
  kind: 'FunnelsQuery',
  series: ['seen', 'tried', 'paid'].map((name) => event(name)),
  dateRange: { date_from: '2024-03-30', date_to: '2024-04-01' },
  funnelsFilter,
  ...more,
})
const by = (breakdown: unknown, breakdown_type = 'event', more: object = {}) => ({
  breakdownFilter: { breakdown, breakdown_type, ...more },
})
const pointOf = (source: object, more: object = {}) => ({ kind: 'FunnelsActorsQuery', source, ...more })
const people = (source: object) => ({ kind: 'ActorsQuery', select: ['id'], source })
const correlation = (funnelCorrelationType: string, more: object = {}) => ({
  kind: 'FunnelCorrelationQuery',
  source: pointOf(funnel(), { funnelStep: 1 }),
  funnelCorrelationType,
  ...more,
})
const exclusion = { ...event('left'), funnelFromStep: 0, funnelToStep: 1 }

export const FUNNELS: Readonly<Record<string, object>> = {
  steps: funnel(),
  'by-a-person-property': funnel({}, by('country', 'person')),
  'by-cohorts': funnel({}, by([3, 'all'], 'cohort')),
  'of-persons': funnel({}, { properties: [filter('age', 'gte', 18, 'person')], filterTestAccounts: true }),
  times: funnel({ funnelVizType: 'time_to_convert', funnelFromStep: 1 }),
  'people-who-dropped': people(pointOf(funnel(), { funnelStep: -2 })),
  // from here on there is one strategy
  'of-entities': funnel(
    {},
    {
      series: [
        event('seen', { properties: [filter('plan', 'exact', ['pro'])] }),
        { kind: 'ActionsNode', id: 5, math: 'first_time_for_user' },
        event('tried', { optionalInFunnel: true }),
        event('paid', { math: 'first_time_for_user_with_filters' }),
      ],
    },
  ),
  strict: funnel({ funnelOrderType: 'strict', funnelWindowInterval: 5, funnelWindowIntervalUnit: 'minute' }),
  unordered: funnel({ funnelOrderType: 'unordered' }),
  exclusions: funnel({ exclusions: [exclusion] }),
  'first-touch': funnel({}, by('plan')),
  'last-touch-of-lists': funnel({ breakdownAttributionType: 'last_touch' }, by(['plan', '$browser'])),
  'all-events': funnel({ breakdownAttributionType: 'all_events' }, by('plan', 'event', { breakdown_limit: 2 })),
  'by-step': funnel({ breakdownAttributionType: 'step', breakdownAttributionValue: 1 }, by('plan')),
  'by-group': funnel({}, by('tier', 'group', { breakdown_group_type_index: 0 })),
  'of-groups': funnel({}, { aggregation_group_type_index: 1 }),
  'of-texts': funnel({ funnelAggregateByHogQL: 'properties.$session_id' }),
  trends: funnel({ funnelVizType: 'trends' }),
  'trends-with-exclusions': funnel({ funnelVizType: 'trends', exclusions: [exclusion] }, by('plan')),
  'trends-unordered': funnel({ funnelVizType: 'trends', funnelOrderType: 'unordered' }, { interval: 'week' }),
  'trends-by-cohorts': funnel({ funnelVizType: 'trends' }, by([3, 'all'], 'cohort')),
  'times-in-bins': funnel({ funnelVizType: 'time_to_convert', funnelOrderType: 'strict', binCount: 5 }),
  'correlation-events': correlation('events', { funnelCorrelationExcludeEventNames: ['$pageview'] }),
  'correlation-event-properties': correlation('event_with_properties', {
    funnelCorrelationEventNames: ['clicked', '$autocapture'],
    funnelCorrelationEventExcludePropertyNames: ['$time'],
  }),
  'correlation-properties': correlation('properties', { funnelCorrelationNames: ['plan', 'age'] }),
  'correlation-all-properties': correlation('properties', { funnelCorrelationNames: ['$all'] }),
  'people-of-a-day': people(
    pointOf(funnel({ funnelVizType: 'trends' }), {
      funnelTrendsEntrancePeriodStart: '2024-03-31 00:00:00',
      funnelTrendsDropOff: true,
    }),
  ),
  'people-of-the-rest': people(
    pointOf(funnel({}, by('plan', 'event', { breakdown_limit: 2 })), { funnelStep: 2, funnelStepBreakdown: ['Other'] }),
  ),
}
