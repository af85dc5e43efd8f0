import type * as z from 'zod/mini'
import { findGroup, groupQuery, groupsQuery, listGroups, listGroupTypes } from '../../lib/resources/groups/read.ts'
import { placedLinks, readPage } from '../paging.ts'
import { type Route, type RouteInput, route } from '../route.ts'

const PROJECT = '/api/projects/:project_id'

async function list({ c, ctx, query }: RouteInput<z.infer<typeof groupsQuery>>) {
  const page = readPage(c)
  const { results, ...places } = await listGroups(ctx, { ...query, page })
  return { ...placedLinks(c, page, places), results }
}

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
    handler: list,
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
