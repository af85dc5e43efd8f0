/** Answers about dashboards. */
import * as z from 'zod/mini'
import { instant, object, page, User } from '../answer-parts.ts'
import { Insight } from '../insights/answers.ts'

const dashboardBasic = {
  id: z.int(),
  name: z.nullable(z.string()),
  description: z.string(),
  pinned: z.boolean(),
  created_at: instant,
  created_by: z.nullable(User),
  last_accessed_at: z.nullable(instant),
  is_shared: z.boolean(),
  deleted: z.boolean(),
  creation_mode: z.enum(['default', 'duplicate']),
  tags: z.array(z.string()),
  restriction_level: z.int(),
  effective_restriction_level: z.int(),
  effective_privilege_level: z.int(),
  user_access_level: z.enum(['viewer', 'editor']),
  access_control_version: z.literal('v2'),
  last_refresh: z.null(),
  team_id: z.int(),
}
export const DashboardBasic = z.strictObject(dashboardBasic)
export const DashboardList = page(DashboardBasic)

export const DashboardTile = z.strictObject({
  id: z.int(),
  layouts: z.nullable(object),
  color: z.nullable(z.string()),
  order: z.int(),
  last_refresh: z.nullable(instant),
  is_cached: z.boolean(),
  show_description: z.nullable(z.boolean()),
  filters_overrides: object,
  insight: z.nullable(Insight),
  text: z.nullable(z.strictObject({ body: z.string(), created_by: z.null(), last_modified_at: z.null() })),
  button_tile: z.null(),
})
export const Dashboard = z.strictObject({
  ...dashboardBasic,
  filters: object,
  variables: object,
  breakdown_colors: z.array(object),
  data_color_theme_id: z.nullable(z.int()),
  persisted_filters: z.nullable(object),
  persisted_variables: z.nullable(object),
  tiles: z.array(DashboardTile),
})
