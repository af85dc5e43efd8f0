/** Paths whose statements are golden. */
const paths = (pathsFilter: object, more: object = {}) => ({
  kind: 'PathsQuery',
  pathsFilter,
  dateRange: { date_from: '2024-03-24', date_to: '2024-04-02' },
  ...more,
})
const custom = (filter: object = {}, more: object = {}) =>
  paths({ includeEventTypes: ['custom_event'], ...filter }, more)
const funnel = (funnelPathType: string, funnelStep: number, more: object = {}) =>
  custom(
    {},
    {
      funnelPathsFilter: {
        funnelPathType,
        funnelStep,
        funnelSource: {
          kind: 'FunnelsQuery',
          series: ['seen', 'tried', 'paid'].map((event) => ({ kind: 'EventsNode', event })),
          dateRange: { date_from: '2024-03-24', date_to: '2024-04-02' },
          ...more,
        },
      },
    },
  )
const people = (query: object) => ({ kind: 'ActorsQuery', source: { kind: 'InsightActorsQuery', source: query } })

export const PATHS: Readonly<Record<string, object>> = {
  'all-events': paths({}),
  pages: paths({ includeEventTypes: ['$pageview'] }),
  'pages-and-names': paths({ includeEventTypes: ['$pageview', 'custom_event'] }),
  screens: paths({ includeEventTypes: ['$screen'] }),
  'names-and-screens': paths({ includeEventTypes: ['$screen', 'custom_event'] }),
  expression: paths({ includeEventTypes: ['hogql'], pathsHogQLExpression: 'event || properties.$current_url' }),
  filtered: custom(
    {},
    { properties: [{ key: 'amount', value: 1, operator: 'gt', type: 'event' }], filterTestAccounts: true },
  ),
  cleaned: paths({
    includeEventTypes: ['hogql'],
    pathsHogQLExpression: 'properties.$current_url',
    localPathCleaningFilters: [
      { regex: '/(?:shop|cart)/?', alias: '/\\\\place' },
      { regex: `[?'].*$`, alias: '' },
    ],
    pathGroupings: ['*/place', `it's [a]*+`],
  }),
  excluded: custom({ excludeEvents: ['tried', `o'clock`] }),
  start: custom({ startPoint: 'tried', stepLimit: 3 }),
  end: custom({ endPoint: 'left', stepLimit: 3 }),
  'start-and-end': custom({ startPoint: 'seen', endPoint: 'left', stepLimit: 3 }),
  weights: custom({ minEdgeWeight: 2, maxEdgeWeight: 30, edgeLimit: 3 }),
  'funnel-before': funnel('funnel_path_before_step', 3),
  'funnel-between': funnel('funnel_path_between_steps', 2),
  'funnel-after': funnel('funnel_path_after_step', 2),
  'funnel-after-drop-off': funnel('funnel_path_after_step', -3, { funnelsFilter: { funnelWindowInterval: 1 } }),
  'funnel-of-groups': funnel('funnel_path_after_step', 1, { aggregation_group_type_index: 0 }),
  arrived: people(custom({ pathEndKey: '2_tried' })),
  travelled: people(custom({ pathStartKey: '1_seen', pathEndKey: '2_tried' })),
  'dropped-off': people(custom({ pathDropoffKey: '2_tried', startPoint: 'seen' })),
}
