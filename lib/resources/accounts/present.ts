/** Organizations, projects, members, roles and keys as the API shows them (docs/ingestion-and-entities.md (c)). */

import { isAdmin } from '../../access/levels.ts'
import { levelIn } from '../../access/members.ts'
import type { KeyActor } from '../../core/actor.ts'
import type { KeyRow } from '../../store/keys.ts'
import type { MemberRow } from '../../store/members.ts'
import type { OrganizationRow } from '../../store/organizations.ts'
import type { ProjectRow } from '../../store/projects.ts'
import type { RoleMemberRow, RoleRow } from '../../store/roles.ts'

/** `projects`: those of the organization that the key reaches. */
export const presentOrganization = (row: OrganizationRow, actor: KeyActor, projects: readonly ProjectRow[] = []) => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  created_at: row.created_at,
  updated_at: row.created_at,
  membership_level: levelIn(actor, row.id),
  plugins_access_level: 0,
  teams: projects.map(presentProjectBasic),
  projects: projects.map(({ id, organization_id, name }) => ({ id, organization_id, name })),
  available_product_features: [],
  is_member_join_email_enabled: false,
  metadata: {},
})

export const presentProjectBasic = (row: ProjectRow) => ({
  id: row.id,
  uuid: row.uuid,
  organization: row.organization_id,
  api_token: row.api_token,
  name: row.name,
  completed_snippet_onboarding: true,
  has_completed_onboarding_for: {},
  ingested_event: true,
  is_demo: false,
  timezone: row.timezone,
  access_control: false,
})

export const presentProject = (row: ProjectRow, actor: KeyActor) => ({
  ...presentProjectBasic(row),
  created_at: row.created_at,
  updated_at: row.created_at,
  week_start_day: row.week_start_day,
  test_account_filters: row.test_account_filters,
  path_cleaning_filters: row.path_cleaning_filters,
  test_account_filters_default_checked: null,
  effective_membership_level: levelIn(actor, row.organization_id),
  project_id: row.id,
  app_urls: [],
  slack_incoming_webhook: null,
  anonymize_ips: false,
  session_recording_opt_in: false,
  person_on_events_querying_enabled: true,
  data_attributes: ['data-attr'],
  modifiers: null,
  default_modifiers: {},
  person_display_name_properties: null,
  user_access_level: isAdmin(actor, row.organization_id) ? 'admin' : 'member',
})

export const presentMember = ({ member, user }: MemberRow) => ({
  id: member.id,
  user,
  level: member.level,
  joined_at: member.joined_at,
  updated_at: member.updated_at,
  is_2fa_enabled: false,
  has_social_auth: false,
  last_login: null,
})

export const presentRole = ({ role, createdBy, members }: RoleRow) => ({
  id: role.id,
  name: role.name,
  created_at: role.created_at,
  created_by: createdBy,
  members: members.map(presentRoleMember),
  is_default: false,
})

export const presentRoleMember = (row: RoleMemberRow) => ({
  id: row.roleMember.id,
  role_id: row.roleMember.role_id,
  organization_member: presentMember(row),
  user: row.user,
  joined_at: row.roleMember.joined_at,
  updated_at: row.roleMember.joined_at,
})

/** `value` is the key itself, only in the answer that makes it. */
export const presentKey = (row: KeyRow, value: string | null = null) => ({
  id: row.id,
  label: row.label,
  value,
  mask_value: row.mask_value,
  created_at: row.created_at,
  last_used_at: row.last_used_at,
  last_rolled_at: row.last_rolled_at,
  user_id: row.user_id,
  scopes: row.scopes,
  scoped_teams: row.scoped_teams,
  scoped_organizations: row.scoped_organizations,
})
