import { type CancelBody, cancelBody, cancelQuery } from '../../../lib/resources/queries/cancel-query.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights'

async function cancel({ c, ctx, body }: RouteInput<unknown, CancelBody>) {
  await cancelQuery(ctx, body)
  return c.body(null, 200)
}

/** Clients report how long an insight took to load. Edgehog stores nothing of it. */
const timing = ({ c }: RouteInput<unknown, unknown>) => c.body(null, 200)

export const cancelRoutes: Route[] = [
  route({
    method: 'post',
    path: `${ITEMS}/cancel`,
    scope: 'insight:read',
    body: cancelBody,
    summary: 'Cancel the computation that has an id',
    answer: null,
    handler: cancel,
  }),
  route({
    method: 'post',
    path: `${ITEMS}/timing`,
    scope: 'insight:read',
    anyBody: true,
    summary: 'Report how long an insight took to load; nothing is kept',
    answer: null,
    handler: timing,
  }),
]
