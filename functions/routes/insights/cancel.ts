import * as z from 'zod'
import { invalid } from '../../../lib/core/errors.ts'
import { cancelRun } from '../../../lib/refresh/cancel.ts'
import { queryId } from '../../../lib/resources/fields.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights'

const cancelBody = z.object({
  client_query_id: queryId.optional(),
})

/** Ends what runs under an id, in the database too; one that is not known is fine (docs/insights.md 5). */
async function cancel({ c, ctx: { services, project }, body }: RouteInput<unknown, z.infer<typeof cancelBody>>) {
  const { client_query_id: id } = body
  if (id === undefined) throw invalid('client_query_id', 'Field is required.')
  await cancelRun(services, project.id, id)
  return c.body(null, 200)
}

/** Clients tell how long they waited; nothing is kept. */
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
