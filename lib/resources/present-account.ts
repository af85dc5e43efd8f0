/** Organizations, projects and users as the API shows them (docs/ingestion-and-entities.md (c)). */
import type { Caller } from '../access/caller.ts'
import { isAdmin } from '../access/levels.ts'
import { levelIn } from '../access/members.ts'
import type { OrganizationRow } from '../store/organizations.ts'
import type { ProjectRow } from '../store/projects.ts'

/** `projects`: those of the organization that the caller may reach. */
export const presentOrganization = (row: OrganizationRow, caller: Caller, projects: readonly ProjectRow[] = []) => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  created_at: row.created_at,
  updated_at: row.created_at,
  membership_level: levelIn(caller, row.id),
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

export const presentProject = (row: ProjectRow, caller: Caller) => ({
  ...presentProjectBasic(row),
  created_at: row.created_at,
  updated_at: row.created_at,
  week_start_day: row.week_start_day,
  test_account_filters: row.test_account_filters,
  test_account_filters_default_checked: null,
  effective_membership_level: levelIn(caller, row.organization_id),
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
  user_access_level: isAdmin(caller, row.organization_id) ? 'admin' : 'member',
})
