import { answerQuery } from '../../../lib/cache/answer.ts'
import { prepareQuery } from '../../../lib/cache/prepare.ts'
import { ApiError } from '../../../lib/core/errors.ts'
import { convertFilters } from '../../../lib/nodes/legacy-filters.ts'
import { withPersonsUrls } from '../../../lib/resources/people-urls.ts'
import type { TrendsItem } from '../../../lib/shape/trends.ts'
import { wantsCsv } from '../../format.ts'
import { pageLinks } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { exportCsv } from './export.ts'
import { isTruthy } from './fields.ts'

const PATH = '/api/projects/:project_id/insights/trend'
const PAGE = 25

/** Other kinds of insights are trends here. */
const SERIES_KINDS = ['STICKINESS', 'LIFECYCLE'] as const

type Query = ReturnType<typeof convertFilters>

/** Legacy trends: filters flat in the query string and the body; nothing is saved (contract/insights.md 13). */
async function trend({ c, services, project, rawBody }: RouteInput<unknown, unknown>) {
  const filters = { ...c.req.query(), ...rawBody }
  const refresh = isTruthy(filters.refresh)
  const insight = SERIES_KINDS.find((kind) => kind === filters.insight) ?? 'TRENDS'
  const query = convertFilters({ ...filters, insight })
  const mode = refresh ? 'force_blocking' : 'blocking'
  const answer = await withoutUnknownActions(query, async (known) =>
    answerQuery(services, project, await prepareQuery(project, known, services.now(), ['filters']), { mode }),
  )
  const result = (answer.entry?.response.results ?? []) as readonly TrendsItem[]
  if (wantsCsv(c)) return exportCsv(c, services, 'TrendsQuery', answer)
  const limit = Number(c.req.query('breakdown_limit')) || PAGE
  const offset = Number(c.req.query('offset')) || 0
  return {
    result: answer.entry && answer.key ? withPersonsUrls(project.id, answer.key, answer.entry) : [],
    timezone: project.timezone,
    last_refresh: answer.entry && new Date(answer.entry.lastRefresh).toISOString(),
    is_cached: answer.isCached,
    timings: [],
    query_method: 'hogql',
    hogql: answer.entry?.response.hogql ?? null,
    next: pageLinks(c, { limit, offset }, result.length >= limit).next,
  }
}

/** A series of an action that is not there has no item in a legacy answer; a query node would be refused. */
async function withoutUnknownActions<T>(query: Query, work: (query: Query) => Promise<T>): Promise<T> {
  try {
    return await work(query)
  } catch (error) {
    const [, index] = (error instanceof ApiError && error.attr?.match(/^query__series__(\d+)__id$/)) || []
    if (index === undefined) throw error
    const series = (query.series ?? []).filter((_, position) => position !== Number(index))
    return withoutUnknownActions({ ...query, series }, work)
  }
}

export const trendRoutes: Route[] = (['get', 'post'] as const).map((method) =>
  route({ method, path: PATH, scope: 'insight:read', computes: true, handler: trend }),
)
