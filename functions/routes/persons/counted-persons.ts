import * as z from 'zod'
import { ApiError, invalid } from '../../../lib/core/errors.ts'
import { readJson } from '../../../lib/core/input.ts'
import { limiterOf, requireCapacity } from '../../../lib/refresh/limits.ts'
import { listPoint } from '../../../lib/resources/people-urls.ts'
import { presentPerson } from '../../../lib/resources/persons.ts'
import { listPersons } from '../../../lib/store/persons.ts'
import { pageLinks, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const MAX_PAGE = 1_000

const pointQuery = z.object({
  series: z
    .string()
    .regex(/^\d{1,2}$/, 'A valid number is required.')
    .optional(),
  bucket: z.string().optional(),
  breakdown: z.string().optional(),
  step: z
    .string()
    .regex(/^-?\d{1,2}$/, 'A valid number is required.')
    .optional(),
  compare: z.enum(['current', 'previous']).optional(),
  correlation: z.string().optional(),
  converted: z.enum(['true', 'false']).optional(),
  at: z.string().optional(),
})

/** The people that a number of a cached insight counts, newest first, as `persons/` shows them. */
async function list({ c, services, caller, project, params, query }: RouteInput<z.infer<typeof pointQuery>, unknown>) {
  const page = readPage(c, 100, MAX_PAGE)
  const { bucket, series, breakdown, compare, step, correlation, converted, at } = query
  const value = breakdown === undefined ? undefined : readBreakdown(breakdown)
  const trend = {
    ...(series === undefined ? {} : { series: Number(series) }),
    ...(bucket === undefined ? {} : { day: bucket }),
    ...(value === undefined ? {} : { breakdown: value }),
    ...(compare === undefined ? {} : { compare }),
  }
  const funnel = {
    ...(step === undefined ? {} : { funnelStep: Number(step) }),
    ...(value === undefined ? {} : { funnelStepBreakdown: value }),
  }
  const row = { name: correlation ?? '', converted: converted !== 'false' }
  const key = params.cache_key ?? ''
  await requireCapacity(services, limiterOf({ actor: caller, project }))
  const point = await listPoint(services, project, caller, { key, at, trend, funnel, row, ...page }).catch(asParameter)
  const results = point.ofGroups ? point.actors : await persons(services, project.id, point.actors as string[])
  return { ...pageLinks(c, page, point.hasMore), results }
}

const PARAMETERS: Readonly<Record<string, string>> = {
  source__day: 'bucket',
  source__funnelStep: 'step',
  source__funnelStepBreakdown: 'breakdown',
}

/** What is wrong with the query, said of the parameter that it came from. */
function asParameter(error: unknown): never {
  if (!(error instanceof ApiError) || !error.attr?.startsWith('source__')) throw error
  throw invalid(PARAMETERS[error.attr] ?? error.attr.replace('source__', ''), error.detail, error.code)
}

/** JSON, so that a text that looks like a number or a list stays a text. */
function readBreakdown(text: string): unknown {
  return readJson('breakdown', text, () => invalid('breakdown', 'This must be JSON: a text, a number or a list.'))
}

async function persons(services: RouteInput<unknown, unknown>['services'], projectId: number, uuids: string[]) {
  if (uuids.length === 0) return []
  const filter = { uuids, withoutProfile: true }
  const rows = await listPersons(services.db, projectId, filter, { limit: uuids.length, offset: 0 })
  return rows.map(presentPerson)
}

export const behindInsightRoutes: Route[] = [
  route({
    method: 'get',
    path: '/api/projects/:project_id/persons/insight/:cache_key',
    scope: 'person:read',
    query: pointQuery,
    computes: true,
    paged: true,
    summary: 'List the people whom a number counts',
    answer: 'CountedActorList',
    handler: list,
  }),
]
