import { convertCorrelation } from '../../../lib/nodes/legacy/correlation.ts'
import { refreshQuery } from '../../../lib/refresh/answer.ts'
import { prepareQuery } from '../../../lib/refresh/prepare.ts'
import { withCorrelationUrls } from '../../../lib/resources/persons/links.ts'
import { wantsCsv } from '../../format.ts'
import type { RouteInput } from '../../route.ts'
import { exportCsv, legacyRoutes, presentLegacy, readLegacy } from './legacy.ts'

/** A funnel's filters and what to correlate. */
async function correlation(input: RouteInput<unknown, unknown>) {
  const { c, services, project } = input
  const { filters, request } = readLegacy(input)
  const prepared = await prepareQuery(project, convertCorrelation(filters), services.now(), ['filters'])
  const answer = await refreshQuery(services, project, prepared, request)
  if (wantsCsv(c)) return exportCsv(c, services, 'FunnelCorrelationQuery', answer)
  const result = answer.entry ? withCorrelationUrls(project.id, answer.key, answer.entry) : null
  return { result, ...presentLegacy(project, answer) }
}

export const correlationRoutes = legacyRoutes(
  '/api/projects/:project_id/insights/funnel/correlation',
  { summary: 'Compute what correlates with success in a funnel of legacy filters', answer: 'LegacyCorrelation' },
  correlation,
)
