import { answerQuery } from '../../../lib/cache/answer.ts'
import { prepareQuery } from '../../../lib/cache/prepare.ts'
import { convertCorrelation } from '../../../lib/nodes/legacy-correlation.ts'
import { withCorrelationUrls } from '../../../lib/resources/people-urls.ts'
import { limiterOf, type Route, type RouteInput, route } from '../../route.ts'
import { isTruthy, legacyFilters } from './fields.ts'

const PATH = '/api/projects/:project_id/insights/funnel/correlation'

/** Legacy correlation: a funnel's filters and what to correlate, flat; nothing is saved (contract/insights.md 13). */
async function correlation({ c, services, caller, project, rawBody }: RouteInput<unknown, unknown>) {
  const filters: Record<string, unknown> = { ...c.req.query(), ...rawBody }
  const mode = isTruthy(filters.refresh) ? 'force_blocking' : 'blocking'
  const prepared = await prepareQuery(project, convertCorrelation(filters), services.now(), ['filters'])
  const answer = await answerQuery(services, project, prepared, { mode, limiter: limiterOf({ caller }) })
  return {
    result: answer.entry && answer.key ? withCorrelationUrls(project.id, answer.key, answer.entry) : null,
    timezone: project.timezone,
    last_refresh: answer.entry && new Date(answer.entry.lastRefresh).toISOString(),
    is_cached: answer.isCached,
  }
}

export const correlationRoutes: Route[] = (['get', 'post'] as const).map((method) =>
  route({
    method,
    path: PATH,
    scope: 'insight:read',
    [method === 'get' ? 'query' : 'body']: legacyFilters,
    computes: true,

    summary: 'What correlates with success in a funnel of legacy filters',
    handler: correlation,
  }),
)
