import type * as z from 'zod/mini'
import { noteAllViewed, noteViewed, showLastViewed, viewedBody } from '../../../lib/resources/insights/viewed.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights'

async function viewed({ c, ctx, params }: RouteInput) {
  await noteViewed(ctx, { ref: params.id ?? '' })
  return c.body(null, 200)
}

async function viewedAll({ c, ctx, body }: RouteInput<unknown, z.infer<typeof viewedBody>>) {
  await noteAllViewed(ctx, { body })
  return c.body(null, 200)
}

export const viewedRoutes: Route[] = [
  route({
    method: 'get',
    path: `${ITEMS}/my_last_viewed`,
    scope: 'insight:read',
    summary: 'List the insights that the user viewed last',
    answer: 'LastViewedInsights',
    handler: ({ ctx }) => showLastViewed(ctx),
  }),
  route({
    method: 'post',
    path: `${ITEMS}/viewed`,
    scope: 'insight:read',
    body: viewedBody,
    summary: 'Note that insights were viewed',
    answer: null,
    handler: viewedAll,
  }),
  route({
    method: 'post',
    path: `${ITEMS}/:id/viewed`,
    scope: 'insight:read',
    anyBody: true,
    summary: 'Note that an insight was viewed',
    answer: null,
    handler: viewed,
  }),
]
