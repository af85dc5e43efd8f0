import * as z from 'zod'
import { invalid } from '../../../lib/core/errors.ts'
import { choice, list as listField, text } from '../../../lib/resources/fields.ts'
import { createSubscriber, removeSubscriber, showSubscribers } from '../../../lib/resources/insights/subscribers.ts'
import { REFRESH_EVENTS } from '../../../lib/resources/insights/tell.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights/:id/subscribers'

const subscriberBody = z.object({ url: text(2_000), events: listField(choice(REFRESH_EVENTS), 10).optional() })
type Input = RouteInput<unknown, unknown>

async function create({
  services,
  project,
  caller,
  params,
  body,
}: RouteInput<unknown, z.infer<typeof subscriberBody>>) {
  if (body.events?.length === 0) throw invalid('events', 'This list may not be empty.', 'empty')
  return createSubscriber(services, project, caller, params.id ?? '', body)
}

const list = async ({ services, project, caller, params }: Input) => ({
  results: await showSubscribers(services, project, caller, params.id ?? ''),
})

async function remove({ c, services, project, caller, params }: Input) {
  await removeSubscriber(services, project, caller, params.id ?? '', params.subscriber_id ?? '')
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
