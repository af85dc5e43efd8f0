import type * as z from 'zod/mini'
import type { ViewedCtx } from '../../../lib/resources/ctx.ts'
import { countedParameters, listCounted } from '../../../lib/resources/persons/counted.ts'
import { pageLinks, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const MAX_PAGE = 1_000

async function list({ c, ctx, params, query }: RouteInput<z.infer<typeof countedParameters>, unknown, ViewedCtx>) {
  const page = readPage(c, 100, MAX_PAGE)
  const { results, hasMore } = await listCounted(ctx, { key: params.cache_key ?? '', parameters: query, page })
  return { ...pageLinks(c, page, hasMore), results }
}

export const behindInsightRoutes: Route[] = [
  route({
    method: 'get',
    path: '/api/projects/:project_id/persons/insight/:cache_key',
    scope: 'person:read',
    query: countedParameters,
    computes: true,
    paged: true,
    viewable: true,
    summary: 'List the people whom a number counts',
    answer: 'CountedActorList',
    handler: list,
  }),
]
