import { sql } from 'drizzle-orm'
import { boolean, customType, integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { AccessLevel } from '../access/levels.ts'
import { formatInstant } from '../core/time.ts'
import type { ActionStep } from '../nodes/action.ts'
import type { VariableType } from '../nodes/variable.ts'

/** A timestamptz, read as the API prints it: ISO 8601 in UTC. */
const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamptz',
  fromDriver: formatInstant,
})

/** json instead of jsonb, which would reorder keys. */
const json = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'json',
  toDriver: (value) => (value === null ? null : JSON.stringify(value)),
  // the driver has parsed the JSON: a string here is a JSON string and must not be parsed again
  fromDriver: (value) => value,
})

const int4Array = customType<{ data: number[]; driverData: unknown }>({
  dataType: () => 'int4[]',
  toDriver: (value) => `{${value.join(',')}}`,
  fromDriver: (value) => (Array.isArray(value) ? value.map(Number) : []),
})

export const organizations = pgTable('organizations', {
  id: uuid().primaryKey().defaultRandom(),
  name: text().notNull(),
  slug: text().notNull(),
  created_at: instant().notNull().default(sql`now()`),
})

export const users = pgTable('users', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  uuid: uuid().notNull().defaultRandom(),
  distinct_id: text().notNull(),
  email: text().notNull(),
  first_name: text().notNull().default(''),
  last_name: text().notNull().default(''),
  current_project_id: integer(),
  current_organization_id: uuid(),
})

export const memberships = pgTable(
  'memberships',
  {
    id: uuid().notNull().defaultRandom(),
    organization_id: uuid().notNull(),
    user_id: integer().notNull(),
    level: smallint().notNull().default(1),
    joined_at: instant().notNull().default(sql`now()`),
    updated_at: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.organization_id, table.user_id] })],
)

export const projects = pgTable('projects', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  uuid: uuid().notNull().defaultRandom(),
  organization_id: uuid().notNull(),
  name: text().notNull(),
  api_token: text().notNull(),
  timezone: text().notNull().default('UTC'),
  week_start_day: smallint().notNull().default(0),
  test_account_filters: jsonb().$type<unknown[]>().notNull().default([]),
  path_cleaning_filters: jsonb().$type<unknown[]>().notNull().default([]),
  config_version: integer().notNull().default(1),
  created_at: instant().notNull().default(sql`now()`),
})

export const personalApiKeys = pgTable('personal_api_keys', {
  id: text().primaryKey(),
  user_id: integer().notNull(),
  label: text().notNull(),
  mask_value: text().notNull(),
  secure_value: text().notNull(),
  scopes: text().array().notNull(),
  scoped_teams: int4Array().notNull(),
  scoped_organizations: text().array().notNull(),
  created_at: instant().notNull().default(sql`now()`),
  last_used_at: instant(),
  last_rolled_at: instant(),
})

export const roles = pgTable('roles', {
  id: uuid().primaryKey().defaultRandom(),
  organization_id: uuid().notNull(),
  name: text().notNull(),
  created_at: instant().notNull().default(sql`now()`),
  created_by: integer(),
})

export const roleMembers = pgTable('role_members', {
  id: uuid().primaryKey().defaultRandom(),
  role_id: uuid().notNull(),
  membership_id: uuid().notNull(),
  joined_at: instant().notNull().default(sql`now()`),
})

export const insights = pgTable('insights', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  project_id: integer().notNull(),
  short_id: text().notNull(),
  name: text(),
  derived_name: text(),
  description: text(),
  filters: json(),
  query: json(),
  order: integer(),
  deleted: boolean().notNull().default(false),
  favorited: boolean().notNull().default(false),
  saved: boolean().notNull().default(false),
  tags: text().array().notNull().default([]),
  is_sample: boolean().notNull().default(false),
  created_at: instant().notNull().default(sql`now()`),
  created_by: integer(),
  updated_at: instant().notNull(),
  last_modified_at: instant().notNull(),
  last_modified_by: integer(),
  /** Rises with every change of the row or of the tiles, dashboards, rules and subscribers that are read with it. */
  version: integer().notNull().default(1),
  /** Seconds; null: it is refreshed when somebody asks. */
  refresh_interval: integer(),
})

export const cohorts = pgTable('cohorts', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  project_id: integer().notNull(),
  name: text(),
  description: text().notNull().default(''),
  groups: jsonb().$type<unknown[]>().notNull().default([]),
  filters: jsonb(),
  refs: jsonb().notNull().default([]),
  is_static: boolean().notNull().default(false),
  deleted: boolean().notNull().default(false),
  version: integer().notNull().default(0),
  pending_version: integer().notNull().default(1),
  is_calculating: boolean().notNull().default(false),
  count: integer(),
  last_calculation: instant(),
  enqueued_at: instant().$default(() => sql`now()`),
  errors_calculating: integer().notNull().default(0),
  last_error_message: text(),
  created_at: instant().notNull().default(sql`now()`),
  created_by: integer(),
})

