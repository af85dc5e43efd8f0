/** Answers about users, organizations, projects, members, roles and personal API keys. */
import * as z from 'zod/mini'
import { instant, object, page, User, uuid } from '../answer-parts.ts'

export { User }

const projectBasic = {
  id: z.int(),
  uuid,
  organization: uuid,
  api_token: z.string().check(z.meta({ description: 'The token that events are sent with.' })),
  name: z.string(),
  completed_snippet_onboarding: z.literal(true),
  has_completed_onboarding_for: object,
  ingested_event: z.literal(true),
  is_demo: z.literal(false),
  timezone: z.string(),
  access_control: z.literal(false),
}
export const ProjectBasic = z.strictObject(projectBasic)
export const ProjectList = page(ProjectBasic)
export const Project = z.strictObject({
  ...projectBasic,
  created_at: instant,
  updated_at: instant,
  week_start_day: z.union([z.literal(0), z.literal(1)]).check(z.meta({ description: '0 = Sunday, 1 = Monday.' })),
  test_account_filters: z.array(z.unknown()),
  path_cleaning_filters: z.array(z.unknown()),
  test_account_filters_default_checked: z.null(),
  effective_membership_level: z.nullable(z.int()),
  project_id: z.int(),
  app_urls: z.array(z.string()),
  slack_incoming_webhook: z.null(),
  anonymize_ips: z.literal(false),
  session_recording_opt_in: z.literal(false),
  person_on_events_querying_enabled: z.literal(true),
  data_attributes: z.array(z.string()),
  modifiers: z.null(),
  default_modifiers: object,
  person_display_name_properties: z.null(),
  user_access_level: z.enum(['member', 'admin']),
})

const level = z.nullable(z.int()).check(z.meta({ description: '1 member, 8 administrator, 15 owner.' }))

export const Organization = z.strictObject({
  id: uuid,
  name: z.string(),
  slug: z.string(),
  created_at: instant,
  updated_at: instant,
  membership_level: level,
  plugins_access_level: z.int(),
  teams: z.array(ProjectBasic),
  projects: z.array(z.strictObject({ id: z.int(), organization_id: uuid, name: z.string() })),
  available_product_features: z.array(z.unknown()),
  is_member_join_email_enabled: z.literal(false),
  metadata: object,
})
export const OrganizationList = page(Organization)

export const CurrentUser = z.strictObject({
  ...User.shape,
  date_joined: z.null(),
  is_staff: z.literal(false),
  is_impersonated: z.literal(false),
  has_password: z.literal(false),
  theme_mode: z.null(),
  team: z.nullable(ProjectBasic),
  organization: z.nullable(Organization),
  organizations: z.array(
    z.strictObject({ id: uuid, name: z.string(), slug: z.string(), logo_media_id: z.null(), membership_level: level }),
  ),
  scope_teams: z.array(z.int()),
})

export const Member = z.strictObject({
  id: uuid,
  user: User,
  level: z.int(),
  joined_at: instant,
  updated_at: instant,
  is_2fa_enabled: z.literal(false),
  has_social_auth: z.literal(false),
  last_login: z.null(),
})
export const MemberList = page(Member)

export const RoleMember = z.strictObject({
  id: uuid,
  role_id: uuid,
  organization_member: Member,
  user: User,
  joined_at: instant,
  updated_at: instant,
})
export const RoleMemberList = page(RoleMember)
export const Role = z.strictObject({
  id: uuid,
  name: z.string(),
  created_at: instant,
  created_by: z.nullable(User),
  members: z.array(RoleMember),
  is_default: z.literal(false),
})
export const RoleList = page(Role)

export const PersonalApiKey = z.strictObject({
  id: z.string(),
  label: z.string(),
  value: z
    .nullable(z.string())
    .check(z.meta({ description: 'The key itself, in the answer that makes it and never again.' })),
  mask_value: z.string(),
  created_at: instant,
  last_used_at: z.nullable(instant),
  last_rolled_at: z.nullable(instant),
  user_id: z.int(),
  scopes: z.array(z.string()),
  scoped_teams: z.array(z.int()).check(z.meta({ description: 'Ids of projects; empty: all that the user may reach.' })),
  scoped_organizations: z.array(uuid),
})
export const PersonalApiKeyList = z.array(PersonalApiKey)
