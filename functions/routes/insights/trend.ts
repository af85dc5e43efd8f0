import { ApiError } from '../../../lib/core/errors.ts'
import { convertFilters } from '../../../lib/nodes/legacy/filters.ts'
import { refreshQuery } from '../../../lib/refresh/answer.ts'
import { prepareQuery } from '../../../lib/refresh/prepare.ts'
import { withPersonsUrls } from '../../../lib/resources/persons/links.ts'
import { wantsCsv } from '../../format.ts'
import type { RouteInput } from '../../route.ts'
import { exportCsv, legacyRoutes, presentLegacy, readLegacy } from './legacy.ts'

/** Other kinds of insights are trends here. */
const SERIES_KINDS = ['STICKINESS', 'LIFECYCLE'] as const

type Query = ReturnType<typeof convertFilters>

async function trend(input: RouteInput<unknown, unknown>) {
  const { c, services, project } = input
  const { filters, request } = readLegacy(input)
  const insight = SERIES_KINDS.find((kind) => kind === filters.insight) ?? 'TRENDS'
  const answer = await withoutUnknownActions(convertFilters({ ...filters, insight }), async (known) =>
    refreshQuery(services, project, await prepareQuery(project, known, services.now(), ['filters']), request),
  )
  if (wantsCsv(c)) return exportCsv(c, services, 'TrendsQuery', answer)
  const result = answer.entry ? withPersonsUrls(project.id, answer.key, answer.entry) : []
  // one answer has every value up to `breakdown_limit`, and the others as one: there is no next page
  return { result, ...presentLegacy(project, answer), next: null }
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

export const trendRoutes = legacyRoutes(
  '/api/projects/:project_id/insights/trend',
  { summary: 'Compute trends of legacy filters', answer: 'LegacyTrend' },
  trend,
)
