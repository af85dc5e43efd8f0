/** The shared part of the endpoints of legacy filters: flat filters, nothing is saved (docs/insights.md 13). */
import * as z from 'zod/mini'
import type { Json } from '../../core/json.ts'
import type { Project } from '../../core/project.ts'
import type { LegacyQuery } from '../../nodes/legacy/values.ts'
import { type QueryAnswer, refreshQuery } from '../../refresh/answer.ts'
import { responseIn } from '../../refresh/entry.ts'
import { limiterOf } from '../../refresh/limits.ts'
import { readWish } from '../../refresh/policy.ts'
import { prepareQuery } from '../../refresh/prepare.ts'
import { resultTable } from '../../render/csv.ts'
import type { SharedFields } from '../../shape/index.ts'
import { forcedOf, type KeyCtx } from '../ctx.ts'
import { parseInput, queryId } from '../fields.ts'
import { resultsWithPeople } from '../persons/links.ts'

const any = (description: string) => z.optional(z.unknown().check(z.meta({ description })))

const COMMON = {
  date_from: any('`-7d`, `2026-01-01`, `all`.'),
  date_to: any('As `date_from`; now unless given.'),
  properties: any('Filters: `[{"key": "$browser", "value": "Firefox", "operator": "exact"}]`.'),
  filter_test_accounts: any('true: without test accounts.'),
  refresh: any('true: computes also what is cached.'),
  client_query_id: z.optional(queryId),
}
const BREAKDOWN = {
  breakdown: any('A property.'),
  breakdown_type: any('event, person, group, session, cohort or hogql.'),
}

/** Filters for the OpenAPI document: the conversion checks them, and others may stand beside them. */
export const seriesFilters = z.looseObject({
  events: any('Series: `[{"id": "$pageview", "math": "dau"}]`.'),
  actions: any('Series of actions: `[{"id": 1}]`.'),
  interval: any('minute, hour, day, week or month.'),
  ...BREAKDOWN,
  ...COMMON,
})
export const retentionFilters = z.looseObject({
  target_entity: any('The event that starts a cohort: `{"id": "$pageview", "type": "events"}`.'),
  returning_entity: any('The event that counts as a return, as `target_entity`.'),
  retention_type: any('retention_recurring, retention_first_time or retention_first_ever_occurrence.'),
  period: any('Hour, Day, Week or Month.'),
  total_intervals: any('How many intervals; 11 unless given.'),
  cumulative: any('true: whoever came back later counts too.'),
  aggregation_group_type_index: any('Counts groups of this type.'),
  ...BREAKDOWN,
  ...COMMON,
})

export const pathsFilters = z.looseObject({
  include_event_types: any('`["$pageview", "$screen", "custom_event", "hogql"]`; all events unless given.'),
  start_point: any('The item that paths start with.'),
  end_point: any('The item that paths end with.'),
  step_limit: any('The largest number of items of a path; 5 unless given.'),
  edge_limit: any('The largest number of edges; 50 unless given.'),
  exclude_events: any('Items that are left out: `["/login"]`.'),
  path_groupings: any('Items that become one: `["/account/*"]`.'),
  funnel_paths: any('funnel_path_before_step, funnel_path_between_steps or funnel_path_after_step.'),
  funnel_filter: any('Legacy filters of that funnel, and `funnel_step`.'),
  ...COMMON,
})

const identified = z.object({ client_query_id: z.optional(queryId) })

export interface LegacyInput {
  /** The filters of the query string and of the body, which wins. */
  readonly filters: Json
}

/** What the door shows: `body` as JSON, or the table of `answer`, a result of `kind`. */
export interface LegacyAnswer {
  readonly kind: string
  readonly answer: Answered
  readonly body: object
}

export type Answered = QueryAnswer | { readonly kind: 'missing'; readonly entry: null }

/** Where the node of legacy filters stands, for errors. */
export const LEGACY_PATH = ['filters'] as const

/** Computes the node of legacy filters unless it is cached. Throws 400 with paths of `filters`, and as `refreshQuery`. */
export async function answerLegacy(ctx: KeyCtx, node: unknown, filters: Json): Promise<QueryAnswer> {
  const { services, project } = ctx
  const { client_query_id: id } = parseInput(identified, filters)
  const prepared = await prepareQuery(project, node, { now: services.now(), forced: forcedOf(ctx), path: LEGACY_PATH })
  return refreshQuery(services, project, prepared, {
    ...readWish('legacy', { refresh: filters.refresh }),
    ...(id === undefined ? {} : { statusId: id }),
    limiter: limiterOf(ctx),
  })
}

/** The answer to a node of legacy filters, with links to the people behind its numbers. Throws as `answerLegacy`. */
export async function answerWithPeople(ctx: KeyCtx, node: LegacyQuery, filters: Json): Promise<LegacyAnswer> {
  const { project } = ctx
  const answer = await answerLegacy(ctx, node, filters)
  const result = answer.entry && resultsWithPeople(project.id, answer.key, answer.entry)
  return { kind: String(node.kind), answer, body: { result, ...presentLegacy(project, answer) } }
}

/** The keys beside `result`. */
export const presentLegacy = ({ timezone }: Project, { kind, entry }: Answered) => ({
  timezone,
  last_refresh: entry && new Date(entry.lastRefresh).toISOString(),
  is_cached: kind === 'cached',
  timings: [],
  query_method: 'hogql',
  hogql: entry?.head.hogql ?? null,
})

/** A table with the name of its file as PostHog names it; `insightId` puts a link to that insight into the first row. */
export function legacyTable(
  { services }: KeyCtx,
  { kind, answer: { entry } }: LegacyAnswer,
  { name, insightId }: { readonly name: string | undefined; readonly insightId: string | undefined },
) {
  const { resolved_date_range: range }: SharedFields = entry?.head ?? {}
  const days = range ? ` (${range.date_from.slice(0, 10)} - ${range.date_to.slice(0, 10)})` : ''
  const table = resultTable(responseIn({ entry }), kind)
  const isId = insightId !== undefined && /^\w+$/.test(insightId)
  const link = isId ? [[`${services.env.PUBLIC_URL}/insights/${insightId}/`]] : []
  return { name: `${slug(name) || 'export'}${days} from PostHog`, cells: [...link, ...table] }
}

const slug = (text = '') =>
  text
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/[\s-]+/g, '-')
