import { parseRecord, recordKey } from '../../../lib/records/record.ts'
import type { ReaderCtx } from '../../../lib/resources/ctx.ts'
import { listInsights } from '../../../lib/resources/insights/list.ts'
import { type ListParameters, listParameters } from '../../../lib/resources/insights/list-filter.ts'
import { exportInsight, retrieveInsight } from '../../../lib/resources/insights/retrieve.ts'
import { changeInsight, createInsight } from '../../../lib/resources/insights/save.ts'
import {
  type InsightBody,
  insightBody,
  type ReadParameters,
  readParameters,
} from '../../../lib/resources/insights/schemas.ts'
import type { InsightRow } from '../../../lib/store/insights.ts'
import { csvResponse, exportResponse, fileFormat, requireTable } from '../../format.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights'
const ITEM = `${ITEMS}/:id` as const

async function list({ c, ctx, query }: RouteInput<ListParameters, unknown, ReaderCtx>) {
  const page = readPage(c)
  const { count, results } = await listInsights(ctx, { parameters: query, page })
  return envelope(c, page, count, results)
}

const create = ({ ctx, query, body }: RouteInput<ReadParameters, InsightBody>) =>
  createInsight(ctx, { parameters: query, body })

async function retrieve({ c, ctx, params, query, records }: RouteInput<ReadParameters, unknown, ReaderCtx>) {
  const input = { ref: params.id ?? '', recorded: parseRecord<InsightRow>(records[0]), parameters: query }
  const format = fileFormat(c)
  const exported = format && (await exportInsight(ctx, input))
  if (exported) return exportResponse(c, exported.name, exported.file, format)
  requireTable(format)
  const { insight, table } = await retrieveInsight(ctx, { ...input, as: format ? 'table' : 'object' })
  return table ? csvResponse(c, table.name, table.cells) : insight
}

const update = ({ ctx, params, query, body, rawBody }: RouteInput<ReadParameters, InsightBody>) =>
  changeInsight(ctx, { ref: params.id ?? '', parameters: query, body, undeletes: rawBody.deleted === false })

const change = {
  path: ITEM,
  scope: 'insight:write',
  query: readParameters,
  body: insightBody,
  computes: true,
  handler: update,
} as const

export const insightRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'insight:read',
    query: listParameters,
    computes: true,
    paged: true,
    csv: true,
    shareable: true,
    summary: 'List insights',
    answer: 'InsightList',
    handler: list,
  }),
  route({
    method: 'post',
    path: ITEMS,
    scope: 'insight:write',
    query: readParameters,
    body: insightBody,
    status: 201,
    computes: true,
    summary: 'Create an insight',
    answer: 'Insight',
    handler: create,
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'insight:read',
    query: readParameters,
    records: ({ project_id, id }) => [recordKey.insight(project_id ?? '', id ?? '')],
    computes: true,
    csv: true,
    exports: true,
    shareable: true,
    summary: 'Read an insight with its result',
    answer: { 200: { 'application/json': 'InsightRead', 'application/x-ndjson': null } },
    handler: retrieve,
  }),
  route({ method: 'patch', summary: 'Change an insight', answer: 'Insight', ...change }),
  route({ method: 'put', summary: 'Change an insight', answer: 'Insight', ...change }),
  // insights are deleted softly, by PATCH; the answer has no body
  route({
    method: 'delete',
    path: ITEM,
    scope: 'insight:write',
    status: 405,
    summary: 'Refused: insights are deleted by `PATCH {"deleted": true}`',
    answer: null,
    handler: ({ c }) => c.body(null, 405, { Allow: 'GET, PUT, PATCH' }),
  }),
]
