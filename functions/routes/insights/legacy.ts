/** What the endpoints of legacy filters have in common: filters flat, nothing saved (docs/insights.md 13). */

import type { Context } from 'hono'
import * as z from 'zod'
import type { Project } from '../../../lib/core/project.ts'
import type { AnswerRequest, QueryAnswer } from '../../../lib/refresh/answer.ts'
import { resultKind } from '../../../lib/refresh/entry.ts'
import { limiterOf } from '../../../lib/refresh/limits.ts'
import { readMode } from '../../../lib/refresh/policy.ts'
import { resultTable } from '../../../lib/render/csv.ts'
import { parseInput, queryId } from '../../../lib/resources/fields.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv } from '../../app-env.ts'
import { csvResponse } from '../../format.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const any = (description: string) => z.unknown().meta({ description }).optional()

/** The best known of the legacy filters, which the conversion checks: anything else may stand beside them. */
const legacyFilters = z.looseObject({
  events: any('Series: `[{"id": "$pageview", "math": "dau"}]`.'),
  actions: any('Series of actions: `[{"id": 1}]`.'),
  date_from: any('`-7d`, `2026-01-01`, `all`.'),
  date_to: any('As `date_from`; now unless given.'),
  interval: any('minute, hour, day, week or month.'),
  properties: any('Filters: `[{"key": "$browser", "value": "Firefox", "operator": "exact"}]`.'),
  breakdown: any('A property.'),
  breakdown_type: any('event, person, group, session, cohort or hogql.'),
  filter_test_accounts: any('true: without test accounts.'),
  refresh: any('true: computes also what is cached.'),
  client_query_id: queryId.optional(),
})

const identified = z.object({ client_query_id: queryId.optional() })

type Input = RouteInput<unknown, unknown>

/** The filters from the query string and the body, which wins, and how to answer them: always at once. */
export function readLegacy({ c, caller, project, rawBody }: Input) {
  const filters: Record<string, unknown> = { ...c.req.query(), ...rawBody }
  const { client_query_id: id } = parseInput(identified, filters)
  const request: AnswerRequest = {
    mode: readMode('legacy', filters.refresh),
    ...(id === undefined ? {} : { statusId: id }),
    limiter: limiterOf({ actor: caller, project }),
  }
  return { filters, request }
}

type Answered = Pick<QueryAnswer, 'kind' | 'entry'>

/** Beside the result. */
export const presentLegacy = ({ timezone }: Project, { kind, entry }: Answered) => ({
  timezone,
  last_refresh: entry && new Date(entry.lastRefresh).toISOString(),
  is_cached: kind === 'cached',
  timings: [],
  query_method: 'hogql',
  hogql: entry?.response.hogql ?? null,
})

/** The table of an answer, as PostHog names the file and links the insight. */
export function exportCsv(c: Context<AppEnv>, { env }: Services, kind: string, { entry }: Answered): Response {
  const { export_name: name, export_insight_id: id } = c.req.query()
  const range = entry?.response.resolved_date_range
  const days = range ? ` (${range.date_from.slice(0, 10)} - ${range.date_to.slice(0, 10)})` : ''
  const table = resultTable(resultKind(entry) ?? kind, entry?.response.results)
  const link = id && /^\w+$/.test(id) ? [[`${env.PUBLIC_URL}/insights/${id}/`]] : []
  return csvResponse(c, `${slug(name) || 'export'}${days} from PostHog`, [...link, ...table])
}

const slug = (text = '') =>
  text
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/[\s-]+/g, '-')

/** GET takes the filters from the query string, POST from both. */
export const legacyRoutes = (
  path: string,
  description: Pick<Route, 'summary' | 'answer'>,
  handler: (input: Input) => unknown,
): Route[] =>
  (['get', 'post'] as const).map((method) =>
    route({
      method,
      path,
      scope: 'insight:read',
      [method === 'get' ? 'query' : 'body']: legacyFilters,
      computes: true,
      csv: true,
      ...description,
      handler,
    }),
  )