export const actions = pgTable('actions', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  project_id: integer().notNull(),
  name: text().notNull(),
  description: text().notNull().default(''),
  tags: text().array().notNull().default([]),
  steps: jsonb().$type<ActionStep[]>().notNull().default([]),
  refs: jsonb().notNull().default([]),
  post_to_slack: boolean().notNull().default(false),
  slack_message_format: text().notNull().default(''),
  deleted: boolean().notNull().default(false),
  created_at: instant().notNull().default(sql`now()`),
  created_by: integer(),
  pinned_at: instant(),
})

export const insightVariables = pgTable('insight_variables', {
  id: uuid().primaryKey().defaultRandom(),
  project_id: integer().notNull(),
  name: text().notNull(),
  code_name: text().notNull(),
  type: text().$type<VariableType>().notNull(),
  default_value: jsonb(),
  values: jsonb().$type<unknown[]>(),
  created_by: integer(),
  created_at: instant().notNull().default(sql`now()`),
})

export const accessControls = pgTable('access_controls', {
  id: uuid().primaryKey().defaultRandom(),
  project_id: integer().notNull(),
  insight_id: integer().notNull(),
  access_level: text().$type<AccessLevel>().notNull(),
  membership_id: uuid(),
  role_id: uuid(),
  created_by: integer(),
  created_at: instant().notNull().default(sql`now()`),
  updated_at: instant().notNull(),
})

export const dashboards = pgTable('dashboards', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  project_id: integer().notNull(),
  name: text(),
  description: text().notNull().default(''),
  pinned: boolean().notNull().default(false),
  filters: json().notNull().default({}),
  variables: json().notNull().default({}),
  breakdown_colors: json().notNull().default([]),
  data_color_theme_id: integer(),
  tags: text().array().notNull().default([]),
  restriction_level: smallint().notNull().default(21),
  creation_mode: text().notNull().default('default'),
  deleted: boolean().notNull().default(false),
  created_at: instant().notNull().default(sql`now()`),
  created_by: integer(),
  last_accessed_at: instant(),
})

export const dashboardTiles = pgTable('dashboard_tiles', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  dashboard_id: integer().notNull(),
  insight_id: integer(),
  body: text(),
  layouts: json().notNull().default({}),
  color: text(),
  show_description: boolean(),
  filters_overrides: json(),
  deleted: boolean(),
})

export const activityLog = pgTable('activity_log', {
  id: uuid().primaryKey().defaultRandom(),
  project_id: integer().notNull(),
  scope: text().notNull(),
  item_id: text().notNull(),
  activity: text().notNull(),
  user_id: integer(),
  detail: json().notNull(),
  created_at: instant().notNull().default(sql`now()`),
})

export const insightViews = pgTable(
  'insight_views',
  { insight_id: integer().notNull(), user_id: integer().notNull(), last_viewed_at: instant().notNull() },
  (table) => [primaryKey({ columns: [table.insight_id, table.user_id] })],
)

export const sharingConfigurations = pgTable('sharing_configurations', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  project_id: integer().notNull(),
  /** null: the link of a dashboard. */
  insight_id: integer(),
  dashboard_id: integer(),
  enabled: boolean().notNull().default(false),
  access_token: text().notNull(),
  created_at: instant().notNull().default(sql`now()`),
  version: integer().notNull().default(1),
  show_query: boolean().notNull().default(false),
  expires_at: instant(),
  allowed_ancestors: json(),
  filters: json().notNull().default([]),
})

export const refreshHooks = pgTable('refresh_hooks', {
  id: uuid().primaryKey().defaultRandom(),
  project_id: integer().notNull(),
  /** null: a hook of the project. */
  insight_id: integer(),
  label: text().notNull().default(''),
  token_hash: text().notNull(),
  signing_secret: text(),
  created_at: instant().notNull().default(sql`now()`),
  created_by: integer(),
  last_called_at: instant(),
})

export const viewerSecrets = pgTable('viewer_secrets', {
  id: text().primaryKey(),
  project_id: integer().notNull(),
  label: text().notNull().default(''),
  secret: text().notNull(),
  created_at: instant().notNull().default(sql`now()`),
  created_by: integer(),
})

export const insightSubscribers = pgTable('insight_subscribers', {
  id: uuid().primaryKey().defaultRandom(),
  project_id: integer().notNull(),
  insight_id: integer().notNull(),
  url: text().notNull(),
  events: text().array().notNull(),
  signing_secret: text().notNull(),
  created_at: instant().notNull().default(sql`now()`),
  created_by: integer(),
})
