import * as z from 'zod'
import { answerQuery } from '../../../lib/cache/answer.ts'
import { forgetRun } from '../../../lib/cache/cancel.ts'
import { entryKey, unpackEntry } from '../../../lib/cache/entry.ts'
import { type RefreshMode, readRefresh } from '../../../lib/cache/policy.ts'
import { prepareQuery } from '../../../lib/cache/prepare.ts'
import { presentAnswer, presentEntry } from '../../../lib/cache/present.ts'
import { parseStatus, presentStatus, type RunStatus, statusKey } from '../../../lib/cache/status.ts'
import { invalid, notFound } from '../../../lib/core/errors.ts'
import { resultTable } from '../../../lib/render/csv.ts'
import { csvResponse, wantsCsv } from '../../format.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const ITEMS = '/api/projects/:project_id/query'
const ITEM = `${ITEMS}/:query_id`

const queryBody = z.object({
  query: z.unknown(),
  refresh: z.unknown().optional(),
  async: z.unknown().optional(),
  client_query_id: z.unknown().optional(),
})
const queryQuery = z.object({ refresh: z.string().optional() })

type Input = RouteInput<z.infer<typeof queryQuery>, z.infer<typeof queryBody>>

const ID = /^[\w.:@-]{1,200}$/

async function run({ c, services, project, query, body }: Input) {
  if (body.query === undefined) throw invalid('query', 'This field is required.', 'required')
  const statusId =
    body.client_query_id === undefined || body.client_query_id === null ? undefined : String(body.client_query_id)
  if (statusId !== undefined && !ID.test(statusId))
    throw invalid('client_query_id', 'This may hold 200 letters, digits and the signs _.:@- at most.')
  const mode = modeOf(query.refresh ?? body.refresh, body.async === true)
  const prepared = await prepareQuery(project, body.query, services.now())
  const answer = await answerQuery(services, project, prepared, { mode, statusId })
  if (answer.entry && wantsCsv(c)) {
    const { results, columns } = answer.entry.response
    return csvResponse(c, 'query', resultTable(prepared.node.kind, results, columns))
  }
  return c.json(presentAnswer(project.id, answer), answer.status && !answer.status.complete ? 202 : 200)
}

/** `force_cache`, the default, computes here. */
function modeOf(refresh: unknown, isAsync: boolean): RefreshMode {
  if (refresh === undefined && isAsync) return 'async'
  const mode = readRefresh(refresh)
  return mode === 'force_cache' ? 'blocking' : mode
}

type Params = Readonly<Record<string, string>>

const records = ({ project_id, query_id }: Params) => [statusKey(project_id ?? '', query_id ?? '')]

async function findStatus({ services, project, params, records }: RouteInput<unknown, unknown>): Promise<RunStatus> {
  const id = params.query_id ?? ''
  const known = records[0]
  if (known && known !== 'gone') return known.value as RunStatus
  const status = parseStatus(await services.redis.get<string>(statusKey(project.id, id)))
  if (!status) throw unknownQuery(id, project.id)
  return status
}

const unknownQuery = (id: string | undefined, projectId: number) =>
  notFound(`Query ${id} not found for team ${projectId}`)

async function read(input: RouteInput<unknown, unknown>) {
  const { c, services, project } = input
  const status = await findStatus(input)
  if (!status.complete) return c.json({ query_status: presentStatus(project.id, status) }, 202)
  if (status.error) {
    return c.json({ query_status: presentStatus(project.id, status) }, status.errorMessage ? 400 : 500)
  }
  const entry = await unpackEntry(await services.redis.get<string>(entryKey(project.id, status.cacheKey)))
  if (!entry) throw unknownQuery(status.id, project.id)
  const results = presentEntry(project.id, entry, status.cacheKey, true)
  return c.json({ query_status: presentStatus(project.id, status, results) }, 200)
}

/** Cancels a run, its statement too, and forgets it; a delivery that comes later does nothing. */
async function cancel(input: RouteInput<unknown, unknown>) {
  const { c, services, project } = input
  await forgetRun(services, project.id, await findStatus(input))
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
    handler: run,
  }),
  route({ method: 'get', path: ITEM, scope: 'query:read', records, handler: read }),
  route({ method: 'delete', path: ITEM, scope: 'query:read', records, handler: cancel }),
]
