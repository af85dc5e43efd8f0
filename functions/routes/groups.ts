import { findGroup, groupQuery, groupsQuery, listGroups, listGroupTypes } from '../../lib/resources/groups/read.ts'
import { listedUncounted } from '../paging.ts'
import { type Route, route } from '../route.ts'

const PROJECT = '/api/projects/:project_id'

export const groupRoutes: Route[] = [
  route({
    method: 'get',
    path: `${PROJECT}/groups_types`,
    scope: 'group:read',
    summary: 'List group types',
    answer: 'GroupTypeList',
    handler: ({ ctx }) => listGroupTypes(ctx),
  }),
  route({
    method: 'get',
    path: `${PROJECT}/groups`,
    scope: 'group:read',
    query: groupsQuery,
    computes: true,
    paged: true,
    summary: 'List groups',
    answer: 'GroupList',
    handler: ({ c, ctx, query }) => listedUncounted(c, (page) => listGroups(ctx, { ...query, page })),
  }),
  route({
    method: 'get',
    path: `${PROJECT}/groups/find`,
    scope: 'group:read',
    query: groupQuery,
    summary: 'Find a group by its key',
    answer: 'Group',
    handler: ({ ctx, query }) => findGroup(ctx, query),
  }),
]
