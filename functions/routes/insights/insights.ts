import * as z from 'zod'
import type { Caller } from '../../../lib/access/caller.ts'
import { type RefreshMode, readRefresh } from '../../../lib/cache/policy.ts'
import { recordKey } from '../../../lib/cache/records.ts'
import { presentStatus } from '../../../lib/cache/status.ts'
import { invalid, notSupported } from '../../../lib/core/errors.ts'
import type { Project } from '../../../lib/core/project.ts'
import { objectsTable, trendsTable } from '../../../lib/render/csv.ts'
import { changeInsight, createInsight } from '../../../lib/resources/insights/change.ts'
import { answerPage } from '../../../lib/resources/insights/list.ts'
import { presentBasic, presentInsight } from '../../../lib/resources/insights/present.ts'
import { answerInsight, readInsight } from '../../../lib/resources/insights/read.ts'
import type { Services } from '../../../lib/services.ts'
import type { TrendsItem } from '../../../lib/shape/trends.ts'
import { findInsightPage } from '../../../lib/store/insight-page.ts'
import type { InsightRow } from '../../../lib/store/insights.ts'
import { bool, text } from '../../fields.ts'
import { csvResponse, wantsCsv } from '../../format.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { changesOf, type InsightBody, insightBody } from './fields.ts'

const ITEMS = '/api/projects/:project_id/insights'
const ITEM = `${ITEMS}/:id`

const readQuery = z.object({
  refresh: z.string().optional(),
  basic: z.string().optional(),
  client_query_id: z.string().optional(),
  filters_override: z.string().optional(),
  variables_override: z.string().optional(),
})
type ReadQuery = z.infer<typeof readQuery>

const listQuery = readQuery.extend({
  short_id: z.string().optional(),
  created_by: z.string().optional(),
  saved: bool.optional(),
  favorited: bool.optional(),
  user: z.string().optional(),
  search: text().optional(),
  insight: z.string().optional(),
  date_from: z.string().optional(),
  date_to: z.string().optional(),
  dashboards: z.string().optional(),
  tags: z.string().optional(),
  order: z.string().optional(),
})

const isTruthy = (word: string | undefined) => /^(y|yes|t|true|on|1)$/i.test(word ?? '')

/** From the query string first, else from the body. */
const modeOf = (query: ReadQuery, body?: InsightBody): RefreshMode => readRefresh(query.refresh ?? body?.refresh)

async function present(services: Services, project: Project, row: InsightRow, mode: RefreshMode, query: ReadQuery) {
  refuseOverrides(query)
  const answer = await answerInsight(services, project, row, { mode, statusId: query.client_query_id })
  return presentInsight(row, answer)
}

/** Overrides change the numbers: one that is not honoured yet is refused. */
function refuseOverrides(query: ReadQuery): void {
  for (const name of ['filters_override', 'variables_override'] as const)
    if (query[name] && query[name] !== '{}') throw notSupported(name, 'Overriding')
}

async function list({ c, services, project, caller, query }: RouteInput<z.infer<typeof listQuery>, unknown>) {
  refuseOverrides(query)
  const page = readPage(c)
  const { rows, count } = await findInsightPage(services.db, project, caller.userId, query, page, services.now())
  if (wantsCsv(c)) return csvResponse(c, 'insights', objectsTable(rows.map(presentBasic)))
  if (isTruthy(query.basic)) return envelope(c, page, count, rows.map(presentBasic))
  const answers = await answerPage(services, project, rows, modeOf(query))
  const results = rows.map((row, index) => {
    const { answer = null, error = null } = answers[index] ?? {}
    return presentInsight(row, answer, error && failedStatus(services, project, row, error.detail))
  })
  return envelope(c, page, count, results)
}

function failedStatus(services: Services, project: Project, row: InsightRow, message: string) {
  const now = services.now().toISOString()
  return presentStatus(project.id, {
    id: row.short_id,
    runId: row.short_id,
    cacheKey: '',
    complete: true,
    error: true,
    errorMessage: message,
    startTime: now,
    pickupTime: now,
    endTime: now,
    insightId: row.id,
  })
}

async function create({ services, project, caller, query, body }: RouteInput<ReadQuery, InsightBody>) {
  refuseDashboards(body)
  const row = await createInsight(services, project, caller, changesOf(body))
  return present(services, project, row, modeOf(query, body), query)
}

async function retrieve({ c, services, project, params, query, records }: RouteInput<ReadQuery, unknown>) {
  const row = await readInsight(services, project, params.id ?? '', records[0])
  const csv = wantsCsv(c)
  if (isTruthy(query.basic))
    return csv ? csvResponse(c, row.name ?? 'insight', objectsTable([presentBasic(row)])) : presentBasic(row)
  // a table is asked for to be read: it is computed unless the request says otherwise
  const mode = csv && query.refresh === undefined ? 'blocking' : modeOf(query)
  const insight = await present(services, project, row, mode, query)
  if (!csv) return insight
  const name = row.name || row.derived_name || `insight ${row.short_id}`
  return csvResponse(c, name, trendsTable((insight.result ?? []) as TrendsItem[]))
}

async function update(input: RouteInput<ReadQuery, InsightBody> & { caller: Caller }) {
  const { services, project, caller, params, query, body, rawBody } = input
  refuseDashboards(body)
  const changes = changesOf(body)
  // only the JSON boolean undeletes
  if (changes.deleted === false && rawBody.deleted !== false) delete changes.deleted
  const row = await changeInsight(services, project, caller, params.id ?? '', changes)
  return present(services, project, row, modeOf(query, body), query)
}

/** There are no dashboards yet: an id can only be unknown. */
function refuseDashboards({ dashboards }: InsightBody): void {
  const id = dashboards?.[0]
  if (id !== undefined) throw invalid('dashboards', `Invalid pk "${id}" - object does not exist.`, 'does_not_exist')
}

const change = { path: ITEM, scope: 'insight:write', query: readQuery, body: insightBody, handler: update } as const

export const insightRoutes: Route[] = [
  route({ method: 'get', path: ITEMS, scope: 'insight:read', query: listQuery, computes: true, handler: list }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'insight:write',
    query: readQuery,
    body: insightBody,
    status: 201,
    computes: true,
    handler: create,
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'insight:read',
    query: readQuery,
    records: ({ project_id, id }) => [recordKey.insight(project_id ?? '', id ?? '')],
    computes: true,
    handler: retrieve,
  }),
  route({ method: 'patch', computes: true, ...change }),
  route({ method: 'put', computes: true, ...change }),
  // insights are deleted softly, by PATCH; the answer has no body
  route({
    method: 'delete',
    path: ITEM,
    scope: 'insight:write',
    handler: ({ c }) => c.body(null, 405, { Allow: 'GET, PUT, PATCH' }),
  }),
]
