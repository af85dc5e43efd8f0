import { answerQuery } from '../../../lib/cache/answer.ts'
import { prepareQuery } from '../../../lib/cache/prepare.ts'
import { convertFilters } from '../../../lib/nodes/legacy-filters.ts'
import { withFunnelUrls } from '../../../lib/resources/people-urls.ts'
import { wantsCsv } from '../../format.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { exportCsv } from './export.ts'
import { isTruthy } from './fields.ts'

const PATH = '/api/projects/:project_id/insights/funnel'
/** As the reference page says; a query node has 25. */
const BREAKDOWN_LIMIT = 10

/** Legacy funnels: filters flat in the query string and the body; nothing is saved (contract/insights.md 13). */
async function funnel({ c, services, project, rawBody }: RouteInput<unknown, unknown>) {
  const filters = { breakdown_limit: BREAKDOWN_LIMIT, ...c.req.query(), ...rawBody }
  const query = convertFilters({ ...filters, insight: 'FUNNELS' })
  const mode = isTruthy((filters as { refresh?: unknown }).refresh) ? 'force_blocking' : 'blocking'
  const prepared = await prepareQuery(project, query, services.now(), ['filters'])
  const answer = await answerQuery(services, project, prepared, { mode })
  const results = answer.entry && answer.key ? withFunnelUrls(project.id, answer.key, answer.entry) : []
  if (wantsCsv(c)) return exportCsv(c, services, 'FunnelsQuery', answer)
  return {
    result: rawBody.insight === 'FUNNELS' ? unboxed(results, rawBody) : results,
    timezone: project.timezone,
    last_refresh: answer.entry && new Date(answer.entry.lastRefresh).toISOString(),
    is_cached: answer.isCached,
    timings: [],
    query_method: 'hogql',
    hogql: answer.entry?.response.hogql ?? null,
  }
}

/** Old clients that say they are funnels get the value of a single breakdown as a text (contract/funnels.md 14). */
function unboxed(
  results: unknown,
  { breakdown, breakdown_type: type = 'event', breakdowns }: Record<string, unknown>,
): unknown {
  if (!Array.isArray(results) || (type !== 'event' && type !== 'person')) return results
  const item = (step: Record<string, unknown>) => {
    if (breakdowns) {
      const { breakdown: value, ...rest } = step
      return value === undefined ? step : { ...rest, breakdowns: value }
    }
    if (typeof breakdown !== 'string') return step
    const one = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value)
    return {
      ...step,
      ...('breakdown' in step ? { breakdown: one(step.breakdown) } : {}),
      ...('breakdown_value' in step ? { breakdown_value: one(step.breakdown_value) } : {}),
    }
  }
  return results.map((entry) => (Array.isArray(entry) ? entry.map(item) : item(entry)))
}

export const funnelRoutes: Route[] = (['get', 'post'] as const).map((method) =>
  route({ method, path: PATH, scope: 'insight:read', computes: true, handler: funnel }),
)
