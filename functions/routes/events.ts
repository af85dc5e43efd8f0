import { type EventParameters, eventParameters, listEvents, showEvent } from '../../lib/resources/events/list.ts'
import { listValues, valueParameters } from '../../lib/resources/events/values.ts'
import { nextLink, readPage } from '../paging.ts'
import { type Route, type RouteInput, route } from '../route.ts'

const ITEMS = '/api/projects/:project_id/events'
const MAX_PAGE = 1_000

async function list({ c, ctx, query }: RouteInput<EventParameters>) {
  const page = readPage(c, 100, MAX_PAGE)
  const { results, hasMore, cursor } = await listEvents(ctx, { parameters: query, page })
  return { next: hasMore ? nextLink(c, page, cursor) : null, results }
}

export const eventRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'query:read',
    query: eventParameters,
    computes: true,
    paged: true,
    csv: true,
    summary: 'List events',
    answer: 'EventList',
    handler: list,
  }),
  route({
    method: 'get',
    path: `${ITEMS}/values`,
    scope: 'query:read',
    query: valueParameters,
    computes: true,
    summary: 'List the values that events of the last week have most often',
    answer: 'EventValueList',
    handler: ({ ctx, query }) => listValues(ctx, query),
  }),
  route({
    method: 'get',
    path: `${ITEMS}/:id`,
    scope: 'query:read',
    computes: true,
    summary: 'Read an event',
    answer: 'Event',
    handler: ({ ctx, params }) => showEvent(ctx, { id: params.id ?? '' }),
  }),
]
