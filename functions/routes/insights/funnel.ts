import { convertFilters } from '../../../lib/nodes/legacy/filters.ts'
import { refreshQuery } from '../../../lib/refresh/answer.ts'
import { prepareQuery } from '../../../lib/refresh/prepare.ts'
import { withFunnelUrls } from '../../../lib/resources/persons/links.ts'
import { wantsCsv } from '../../format.ts'
import type { RouteInput } from '../../route.ts'
import { exportCsv, legacyRoutes, presentLegacy, readLegacy } from './legacy.ts'

/** As the reference page says; a query node has 25. */
const BREAKDOWN_LIMIT = 10

async function funnel(input: RouteInput<unknown, unknown>) {
  const { c, services, project, rawBody } = input
  const { filters, request } = readLegacy(input)
  const query = convertFilters({ breakdown_limit: BREAKDOWN_LIMIT, ...filters, insight: 'FUNNELS' })
  // as the reference page says; who sends a body meant to ask for something
  if (c.req.method !== 'POST' && query.series?.length === 0) {
    const none = { kind: 'missing', entry: null } as const
    return wantsCsv(c) ? exportCsv(c, services, 'FunnelsQuery', none) : { result: [], ...presentLegacy(project, none) }
  }
  const prepared = await prepareQuery(project, query, services.now(), ['filters'])
  const answer = await refreshQuery(services, project, prepared, request)
  if (wantsCsv(c)) return exportCsv(c, services, 'FunnelsQuery', answer)
  const results = answer.entry ? withFunnelUrls(project.id, answer.key, answer.entry) : []
  const result = rawBody.insight === 'FUNNELS' ? unboxed(results, rawBody) : results
  return { result, ...presentLegacy(project, answer) }
}

/** Old clients that say they are funnels get the value of a single breakdown as a text (docs/funnels.md 14). */
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

export const funnelRoutes = legacyRoutes(
  '/api/projects/:project_id/insights/funnel',
  { summary: 'Compute a funnel of legacy filters', answer: 'LegacyFunnel' },
  funnel,
)
