import { eventDefinitionsQuery, listEventDefinitions } from '../../lib/resources/definitions/events.ts'
import { listPropertyDefinitions, propertyDefinitionsQuery } from '../../lib/resources/definitions/properties.ts'
import { listed } from '../paging.ts'
import { type Route, route } from '../route.ts'

const PROJECT = '/api/projects/:project_id'

export const definitionRoutes: Route[] = [
  route({
    method: 'get',
    path: `${PROJECT}/event_definitions`,
    scope: 'event_definition:read',
    query: eventDefinitionsQuery,
    computes: true,
    paged: true,
    summary: 'List the names of events',
    answer: 'EventDefinitionList',
    handler: ({ c, ctx, query }) => listed(c, (page) => listEventDefinitions(ctx, { ...query, page })),
  }),
  route({
    method: 'get',
    path: `${PROJECT}/property_definitions`,
    scope: 'property_definition:read',
    query: propertyDefinitionsQuery,
    computes: true,
    paged: true,
    summary: 'List the names of properties',
    answer: 'PropertyDefinitionList',
    handler: ({ c, ctx, query }) => listed(c, (page) => listPropertyDefinitions(ctx, { ...query, page })),
  }),
]
