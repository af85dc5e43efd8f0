/** Answers about insights, and about who may see them, who is told of them and what happened to them. */
import * as z from 'zod/mini'
import { ACCESS_LEVELS } from '../../access/levels.ts'
import { instant, object, page, User, uuid } from '../answer-parts.ts'
import {
  ColumnTypes,
  DataUntil,
  QueryResult,
  QueryRun,
  QueryStatus,
  ResolvedDateRange,
  ServedFrom,
  Warnings,
} from '../queries/answers.ts'

const accessLevel = z.enum(ACCESS_LEVELS)
/** Any node: it comes back as it was stored. */
const query = z.nullable(object).check(z.meta({ description: 'The query node as it was stored.' }))
const tiles = {
  dashboards: z.array(z.int()),
  dashboard_tiles: z.array(z.strictObject({ id: z.int(), dashboard_id: z.int(), deleted: z.nullable(z.boolean()) })),
}
const shared = {
  id: z.int(),
  short_id: z.string(),
  name: z.nullable(z.string()),
  derived_name: z.nullable(z.string()),
  description: z.nullable(z.string()),
  filters: z.unknown().check(z.meta({ description: 'Legacy filters; `{}` where there is a `query`.' })),
  query,
  ...tiles,
  tags: z.array(z.string()),
  saved: z.boolean(),
  favorited: z.boolean(),
  created_at: instant,
  created_by: z.nullable(User).check(z.meta({ description: 'null for whoever has a link.' })),
  updated_at: instant,
  last_modified_at: instant,
  last_viewed_at: z.nullable(instant),
  refresh_interval: z.nullable(z.int()).check(z.meta({ description: 'Seconds; null: when somebody asks.' })),
  user_access_level: z.nullable(accessLevel),
}

export const Insight = z.strictObject({
  ...shared,
  order: z.nullable(z.int()),
  deleted: z.boolean(),
  last_refresh: z.nullable(instant),
  data_until: z.nullable(DataUntil),
  cache_target_age: z.nullable(instant),
  next_allowed_client_refresh: z.nullable(instant),
  result: z.nullable(QueryResult),
  hasMore: z.nullable(z.boolean()),
  columns: z.nullable(z.array(z.string())),
  last_modified_by: z.nullable(User),
  is_sample: z.boolean(),
  effective_restriction_level: z.int(),
  effective_privilege_level: z.int(),
  timezone: z.nullable(z.string()),
  is_cached: z.boolean(),
  served_from: z.nullable(ServedFrom),
  query_status: z.nullable(QueryStatus),
  hogql: z.nullable(z.string()),
  types: z.nullable(ColumnTypes),
  resolved_date_range: z.nullable(ResolvedDateRange),
  filters_hash: z.nullable(z.string()).check(z.meta({ description: 'The key of the cached result.' })),
  alerts: z.array(z.unknown()),
  warnings: Warnings,
  color: z.optional(z.nullable(z.string())),
  layouts: z.optional(z.nullable(object)),
})

/** Without results and dashboards: `basic=true`. */
export const InsightBasic = z.strictObject({ ...shared, last_refresh: z.null(), refreshing: z.literal(false) })

export const InsightRead = z.union([Insight, InsightBasic])
export const InsightList = page(InsightRead)
export const LastViewedInsights = z.array(InsightBasic)

export const AccessControl = z.strictObject({
  access_level: accessLevel,
  resource: z.literal('insight'),
  resource_id: z.string(),
  organization_member: z.nullable(uuid),
  role: z.nullable(uuid),
  created_by: z.nullable(User),
  created_at: instant,
  updated_at: instant,
})
/** The rules of an insight, and what the caller may do. */
export const AccessControls = z.strictObject({
  access_controls: z.array(AccessControl),
  available_access_levels: z.array(accessLevel),
  default_access_level: accessLevel,
  user_access_level: accessLevel,
  user_can_edit_access_levels: z.boolean(),
})

const ActivityChange = z.strictObject({
  type: z.string(),
  action: z.string(),
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
})
export const Activity = z.strictObject({
  id: uuid,
  user: z.nullable(z.strictObject({ first_name: z.string(), email: z.string() })),
  activity: z.string(),
  scope: z.literal('Insight'),
  item_id: z.string(),
  detail: z.strictObject({
    changes: z.nullable(z.array(ActivityChange)),
    trigger: z.nullable(object),
    type: z.null(),
    name: z.nullable(z.string()),
    short_id: z.string(),
  }),
  created_at: instant,
})
export const ActivityList = z.strictObject({
  results: z.array(Activity),
  next: z.nullable(z.url()),
  previous: z.nullable(z.url()),
  total_count: z.int(),
})

const refreshHook = {
  id: uuid,
  label: z.string(),
  signed: z.boolean(),
  created_at: instant,
  created_by: z.nullable(User),
  last_called_at: z.nullable(instant),
}
export const RefreshHook = z.strictObject(refreshHook)
export const RefreshHookList = z.strictObject({ results: z.array(RefreshHook) })
/** With the URL and the secret, which are shown this once. */
export const NewRefreshHook = z.strictObject({
  ...refreshHook,
  url: z.url(),
  signing_secret: z.nullable(z.string()),
})

/** `query_statuses`: of a hook of a project, one for each insight that the call names. */
export const HookCalled = z.union([QueryRun, z.strictObject({ query_statuses: z.array(QueryStatus) })])

const subscriber = {
  id: uuid,
  url: z.url(),
  events: z.array(z.string()),
  created_at: instant,
  created_by: z.nullable(User),
}
export const Subscriber = z.strictObject(subscriber)
export const SubscriberList = z.strictObject({ results: z.array(Subscriber) })
/** With the secret, which is shown this once. */
export const NewSubscriber = z.strictObject({ ...subscriber, signing_secret: z.string() })
