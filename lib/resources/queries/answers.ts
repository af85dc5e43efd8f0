/** Answers of queries and of the background runs that compute them. */
import * as z from 'zod/mini'
import type { QueryNode } from '../../nodes/index.ts'
import { instant, number, object } from '../answer-parts.ts'

const breakdown = z.union([z.string(), z.number(), z.null(), z.array(z.nullable(z.string()))])
const personsUrl = z.strictObject({ filter: object, url: z.string() })

const trendsItem = {
  action: z.nullable(
    z.strictObject({
      days: z.array(instant),
      id: z.nullable(z.union([z.string(), z.int()])),
      type: z.literal('events'),
      order: z.int(),
      name: z.string(),
      custom_name: z.nullable(z.string()),
      math: z.nullable(z.string()),
      math_property: z.nullable(z.string()),
      math_hogql: z.nullable(z.string()),
      math_group_type_index: z.nullable(z.int()),
      properties: object,
    }),
  ),
  order: z.int(),
  label: z.string(),
  count: number,
  data: z.nullable(z.array(number)),
  labels: z.optional(z.array(z.string())),
  days: z.array(z.string()),
  aggregated_value: z.optional(number),
  breakdown_value: z.optional(breakdown),
  compare: z.optional(z.literal(true)),
  compare_label: z.optional(z.enum(['current', 'previous'])),
  filter: object,
}
/** A series, or one of its values when it is broken down. */
export const TrendsItem = z.strictObject(trendsItem)
export const TrendsResult = z.array(TrendsItem)

export const FunnelStep = z.strictObject({
  action_id: z.nullable(z.union([z.string(), z.int()])),
  name: z.string(),
  custom_name: z.nullable(z.string()),
  order: z.int(),
  people: z.array(z.unknown()),
  count: z.int(),
  type: z.enum(['events', 'actions']),
  average_conversion_time: number,
  median_conversion_time: number,
  breakdown: z.optional(breakdown),
  breakdown_value: z.optional(breakdown),
  breakdowns: z.optional(breakdown),
  converted_people_url: z.optional(z.nullable(z.string())),
  dropped_people_url: z.optional(z.nullable(z.string())),
})
/** The conversion over time, of a funnel of trends. */
export const FunnelCurve = z.strictObject({
  count: z.int(),
  data: z.array(number),
  days: z.array(z.string()),
  labels: z.array(z.string()),
  breakdown_value: z.optional(breakdown),
})
/** How long conversions took: the start of each bin in seconds, and how many people. */
export const TimeToConvert = z.strictObject({
  bins: z.array(z.tuple([z.number(), z.int()])),
  average_conversion_time: number,
})
/** Steps, lists of steps by the value of a breakdown, curves, or bins, as the funnel asks. */
export const FunnelsResult = z.union([
  z.array(FunnelStep),
  z.array(z.array(FunnelStep)),
  z.array(FunnelCurve),
  TimeToConvert,
])

const correlation = {
  event: z.strictObject({ event: z.string(), properties: object, elements: z.array(z.unknown()) }),
  success_count: z.int(),
  failure_count: z.int(),
  odds_ratio: number,
  correlation_type: z.enum(['success', 'failure']),
}
export const CorrelationResult = z.strictObject({
  events: z.array(z.strictObject(correlation)),
  skewed: z.boolean().check(z.meta({ description: 'One side has more than ten times the people of the other.' })),
})

const retentionCell = { count: z.int(), label: z.string(), aggregation_value: z.optional(number) }
/** The actors of one interval, in each interval after it. */
const retentionRow = {
  values: z.array(z.strictObject(retentionCell)),
  label: z.string(),
  date: instant,
  breakdown_value: z.nullable(z.string()),
}
export const RetentionResult = z.array(z.strictObject(retentionRow))
const seriesAction = {
  id: z.nullable(z.union([z.string(), z.int()])),
  name: z.nullable(z.string()),
  type: z.enum(['events', 'actions']),
  order: z.int(),
  math: z.nullable(z.string()),
}
/** Four items: new, returning, resurrecting, dormant. */
const lifecycleItem = {
  action: z.strictObject({ ...seriesAction, custom_name: z.optional(z.nullable(z.string())) }),
  data: z.array(z.number()),
  count: z.number(),
  days: z.array(z.string()),
  labels: z.array(z.string()),
  label: z.string(),
  status: z.enum(['new', 'returning', 'resurrecting', 'dormant']),
}
export const LifecycleResult = z.array(z.strictObject(lifecycleItem))
/** `data[i]`: the actors that were active in `days[i]` intervals. */
const stickinessItem = {
  count: z.int(),
  data: z.array(z.int()),
  days: z.array(z.int()),
  labels: z.array(z.string()),
  label: z.string(),
  action: z.strictObject({ ...seriesAction, custom_name: z.nullable(z.string()) }),
  compare: z.optional(z.literal(true)),
  compare_label: z.optional(z.enum(['current', 'previous'])),
}
export const StickinessResult = z.array(z.strictObject(stickinessItem))
/** An edge of a graph; the time is in milliseconds. */
const pathsEdge = {
  source: z.string(),
  target: z.string(),
  value: z.int(),
  average_conversion_time: z.number(),
}
export const PathsResult = z.array(z.strictObject(pathsEdge))

/** A listing of actors: one list of cells for each, in the order of `columns`. */
export const ActorsResult = z.array(z.array(z.unknown()))

/** Rows of a SQL query: one list of cells for each, in the order of `columns`. */
export const HogqlResult = z.array(z.array(z.unknown()))

