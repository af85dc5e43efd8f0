import { asKey, type ViewedCtx } from '../../../lib/resources/ctx.ts'
import { showDashboard, showDashboards } from '../../../lib/resources/dashboards/read.ts'
import { changeDashboard, createDashboard } from '../../../lib/resources/dashboards/save.ts'
import {
  type DashboardBody,
  type DashboardListParameters,
  type DashboardParameters,
  dashboardBody,
  dashboardListParameters,
  dashboardParameters,
} from '../../../lib/resources/dashboards/schemas.ts'
import { dashboardValidity, LINK_SECONDS } from '../../../lib/resources/validity.ts'
import { jsonResponse } from '../../format.ts'
import { envelope, readPage } from '../../paging.ts'
import { readResponse } from '../../read-response.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/dashboards'
const ITEM = `${ITEMS}/:id` as const

async function list({ c, ctx, query }: RouteInput<DashboardListParameters, unknown, ViewedCtx>) {
  const page = readPage(c)
  const { count, results } = await showDashboards(ctx, { parameters: query, page })
  return envelope(c, page, count, results)
}

const create = ({ ctx, query, body }: RouteInput<DashboardParameters, DashboardBody>) =>
  createDashboard(ctx, { parameters: query, body })

async function read({ c, ctx, params, query }: RouteInput<DashboardParameters, unknown, ViewedCtx>) {
  const dashboard = await showDashboard(ctx, { ref: params.id ?? '', parameters: query })
  const maxAge = asKey(ctx) ? undefined : LINK_SECONDS
  return readResponse(c, 'json', dashboardValidity(dashboard, maxAge), () => jsonResponse(c, dashboard))
}

const update = ({ ctx, params, query, body }: RouteInput<DashboardParameters, DashboardBody>) =>
  changeDashboard(ctx, { ref: params.id ?? '', parameters: query, body })

const change = {
  path: ITEM,
  scope: 'dashboard:write',
  query: dashboardParameters,
  body: dashboardBody,
  computes: true,
  summary: 'Change a dashboard',
  answer: 'Dashboard',
  handler: update,
} as const

export const dashboardRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'dashboard:read',
    query: dashboardListParameters,
    paged: true,
    viewable: true,
    summary: 'List dashboards',
    answer: 'DashboardList',
    handler: list,
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'dashboard:write',
    query: dashboardParameters,
    body: dashboardBody,
    status: 201,
    computes: true,
    summary: 'Create a dashboard',
    answer: 'Dashboard',
    handler: create,
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'dashboard:read',
    query: dashboardParameters,
    computes: true,
    viewable: true,
    kept: true,
    summary: 'Read a dashboard with its insights',
    answer: 'Dashboard',
    handler: read,
  }),
  route({ method: 'patch', ...change }),
  route({ method: 'put', ...change }),
  // dashboards are deleted softly, by PATCH; the answer has no body
  route({
    method: 'delete',
    path: ITEM,
    scope: 'dashboard:write',
    status: 405,
    summary: 'Refused: dashboards are deleted by `PATCH {"deleted": true}`',
    answer: null,
    handler: ({ c }) => c.body(null, 405, { Allow: 'GET, PUT, PATCH' }),
  }),
]
