import { showActivity } from '../../../lib/resources/insights/activity.ts'
import { readNumbered } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights'

async function list({ c, ctx, params }: RouteInput) {
  const page = readNumbered(c, 10)
  const { results, count } = await showActivity(ctx, { page, ...(params.id === undefined ? {} : { ref: params.id }) })
  return { results, ...page.links(count), total_count: count }
}

export const activityRoutes: Route[] = [
  route({
    method: 'get',
    path: `${ITEMS}/activity`,
    scope: 'activity_log:read',
    summary: 'List the changes of all insights',
    answer: 'ActivityList',
    handler: list,
  }),
  route({
    method: 'get',
    path: `${ITEMS}/:id/activity`,
    scope: 'activity_log:read',
    summary: 'List the changes of an insight',
    answer: 'ActivityList',
    handler: list,
  }),
]
