import type { KeyCtx } from '../../../lib/resources/ctx.ts'
import { type LegacyAnswer, legacyFilters, legacyTable } from '../../../lib/resources/legacy-insights/compute.ts'
import { answerLegacyCorrelation } from '../../../lib/resources/legacy-insights/correlation.ts'
import { answerLegacyFunnel, type LegacyFunnelInput } from '../../../lib/resources/legacy-insights/funnel.ts'
import { answerLegacyTrends } from '../../../lib/resources/legacy-insights/trends.ts'
import { csvResponse, wantsCsv } from '../../format.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

type UseCase = (ctx: KeyCtx, input: LegacyFunnelInput) => Promise<LegacyAnswer>

const answerWith =
  (useCase: UseCase) =>
  async ({ c, ctx, rawBody }: RouteInput) => {
    const query = c.req.query()
    const body = c.req.method === 'POST' ? rawBody : null
    const answer = await useCase(ctx, { filters: { ...query, ...rawBody }, body })
    if (!wantsCsv(c)) return answer.body
    const table = legacyTable(ctx, answer, { name: query.export_name, insightId: query.export_insight_id })
    return csvResponse(c, table.name, table.cells)
  }

/** The filters of a request: GET has them in the query string, POST in the query string and the body. */
const twoRoutes = (
  path: `${string}/:project_id/${string}`,
  description: Pick<Route, 'summary' | 'answer'>,
  useCase: UseCase,
): Route[] => {
  const shared = {
    path,
    scope: 'insight:read',
    computes: true,
    csv: true,
    ...description,
    handler: answerWith(useCase),
  } as const
  return [
    route({ method: 'get', query: legacyFilters, ...shared }),
    route({ method: 'post', body: legacyFilters, ...shared }),
  ]
}

const trendRoutes = twoRoutes(
  '/api/projects/:project_id/insights/trend',
  { summary: 'Compute trends of legacy filters', answer: 'LegacyTrend' },
  answerLegacyTrends,
)

const funnelRoutes = twoRoutes(
  '/api/projects/:project_id/insights/funnel',
  { summary: 'Compute a funnel of legacy filters', answer: 'LegacyFunnel' },
  answerLegacyFunnel,
)

const correlationRoutes = twoRoutes(
  '/api/projects/:project_id/insights/funnel/correlation',
  { summary: 'Compute what correlates with success in a funnel of legacy filters', answer: 'LegacyCorrelation' },
  answerLegacyCorrelation,
)

export const legacyInsightRoutes: Route[] = [...trendRoutes, ...funnelRoutes, ...correlationRoutes]
