import { servedFrom } from '../../../lib/refresh/answer.ts'
import type { KeyCtx } from '../../../lib/resources/ctx.ts'
import {
  type LegacyAnswer,
  legacyTable,
  pathsFilters,
  retentionFilters,
  seriesFilters,
} from '../../../lib/resources/legacy-insights/compute.ts'
import { answerLegacyCorrelation } from '../../../lib/resources/legacy-insights/correlation.ts'
import { answerLegacyFunnel, type LegacyFunnelInput } from '../../../lib/resources/legacy-insights/funnel.ts'
import { answerLegacyPaths } from '../../../lib/resources/legacy-insights/paths.ts'
import { answerLegacyRetention } from '../../../lib/resources/legacy-insights/retention.ts'
import { answerLegacyTrends } from '../../../lib/resources/legacy-insights/trends.ts'
import { csvResponse, jsonResponse, wantsCsv } from '../../format.ts'
import { served } from '../../read-response.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

type UseCase = (ctx: KeyCtx, input: LegacyFunnelInput) => Promise<LegacyAnswer>

const answerWith =
  (useCase: UseCase) =>
  async ({ c, ctx, rawBody }: RouteInput) => {
    const query = c.req.query()
    const body = c.req.method === 'POST' ? rawBody : null
    const answer = await useCase(ctx, { filters: { ...query, ...rawBody }, body })
    const from = servedFrom(answer.answer)
    if (!wantsCsv(c)) return served(c, jsonResponse(c, answer.body), from)
    const table = legacyTable(ctx, answer, { name: query.export_name, insightId: query.export_insight_id })
    return served(c, csvResponse(c, table.name, table.cells), from)
  }

interface Endpoint extends Pick<Route, 'summary' | 'answer'> {
  readonly name: string
  readonly filters: NonNullable<Route['body']>
  readonly useCase: UseCase
}

const ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'trend',
    summary: 'Compute trends of legacy filters, or the stickiness or lifecycle that they ask for',
    filters: seriesFilters,
    answer: 'LegacyTrend',
    useCase: answerLegacyTrends,
  },
  {
    name: 'funnel',
    summary: 'Compute a funnel of legacy filters',
    filters: seriesFilters,
    answer: 'LegacyFunnel',
    useCase: answerLegacyFunnel,
  },
  {
    name: 'funnel/correlation',
    summary: 'Compute what correlates with success in a funnel of legacy filters',
    filters: seriesFilters,
    answer: 'LegacyCorrelation',
    useCase: answerLegacyCorrelation,
  },
  {
    name: 'retention',
    summary: 'Compute retention of legacy filters',
    filters: retentionFilters,
    answer: 'LegacyRetention',
    useCase: answerLegacyRetention,
  },
  {
    name: 'path',
    summary: 'Compute paths of legacy filters',
    filters: pathsFilters,
    answer: 'LegacyPaths',
    useCase: answerLegacyPaths,
  },
]

/** The filters of a request: GET has them in the query string, POST in the query string and the body. */
export const legacyInsightRoutes: Route[] = ENDPOINTS.flatMap(({ name, filters, useCase, ...description }) => {
  const shared = {
    path: `/api/projects/:project_id/insights/${name}`,
    scope: 'insight:read',
    computes: true,
    csv: true,
    ...description,
    handler: answerWith(useCase),
  } as const
  return [route({ method: 'get', query: filters, ...shared }), route({ method: 'post', body: filters, ...shared })]
})
