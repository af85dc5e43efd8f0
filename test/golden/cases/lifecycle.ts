/** Lifecycles whose statements are golden, and the people behind them. */
const lifecycle = (more: object = {}) => ({
  kind: 'LifecycleQuery',
  series: [{ kind: 'EventsNode', event: 'paid' }],
  dateRange: { date_from: '2024-03-29', date_to: '2024-04-02' },
  ...more,
})
const people = (source: object, status: string) => ({
  kind: 'ActorsQuery',
  select: ['id'],
  source: { kind: 'InsightActorsQuery', source, day: '2024-03-30', status },
})

export const LIFECYCLE: Readonly<Record<string, object>> = {
  days: lifecycle(),
  weeks: lifecycle({ interval: 'week' }),
  'exact-hours': lifecycle({
    interval: 'hour',
    dateRange: { date_from: '2024-03-31T00:30:00', date_to: '2024-03-31T05:15:00', explicitDate: true },
  }),
  'of-groups': lifecycle({ aggregation_group_type_index: 1 }),
  'new-people': people(lifecycle(), 'new'),
  'dormant-groups': { ...people(lifecycle({ aggregation_group_type_index: 1 }), 'dormant'), select: ['group'] },
}
