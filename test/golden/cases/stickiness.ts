/** Stickiness whose statements are golden, and the people behind it. */
const stickiness = (series: object = {}, more: object = {}) => ({
  kind: 'StickinessQuery',
  series: [{ kind: 'EventsNode', event: 'paid', ...series }],
  dateRange: { date_from: '2024-03-29', date_to: '2024-04-02' },
  ...more,
})
const people = (source: object, more: object) => ({
  kind: 'ActorsQuery',
  select: ['id'],
  source: { kind: 'StickinessActorsQuery', source, ...more },
})
const criteria = { stickinessCriteria: { operator: 'gte', value: 2 } }

export const STICKINESS: Readonly<Record<string, object>> = {
  days: stickiness(),
  'with-criteria': stickiness({}, { stickinessFilter: criteria }),
  'pairs-of-days': stickiness({}, { intervalCount: 2 }),
  weeks: stickiness({}, { interval: 'week', dateRange: { date_from: '2024-03-20', date_to: '2024-04-02' } }),
  hours: stickiness({}, { interval: 'hour', dateRange: { date_from: '2024-03-31', date_to: '2024-03-31T06:00:00' } }),
  'of-groups': stickiness({ math: 'unique_group', math_group_type_index: 1 }),
  'of-texts': stickiness({ math: 'hogql', math_hogql: 'properties.plan' }),
  'of-an-action': {
    ...stickiness({}, { compareFilter: { compare: true, compare_to: '-1w' } }),
    series: [{ kind: 'ActionsNode', id: 5, properties: [{ key: 'age', operator: 'gt', value: 18, type: 'person' }] }],
  },
  people: people(stickiness(), { day: 2, operator: 'gte' }),
  'people-of-groups': {
    ...people(stickiness({ math: 'unique_group', math_group_type_index: 1 }, { stickinessFilter: criteria }), {
      day: 1,
    }),
    select: ['group'],
  },
}
