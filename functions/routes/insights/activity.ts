import { requireInsight } from '../../../lib/resources/insights/require.ts'
import { type ActivityRow, listActivity } from '../../../lib/store/activity.ts'
import { readNumbered } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights'

type Input = RouteInput<unknown, unknown>

/** What happened to one insight (docs/insights.md 10). */
async function ofInsight(input: Input) {
  const { services, project, caller, params } = input
  const row = await requireInsight(services, project, caller, params.id ?? '', 'view')
  return answer(input, row.id)
}

async function answer({ c, services, project, caller }: Input, insightId: number | null) {
  const page = readNumbered(c, 10)
  const { rows, count } = await listActivity(services.db, project, caller, insightId, page)
  return { results: rows.map(present), ...page.links(count), total_count: count }
}

const present = ({ user, activity, scope, item_id, detail, created_at, id }: ActivityRow) => ({
  id,
  user,
  activity,
  scope,
  item_id,
  detail,
  created_at,
})

export const activityRoutes: Route[] = [
  route({
    method: 'get',
    path: `${ITEMS}/activity`,
    scope: 'activity_log:read',
    summary: 'List the changes of all insights',
    answer: 'ActivityList',
    handler: (input) => answer(input, null),
  }),
  route({
    method: 'get',
    path: `${ITEMS}/:id/activity`,
    scope: 'activity_log:read',
    summary: 'List the changes of an insight',
    answer: 'ActivityList',
    handler: ofInsight,
  }),
]
