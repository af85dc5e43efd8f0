/** Answers about dashboards. */
import * as z from 'zod'
import { instant, object, page, User } from '../answer-parts.ts'
import { Insight } from '../insights/answers.ts'

const dashboardBasic = {
  id: z.int(),
  name: z.string().nullable(),
  description: z.string(),
  pinned: z.boolean(),
  created_at: instant,
  created_by: User.nullable(),
  last_accessed_at: instant.nullable(),
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
  layouts: object.nullable(),
  color: z.string().nullable(),
  order: z.int(),
  last_refresh: instant.nullable(),
  is_cached: z.boolean(),
  show_description: z.boolean().nullable(),
  filters_overrides: object,
  insight: Insight.nullable(),
  text: z.strictObject({ body: z.string(), created_by: z.null(), last_modified_at: z.null() }).nullable(),
  button_tile: z.null(),
})
export const Dashboard = z.strictObject({
  ...dashboardBasic,
  filters: object,
  variables: object,
  breakdown_colors: z.array(object),
  data_color_theme_id: z.int().nullable(),
  persisted_filters: object.nullable(),
  persisted_variables: object.nullable(),
  tiles: z.array(DashboardTile),
})
