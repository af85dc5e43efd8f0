import * as z from 'zod'
import { requireViewer } from '../../../lib/access/levels.ts'
import { sourceNode } from '../../../lib/nodes/index.ts'
import { parseRecord, recordKey } from '../../../lib/records/record.ts'
import type { AnswerOptions } from '../../../lib/refresh/answer.ts'
import { resultKind } from '../../../lib/refresh/entry.ts'
import { limiterOf } from '../../../lib/refresh/limits.ts'
import { type RefreshMode, readMode } from '../../../lib/refresh/policy.ts'
import { resultTable } from '../../../lib/render/csv.ts'
import { bool, text } from '../../../lib/resources/fields.ts'
import { changeInsight, createInsight } from '../../../lib/resources/insights/change.ts'
import { contextOf, readOverrides } from '../../../lib/resources/insights/context.ts'
import { presentPage } from '../../../lib/resources/insights/list.ts'
import { presentBasic, presentInsight } from '../../../lib/resources/insights/present.ts'
import { answerInsight, readInsight } from '../../../lib/resources/insights/read.ts'
import { presentShared, requireCovered } from '../../../lib/resources/sharing/shared.ts'
import { findInsightPage } from '../../../lib/store/insight-page.ts'
import type { InsightRow } from '../../../lib/store/insights.ts'
import { csvResponse, wantsCsv } from '../../format.ts'
import { envelope, readPage } from '../../paging.ts'
import { type ReaderInput, type Route, type RouteInput, route } from '../../route.ts'
import { changesOf, type InsightBody, insightBody, isOn, type ReadQuery, readQuery } from './fields.ts'

const ITEMS = '/api/projects/:project_id/insights'
const ITEM = `${ITEMS}/:id` as const

const listQuery = readQuery.extend({
  short_id: z.string().optional(),
  created_by: z.string().optional(),
  saved: bool.optional(),
  favorited: bool.optional(),
  user: z.string().optional(),
  search: text(400).optional(),
  insight: z.string().optional(),
  date_from: z.string().optional(),
  date_to: z.string().optional(),
  dashboards: z.string().optional(),
  tags: z.string().optional(),
  order: z.string().optional(),
  feature_flag: text(400).optional(),
  last_viewed_date_from: z.string().optional(),
  last_viewed_date_to: z.string().optional(),
  admin_include_all: bool.optional(),
})

type Reader = Pick<RouteInput<ReadQuery, unknown>, 'services' | 'project' | 'query' | 'caller'>

async function present(
  input: Reader,
  row: InsightRow,
  mode: RefreshMode,
  options: Pick<AnswerOptions, 'cachedAfter'> = {},
) {
  const { services, project, query } = input
  const context = contextOf(row, query.from_dashboard, readOverrides(query))
  const request = {
    mode,
    statusId: query.client_query_id,
    limiter: limiterOf({ actor: input.caller, project }),
    ...options,
  }
  const answer = await answerInsight(services, project, row, context, request)
  return {
    insight: presentInsight(row, { actor: input.caller, project }, { answer, context }),
    kind: resultKind(answer.entry),
  }
}

/**
 * What was stored, whatever becomes of its result (429, a cache or a queue that is away, a timeout): a client that sent a
 * new insight once more would have two.
 */
async function presentStored(input: RouteInput<ReadQuery, InsightBody>, row: InsightRow) {
  const mode = readMode('insight', input.query.refresh ?? input.body.refresh)
  return (await present(input, row, mode, { cachedAfter: 'temporary' })).insight
}

async function list(input: ReaderInput<z.infer<typeof listQuery>, unknown>) {
  const { c, services, project, caller, share, query } = input
  const page = readPage(c)
  const reader = share ? { insightId: share.insight.id } : caller
  const { rows, count } = await findInsightPage(services.db, project, reader, query, page, services.now())
  if (isOn(query.basic))
    return envelope(
      c,
      page,
      count,
      rows.map((row) => presentBasic(row, input.ctx)),
    )
  if (input.share) {
    const shown =
      rows.length > 0
        ? [(await presentShared({ ...input.ctx, actor: input.share }, readMode('shared', query.refresh))).insight]
        : []
    return envelope(c, page, count, shown)
  }
  const overrides = readOverrides(query)
  const items = rows.map((row) => ({ row, context: contextOf(row, query.from_dashboard, overrides) }))
  const mode = readMode('insight', query.refresh)
  return envelope(c, page, count, await presentPage(input.ctx, items, mode))
}

async function create(input: RouteInput<ReadQuery, InsightBody>) {
  const { services, project, caller, query, body } = input
  // what is wrong is refused before anything is stored
  readOverrides(query)
  const row = await createInsight(services, project, caller, changesOf(body))
  return presentStored(input, row)
}

async function retrieve(input: ReaderInput<ReadQuery, unknown>) {
  const { c, services, project, caller, share, params, query, records } = input
  const ref = params.id ?? ''
  const row = share ? requireCovered(share, ref) : await readInsight(services, project, ref, parseRecord(records[0]))
  if (caller) requireViewer(caller, project.organizationId, row)
  if (isOn(query.basic)) return presentBasic(row, input.ctx)
  const csv = wantsCsv(c)
  const { insight, kind } = input.share
    ? await presentShared(
        { ...input.ctx, actor: input.share },
        readMode(csv ? 'shared csv' : 'shared', query.refresh),
      ).then(({ insight, picture }) => ({ insight, ...picture }))
    : await present(input, row, readMode(csv ? 'insight csv' : 'insight', query.refresh))
  if (!csv) return insight
  const name = row.name || row.derived_name || `insight ${row.short_id}`
  return csvResponse(c, name, resultTable(kind ?? sourceNode(insight.query)?.kind, insight.result, insight.columns))
}

async function update(input: RouteInput<ReadQuery, InsightBody>) {
  const { services, project, caller, params, body, rawBody } = input
  const changes = changesOf(body)
  // only the JSON boolean undeletes
  if (changes.deleted === false && rawBody.deleted !== false) delete changes.deleted
  readOverrides(input.query)
  const row = await changeInsight(services, project, caller, params.id ?? '', changes)
  return presentStored(input, row)
}

const change = { path: ITEM, scope: 'insight:write', query: readQuery, body: insightBody, handler: update } as const

export const insightRoutes: Route[] = [
  route({
    method: 'get',
    path: ITEMS,
    scope: 'insight:read',
    query: listQuery,
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
    query: readQuery,
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
    query: readQuery,
    records: ({ project_id, id }) => [recordKey.insight(project_id ?? '', id ?? '')],
    computes: true,
    csv: true,
    shareable: true,
    summary: 'Read an insight with its result',
    answer: 'InsightRead',
    handler: retrieve,
  }),
  route({ method: 'patch', computes: true, summary: 'Change an insight', answer: 'Insight', ...change }),
  route({ method: 'put', computes: true, summary: 'Change an insight', answer: 'Insight', ...change }),
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
