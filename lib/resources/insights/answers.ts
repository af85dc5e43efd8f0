/** Answers about insights, and about who may see them, who is told of them and what happened to them. */
import * as z from 'zod'
import { ACCESS_LEVELS } from '../../access/levels.ts'
import { instant, object, page, User, uuid } from '../answer-parts.ts'
import { QueryResult, QueryStatus, ResolvedDateRange } from '../queries/answers.ts'

const accessLevel = z.enum(ACCESS_LEVELS)
/** Any node: it comes back as it was stored. */
const query = object.nullable().meta({ description: 'The query node as it was stored.' })
const tiles = {
  dashboards: z.array(z.int()),
  dashboard_tiles: z.array(z.strictObject({ id: z.int(), dashboard_id: z.int(), deleted: z.boolean().nullable() })),
}
const shared = {
  id: z.int(),
  short_id: z.string(),
  name: z.string().nullable(),
  derived_name: z.string().nullable(),
  description: z.string().nullable(),
  filters: z.unknown().meta({ description: 'Legacy filters; `{}` where there is a `query`.' }),
  query,
  ...tiles,
  tags: z.array(z.string()),
  saved: z.boolean(),
  favorited: z.boolean(),
  created_at: instant,
  created_by: User.nullable().meta({ description: 'null for whoever has a link.' }),
  updated_at: instant,
  last_modified_at: instant,
  last_viewed_at: instant.nullable(),
  user_access_level: accessLevel.nullable(),
}

export const Insight = z.strictObject({
  ...shared,
  order: z.int().nullable(),
  deleted: z.boolean(),
  last_refresh: instant.nullable(),
  cache_target_age: instant.nullable(),
  next_allowed_client_refresh: instant.nullable(),
  result: QueryResult.nullable(),
  hasMore: z.boolean().nullable(),
  columns: z.array(z.string()).nullable(),
  last_modified_by: User.nullable(),
  is_sample: z.boolean(),
  effective_restriction_level: z.int(),
  effective_privilege_level: z.int(),
  timezone: z.string().nullable(),
  is_cached: z.boolean(),
  query_status: QueryStatus.nullable(),
  hogql: z.string().nullable(),
  types: z.array(z.string()).nullable(),
  resolved_date_range: ResolvedDateRange.nullable(),
  filters_hash: z.string().nullable().meta({ description: 'The key of the cached result.' }),
  alerts: z.array(z.unknown()),
  color: z.string().nullable().optional(),
  layouts: object.nullable().optional(),
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
  organization_member: uuid.nullable(),
  role: uuid.nullable(),
  created_by: User.nullable(),
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
  user: z.strictObject({ first_name: z.string(), email: z.string() }).nullable(),
  activity: z.string(),
  scope: z.literal('Insight'),
  item_id: z.string(),
  detail: z.strictObject({
    changes: z.array(ActivityChange).nullable(),
    trigger: object.nullable(),
    type: z.null(),
    name: z.string().nullable(),
    short_id: z.string(),
  }),
  created_at: instant,
})
export const ActivityList = z.strictObject({
  results: z.array(Activity),
  next: z.url().nullable(),
  previous: z.url().nullable(),
  total_count: z.int(),
})

const refreshHook = {
  id: uuid,
  label: z.string(),
  signed: z.boolean(),
  created_at: instant,
  created_by: User.nullable(),
  last_called_at: instant.nullable(),
}
export const RefreshHook = z.strictObject(refreshHook)
export const RefreshHookList = z.strictObject({ results: z.array(RefreshHook) })
/** With the URL and the secret, which are shown this once. */
export const NewRefreshHook = z.strictObject({
  ...refreshHook,
  url: z.url(),
  signing_secret: z.string().nullable(),
})

const subscriber = {
  id: uuid,
  url: z.url(),
  events: z.array(z.string()),
  created_at: instant,
  created_by: User.nullable(),
}
export const Subscriber = z.strictObject(subscriber)
export const SubscriberList = z.strictObject({ results: z.array(Subscriber) })
/** With the secret, which is shown this once. */
export const NewSubscriber = z.strictObject({ ...subscriber, signing_secret: z.string() })
