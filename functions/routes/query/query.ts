import type * as z from 'zod/mini'
import { servedFrom } from '../../../lib/refresh/answer.ts'
import { responseOf } from '../../../lib/refresh/entry.ts'
import { resultTable } from '../../../lib/render/csv.ts'
import { asKey, type ViewedCtx } from '../../../lib/resources/ctx.ts'
import { cancelRun, readRun, runRecords } from '../../../lib/resources/queries/background-run.ts'
import { exportQuery } from '../../../lib/resources/queries/export.ts'
import { presentAnswer, presentRun } from '../../../lib/resources/queries/present-query.ts'
import { askedQuery, runQuery, runQueryBody, runQueryParameters } from '../../../lib/resources/queries/run-query.ts'
import { LINK_SECONDS, runValidity } from '../../../lib/resources/validity.ts'
import { csvResponse, exportResponse, fileFormat, jsonResponse, requireTable } from '../../format.ts'
import { readResponse, served } from '../../read-response.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/query'
const ITEM = `${ITEMS}/:query_id` as const

type RunInput = RouteInput<z.infer<typeof runQueryParameters>, z.infer<typeof runQueryBody>>
type Input = RouteInput<unknown, unknown>

async function run(input: RunInput) {
  const { c, ctx } = input
  const format = fileFormat(c, input.body.format)
  const file = format && (await exportQuery(ctx, askedQuery(input.body)))
  if (file) return exportResponse(c, 'query', file, format)
  requireTable(format)
  const { answer, kind } = await runQuery(ctx, input)
  if (answer.entry && format === 'csv')
    return served(c, csvResponse(c, 'query', resultTable(responseOf(answer.entry), kind)), servedFrom(answer))
  const status = answer.run && !answer.run.complete ? 202 : 200
  return served(c, jsonResponse(c, presentAnswer(ctx, answer), status), servedFrom(answer))
}

const reference = ({ params, read }: Pick<Input, 'params' | 'read'>) => ({ id: params.query_id ?? '', read })

async function read(input: RouteInput<unknown, unknown, ViewedCtx>) {
  const run = await readRun(input.ctx, reference(input))
  const { complete, error, errorMessage } = run.status
  const status = !complete ? 202 : !error ? 200 : errorMessage ? 400 : 500
  const shown = presentRun(input.ctx, run)
  if (status !== 200) return jsonResponse(input.c, shown, status)
  const validity = runValidity(shown, asKey(input.ctx) ? undefined : LINK_SECONDS)
  return readResponse(input.c, 'json', validity, () => jsonResponse(input.c, shown))
}

async function cancel(input: Input) {
  await cancelRun(input.ctx, reference(input))
  return input.c.body(null, 204)
}

export const queryRoutes: Route[] = [
  route({
    method: 'post',
    path: ITEMS,
    scope: 'query:read',
    query: runQueryParameters,
    body: runQueryBody,
    computes: true,
    summary: 'Run a query',
    answer: { 200: { 'application/json': 'AnsweredQuery', 'application/x-ndjson': null }, 202: 'AnsweredQuery' },
    csv: true,
    exports: true,
    handler: run,
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'query:read',
    records: runRecords,
    kept: true,
    viewable: true,
    summary: 'Read how far a background run is, and its result',
    answer: { 200: 'QueryRun', 202: 'QueryRun' },
    errors: 'QueryRun',
    handler: read,
  }),
  route({
    method: 'delete',
    path: ITEM,
    scope: 'query:read',
    records: runRecords,
    summary: 'Cancel a background run',
    answer: null,
    handler: cancel,
  }),
]
