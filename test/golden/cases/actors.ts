import { type ActorsList, actorsOfList } from '../../../lib/nodes/actors/list.ts'
import { parseFilter } from '../../../lib/nodes/filter.ts'
import type { PropertyFilter } from '../../../lib/nodes/property-filter.ts'

/** Listings of actors whose statements are golden. */
const trends = (series: object = {}, more: object = {}) => ({
  kind: 'TrendsQuery',
  series: [{ kind: 'EventsNode', event: 'paid', ...series }],
  dateRange: { date_from: '2024-03-30', date_to: '2024-04-01' },
  ...more,
})
const behind = (source: object, point: object = {}) => ({
  source: { kind: 'InsightActorsQuery', source, ...point },
})
const by = (breakdownFilter: object) => trends({}, { breakdownFilter })
const OTHER = '$$_posthog_breakdown_other_$$'
const NONE = '$$_posthog_breakdown_null_$$'

export const ACTORS: Readonly<Record<string, object>> = {
  everybody: {},
  'filtered-and-searched': {
    select: ['id', 'properties.email', 'created_at'],
    properties: [{ key: 'age', operator: 'gt', value: 18, type: 'person' }],
    search: `a' or 1=1 --`,
    orderBy: ['properties.email desc'],
    limit: 10,
    offset: 20,
  },
  aggregate: { select: ['properties.plan', 'count()'] },
  'of-a-day': behind(trends({ math: 'dau' }), { day: '2024-03-31' }),
  'of-a-value': behind(by({ breakdown: 'plan' }), { breakdown: 'pro' }),
  'of-no-value': behind(by({ breakdown: 'plan' }), { breakdown: NONE }),
  'of-other-values': behind(by({ breakdown: 'plan', breakdown_limit: 2 }), { breakdown: OTHER }),
  'of-a-list': behind(by({ breakdowns: [{ property: 'plan' }, { property: 'age', type: 'person' }] }), {
    breakdown: ['pro', NONE],
  }),
  'of-other-lists': behind(by({ breakdowns: [{ property: 'plan' }, { property: 'age', type: 'person' }] }), {
    breakdown: [OTHER, OTHER],
  }),
  'of-a-cohort': behind(by({ breakdown: [3, 'all'], breakdown_type: 'cohort' }), { breakdown: 3 }),
  'first-time': behind(trends({ math: 'first_time_for_user' }), { day: '2024-03-31' }),
  'weekly-active': behind(trends({ math: 'weekly_active' }), { day: '2024-03-31' }),
  groups: behind(trends({ math: 'unique_group', math_group_type_index: 1 })),
  cumulative: behind(trends({ math: 'dau' }, { trendsFilter: { display: 'ActionsLineGraphCumulative' } }), {
    day: '2024-03-31',
  }),
}

const list = (of: ActorsList['of'], choice: ActorsList['choice'], more: Partial<ActorsList> = {}) =>
  actorsOfList({ of, choice, filter: parseFilter([], []), newestFirst: true, limit: 100, offset: 0, ...more })
const filtered = (...filters: PropertyFilter[]) => ({ filter: parseFilter(filters, []) })

/** Pages of the lists of persons and groups. */
export const LISTS: Readonly<Record<string, ReturnType<typeof list>>> = {
  'list-of-persons': list('person', {}),
  'list-of-one-person': list('person', { number: 3 }),
  'list-of-named-persons': list('person', { ids: ['01920000-0000-7000-8000-000000000001', 'nobody'], distinctId: 'a' }),
  'list-of-searched-persons': list('person', { part: `a"b` }, filtered({ key: 'id', value: 3, type: 'cohort' })),
  'list-of-later-persons': list(
    'person',
    { start: { at: '2024-03-21T00:00:00.123456Z', number: 3 } },
    { newestFirst: false, ...filtered({ key: 'age', value: 18, operator: 'gt', type: 'person' }) },
  ),
  'list-of-groups': list(
    'group_2',
    { part: 'a', start: { at: '2024-03-30T00:00:00Z', number: 9 } },
    {
      limit: 2,
      offset: 1,
      ...filtered({ key: 'size', value: 3, operator: 'gte', type: 'group', group_type_index: 2 }),
    },
  ),
  'list-of-one-group': list('group_1', { ids: ['key 1'] }),
}
