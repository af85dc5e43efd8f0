import type { ViewerActor } from '../../../lib/core/actor.ts'
import { parseRecord, recordKey } from '../../../lib/records/record.ts'
import { asKey, type ReaderCtx } from '../../../lib/resources/ctx.ts'
import { listInsights } from '../../../lib/resources/insights/list.ts'
import { type ListParameters, listParameters } from '../../../lib/resources/insights/list-filter.ts'
import { resultKeys } from '../../../lib/resources/insights/reading.ts'
import { exportInsight, retrieveInsight } from '../../../lib/resources/insights/retrieve.ts'
import { changeInsight, createInsight } from '../../../lib/resources/insights/save.ts'
import {
  type InsightBody,
  insightBody,
  type ReadParameters,
  readParameters,
} from '../../../lib/resources/insights/schemas.ts'
import { LINK_SECONDS, pageValidity } from '../../../lib/resources/validity.ts'
import type { InsightRow } from '../../../lib/store/insights.ts'
import {
  answerAsCsv,
  csvResponse,
  exportResponse,
  fileFormat,
  jsonResponse,
  requireTable,
  wantsCsv,
} from '../../format.ts'
import { envelope, readPage } from '../../paging.ts'
import { readResponse } from '../../read-response.ts'
import { type Params, type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/insights'
const ITEM = `${ITEMS}/:id` as const

async function list({ c, ctx, query, read }: RouteInput<ListParameters, unknown, ReaderCtx>) {
  const page = readPage(c)
  const { count, results } = await listInsights(ctx, { parameters: query, read, page })
  const answer = envelope(c, page, count, results)
  const format = wantsCsv(c) ? 'csv' : 'json'
  return readResponse(c, format, pageValidity(answer, asKey(ctx) ? undefined : LINK_SECONDS), () =>
    format === 'csv' ? answerAsCsv(c, answer) : jsonResponse(c, answer),
  )
}

const create = ({ ctx, query, body }: RouteInput<ReadParameters, InsightBody>) =>
  createInsight(ctx, { parameters: query, body })

async function retrieve({ c, ctx, params, query, read }: RouteInput<ReadParameters, unknown, ReaderCtx>) {
  const { id = '', project_id = '' } = params
  const recorded = parseRecord<InsightRow>(read.texts.get(recordKey.insight(project_id, id)))
  const input = { ref: id, recorded, parameters: query, read }
  const format = fileFormat(c)
  const exported = format && (await exportInsight(ctx, input))
  if (exported) return exportResponse(c, exported.name, exported.file, format)
  requireTable(format)
  const { insight, validity, table } = await retrieveInsight(ctx, { ...input, as: format ? 'table' : 'object' })
  return readResponse(c, `${format ?? 'json'}${query.days === 'iso' ? ' iso' : ''}`, validity, () =>
    table ? csvResponse(c, table.name, table.cells()) : format ? answerAsCsv(c, insight) : jsonResponse(c, insight),
  )
}

/** What is read of an insight in the same call as the records of whoever asks. */
export const recordsOfInsight = ({ project_id = '', id = '' }: Params, query: Params, viewer?: ViewerActor) => [
  recordKey.insight(project_id, id),
  ...resultKeys(Number(project_id), id, query, viewer),
]

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
    kept: true,
    shareable: true,
    viewable: true,
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
    records: recordsOfInsight,
    computes: true,
    csv: true,
    exports: true,
    kept: true,
    shareable: true,
    viewable: true,
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
    handler: ({ c }) => c.body(null, 405, { Allow: 'GET, HEAD, PUT, PATCH' }),
  }),
]
