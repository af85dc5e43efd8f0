import type * as z from 'zod/mini'
import {
  createSubscriber,
  removeSubscriber,
  showSubscribers,
  subscriberBody,
} from '../../../lib/resources/insights/subscribers.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights/:id/subscribers'

const create = ({ ctx, params, body }: RouteInput<unknown, z.infer<typeof subscriberBody>>) =>
  createSubscriber(ctx, { ref: params.id ?? '', body })

const list = async ({ ctx, params }: RouteInput) => ({
  results: await showSubscribers(ctx, { ref: params.id ?? '' }),
})

async function remove({ c, ctx, params }: RouteInput) {
  await removeSubscriber(ctx, { ref: params.id ?? '', id: params.subscriber_id ?? '' })
  return c.body(null, 204)
}

export const subscriberRoutes: Route[] = [
  route({
    method: 'post',
    path: ITEMS,
    scope: 'insight:write',
    body: subscriberBody,
    status: 201,
    summary: 'Create a subscriber of the refreshes of an insight',
    answer: 'NewSubscriber',
    handler: create,
  }),
  route({
    method: 'get',
    path: ITEMS,
    scope: 'insight:read',
    summary: 'List the subscribers of an insight',
    answer: 'SubscriberList',
    handler: list,
  }),
  route({
    method: 'delete',
    path: `${ITEMS}/:subscriber_id`,
    scope: 'insight:write',
    summary: 'Delete a subscriber',
    answer: null,
    handler: remove,
  }),
]