/** Rows of a table of events: one list of cells for each, in the order of `columns`. */
export const EventsResult = z.array(z.array(z.unknown()))

/** The result of each kind that is computed. */
const RESULTS: Readonly<Record<QueryNode['kind'], z.ZodMiniType>> = {
  TrendsQuery: TrendsResult,
  FunnelsQuery: FunnelsResult,
  RetentionQuery: RetentionResult,
  LifecycleQuery: LifecycleResult,
  StickinessQuery: StickinessResult,
  PathsQuery: PathsResult,
  FunnelCorrelationQuery: CorrelationResult,
  ActorsQuery: ActorsResult,
  HogQLQuery: HogqlResult,
  EventsQuery: EventsResult,
}
export const QueryResult = z.union(Object.values(RESULTS))

export const ResolvedDateRange = z.strictObject({ date_from: z.string(), date_to: z.string() })

/** Types of columns: their names alone in listings, beside the column in answers of SQL. */
export const ColumnTypes = z.union([z.array(z.string()), z.array(z.tuple([z.string(), z.string()]))])

/** Where a result came from. */
export const ServedFrom = z.enum(['isolate', 'cache', 'partials', 'database']).check(
  z.meta({
    description:
      '`isolate` and `cache`: it was computed before. `partials`: computed from what was kept of days that have not changed. `database`: computed from all events.',
  }),
)
export const DataUntil = instant.check(
  z.meta({ description: 'The result holds everything that was captured until then.' }),
)

export const Warnings = z.optional(
  z.array(z.string()).check(
    z.meta({
      description: 'Names of events and properties that were never seen in the project; absent without any.',
    }),
  ),
)

const queryResponse = {
  results: QueryResult,
  hogql: z.string(),
  timings: z.array(z.unknown()),
  modifiers: object,
  error: z.null(),
  warnings: Warnings,
  hasMore: z.optional(z.boolean()),
  columns: z.optional(z.array(z.string())),
  types: z.optional(ColumnTypes),
  explain: z.optional(z.array(z.string())),
  resolved_date_range: z.optional(ResolvedDateRange),
  limit: z.optional(z.int()),
  offset: z.optional(z.int()),
  missing_actors_count: z.optional(z.int()),
  cache_key: z.string(),
  is_cached: z.boolean(),
  served_from: ServedFrom,
  timezone: z.string(),
  last_refresh: instant,
  data_until: DataUntil,
  cache_target_age: z.nullable(instant),
  next_allowed_client_refresh: instant,
}
export const QueryResponse = z.strictObject(queryResponse)

export const QueryStatus = z.strictObject({
  id: z.string(),
  team_id: z.int(),
  insight_id: z.nullable(z.int()),
  dashboard_id: z.null(),
  query_async: z.literal(true),
  complete: z.boolean(),
  error: z.boolean(),
  error_message: z.nullable(z.string()),
  start_time: instant,
  pickup_time: z.nullable(instant),
  end_time: z.nullable(instant),
  expiration_time: instant,
  results: z.nullable(QueryResponse).check(z.meta({ description: 'The answer of a run that succeeded.' })),
  task_id: z.string(),
  query_progress: z.null(),
  labels: z.null(),
})

/** A background run. */
export const QueryRun = z.strictObject({ query_status: QueryStatus })
/** The results, and the background run that was started or is under way. */
export const QueryAnswer = z.strictObject({ ...queryResponse, query_status: z.nullable(QueryStatus) })
/** Nothing is cached and nothing was computed. */
export const NoQueryAnswer = z.strictObject({ query_status: z.nullable(QueryStatus) })
/** What `POST query/` answers at once. */
export const AnsweredQuery = z.union([QueryAnswer, NoQueryAnswer])

const legacy = {
  timezone: z.string(),
  last_refresh: z.nullable(instant),
  is_cached: z.boolean(),
  timings: z.array(z.unknown()),
  query_method: z.literal('hogql'),
  hogql: z.nullable(z.string()),
}
const personsUrls = { persons_urls: z.array(personsUrl) }
const peopleUrl = { people_url: z.nullable(z.string()) }
const peopleUrls = { success_people_url: z.string(), failure_people_url: z.string() }

/** Trends, stickiness or a lifecycle of legacy filters, with links to the people behind each number. */
export const LegacyTrend = z.strictObject({
  result: z.union([
    z.array(z.strictObject({ ...trendsItem, ...personsUrls })),
    z.array(z.strictObject({ ...stickinessItem, ...personsUrls })),
    z.array(z.strictObject({ ...lifecycleItem, ...personsUrls })),
  ]),
  ...legacy,
  next: z.null(),
})
export const LegacyFunnel = z.strictObject({ result: FunnelsResult, ...legacy })
export const LegacyRetention = z.strictObject({
  result: z.array(z.strictObject({ ...retentionRow, ...peopleUrl })),
  ...legacy,
})
export const LegacyPaths = z.strictObject({
  result: z.array(z.strictObject({ ...pathsEdge, ...peopleUrl })),
  ...legacy,
})
export const LegacyCorrelation = z.strictObject({
  result: z.nullable(
    z.strictObject({
      events: z.array(z.strictObject({ ...correlation, ...peopleUrls })),
      skewed: z.boolean(),
    }),
  ),
  ...legacy,
})

/** What became of a delivery of QStash. */
export const Delivery = z.strictObject({ outcome: z.string(), detail: z.optional(z.string()) })
