import * as z from 'zod'
import { requireScope } from '../../../lib/access/authorize.ts'
import { invalid, notFound } from '../../../lib/core/errors.ts'
import { recordKey } from '../../../lib/records/records.ts'
import { answerQuery } from '../../../lib/refresh/answer.ts'
import { forgetRun } from '../../../lib/refresh/cancel.ts'
import { entryKey, unpackEntry } from '../../../lib/refresh/entry.ts'
import { readLeader } from '../../../lib/refresh/leader.ts'
import { readMode } from '../../../lib/refresh/policy.ts'
import { prepareQuery } from '../../../lib/refresh/prepare.ts'
import { parseStatus, presentStatus, type RunStatus, statusKey } from '../../../lib/refresh/status.ts'
import { resultTable } from '../../../lib/render/csv.ts'
import { queryId } from '../../../lib/resources/fields.ts'
import { requireVisible } from '../../../lib/resources/insights/require.ts'
import { presentAnswer, presentEntry } from '../../../lib/resources/queries/present.ts'
import { csvResponse, wantsCsv } from '../../format.ts'
import { limiterOf, type Route, type RouteInput, route } from '../../route.ts'
import { REFRESH } from '../insights/fields.ts'

const ITEMS = '/api/projects/:project_id/query'
const ITEM = `${ITEMS}/:query_id`

const queryBody = z.object({
  query: z.unknown().meta({
    type: 'object',
    description: 'A query node.',
    examples: [{ kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: '$pageview' }] }],
  }),
  refresh: z.unknown().meta({ description: REFRESH }).optional(),
  async: z.unknown().meta({ description: 'true: as `refresh` async.' }).optional(),
  client_query_id: queryId.optional(),
})
const queryQuery = z.object({ refresh: z.string().meta({ description: REFRESH }).optional() })

type Input = RouteInput<z.infer<typeof queryQuery>, z.infer<typeof queryBody>>

async function run({ c, services, caller, project, query, body }: Input) {
  if (body.query === undefined) throw invalid('query', 'This field is required.', 'required')
  const statusId = body.client_query_id
  const mode = readMode('query', query.refresh ?? body.refresh ?? (body.async === true ? 'async' : undefined))
  const prepared = await prepareQuery(project, body.query, services.now())
  const answer = await answerQuery(services, project, prepared, {
    mode,
    statusId,
    limiter: limiterOf({ caller, project }),
  })
  if (answer.entry && wantsCsv(c)) {
    const { results, columns } = answer.entry.response
    return csvResponse(c, 'query', resultTable(prepared.node.kind, results, columns))
  }
  return c.json(presentAnswer(project.id, answer), answer.run && !answer.run.complete ? 202 : 200)
}

type Params = Readonly<Record<string, string>>

const records = ({ project_id, query_id }: Params) => [statusKey(project_id ?? '', query_id ?? '')]

async function findStatus({ services, project, params, records }: RouteInput<unknown, unknown>): Promise<RunStatus> {
  const id = params.query_id ?? ''
  const [known] = records
  // a replica may not have it yet
  const text = known ?? (await readLeader(services, [statusKey(project.id, id)]))[0]
  const status = parseStatus(text, services.now())
  if (!status) throw unknownQuery(id, project.id)
  return status
}

const unknownQuery = (id: string | undefined, projectId: number) =>
  notFound(`Query ${id} not found for team ${projectId}`)

async function read(input: RouteInput<unknown, unknown>) {
  const { c, services, project } = input
  const status = await findStatus(input)
  if (!status.complete) return c.json({ query_status: presentStatus(project.id, status) }, 202)
  const keys = [
    entryKey(project.id, status.cacheKey),
    ...(status.insightId === null ? [] : [recordKey.insight(project.id, status.insightId)]),
  ]
  const [text, insight] = await services.redis.mget<(string | null)[]>(...keys)
  await requireSight(input, status.insightId, insight)
  if (status.error) {
    return c.json({ query_status: presentStatus(project.id, status) }, status.errorMessage ? 400 : 500)
  }
  const entry = await unpackEntry(text ?? (await readLeader(services, keys.slice(0, 1)))[0])
  if (!entry) throw unknownQuery(status.id, project.id)
  const results = presentEntry(project.id, entry, status.cacheKey, true)
  return c.json({ query_status: presentStatus(project.id, status, results) }, 200)
}

/** What a run found for an insight is for who may read that insight. */
async function requireSight(input: RouteInput<unknown, unknown>, insightId: number | null, record?: string | null) {
  if (insightId === null) return
  const { services, caller, project } = input
  requireScope(caller, 'insight:read')
  await requireVisible(services, project, caller, insightId, record)
}

/** Cancels a run, its statement too, and forgets it; a delivery that comes later does nothing. */
async function cancel(input: RouteInput<unknown, unknown>) {
  const { c, services, project } = input
  const { id, insightId } = await findStatus(input)
  await requireSight(input, insightId)
  await forgetRun(services, project.id, id)
  return c.body(null, 204)
}

export const queryRoutes: Route[] = [
  route({
    method: 'post',
    path: ITEMS,
    scope: 'query:read',
    query: queryQuery,
    body: queryBody,
    computes: true,
    summary: 'Run a query',
    answer: 'The results, from the cache or computed; 202 with `query_status` for a background run.',
    handler: run,
  }),
  route({
    method: 'get',
    path: ITEM,
    scope: 'query:read',
    records,
    summary: 'How far a background run is',
    handler: read,
  }),
  route({
    method: 'delete',
    path: ITEM,
    scope: 'query:read',
    records,
    summary: 'Cancel a background run',
    status: 204,
    handler: cancel,
  }),
]
