import * as z from 'zod'
import { invalid, notSupported } from '../../../lib/core/errors.ts'
import { readMode } from '../../../lib/refresh/policy.ts'
import {
  changeDashboard,
  createDashboard,
  presentDashboard,
  presentDashboardBasic,
  presentStoredDashboard,
  readDashboard,
} from '../../../lib/resources/dashboards.ts'
import { bool, REFRESH, text } from '../../../lib/resources/fields.ts'
import { readOverrides } from '../../../lib/resources/insights/narrowing.ts'
import { listDashboards } from '../../../lib/store/dashboards.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { changesOf, type DashboardBody, dashboardBody, tilesOf } from './fields.ts'

const ITEMS = '/api/projects/:project_id/dashboards'
const ITEM = `${ITEMS}/:id` as const

const listQuery = z.object({ search: text().optional(), pinned: bool.optional() })
const readQuery = z.object({
  refresh: z.string().meta({ description: REFRESH }).optional(),
  filters_override: z.string().meta({ description: 'Dashboard filters as JSON.' }).optional(),
  variables_override: z.string().meta({ description: 'Variables as JSON.' }).optional(),
})
type ReadQuery = z.infer<typeof readQuery>

const reading = ({ query }: Pick<RouteInput<ReadQuery, unknown>, 'query'>) => ({
  mode: readMode('insight', query.refresh),
  overrides: readOverrides(query),
})

async function list({ c, services, project, caller, query }: RouteInput<z.infer<typeof listQuery>, unknown>) {
  const page = readPage(c)
  const { rows, count } = await listDashboards(services.db, project.id, query, page)
  const results = rows.map((row) => presentDashboardBasic(row, project, caller))
  return envelope(c, page, count, results)
}

async function create({ services, project, caller, query, body }: RouteInput<ReadQuery, DashboardBody>) {
  if (body.use_template) throw notSupported('use_template', 'Making a dashboard from a template')
  const copyOf = body.use_dashboard ?? null
  if (body.tiles) throw invalid('tiles', 'A new dashboard has no tiles yet: add insights by their `dashboards`.')
  const options = reading({ query })
  const made = await createDashboard(services, project, caller, changesOf(body), copyOf)
  return presentStoredDashboard(services, project, caller, made, options)
}

async function read({ services, project, caller, params, query }: RouteInput<ReadQuery, unknown>) {
  const options = reading({ query })
  const found = await readDashboard(services, project, params.id ?? '')
  return presentDashboard(services, project, caller, found, options)
}

async function update(input: RouteInput<ReadQuery, DashboardBody>) {
  const { services, project, caller, params, body } = input
  const options = reading(input)
  const changed = await changeDashboard(services, project, caller, params.id ?? '', changesOf(body), tilesOf(body))
  return presentStoredDashboard(services, project, caller, changed, options)
}

const change = {
  path: ITEM,
  scope: 'dashboard:write',
  query: readQuery,
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
    query: listQuery,
    paged: true,
    summary: 'List dashboards',
    answer: 'DashboardList',
    handler: list,
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'dashboard:write',
    query: readQuery,
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
    query: readQuery,
    computes: true,
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
