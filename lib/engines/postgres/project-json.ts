import type { Project } from '../../core/project.ts'
import type { Statement } from '../../core/statement.ts'

/** `Project` as JSON, of a row of `projects`. */
export const PROJECT_JSON = `jsonb_build_object('id', projects.id, 'organizationId', projects.organization_id,
  'name', projects.name, 'apiToken', projects.api_token, 'timezone', projects.timezone,
  'weekStartDay', case projects.week_start_day when 1 then 1 else 0 end,
  'testAccountFilters', projects.test_account_filters, 'pathCleaningFilters', projects.path_cleaning_filters,
  'configVersion', projects.config_version,
  'slotKeys', (select coalesce(jsonb_agg(s.property_key order by s.slot), '[]') from property_slots s where s.project = projects.id))`

/** A row with the column `project` if the database has another version of the project than the given one; else no row. */
export const changedProject = ({ id, configVersion }: Project): Statement => ({
  text: `select ${PROJECT_JSON} as project from projects where id = $1 and config_version <> $2`,
  params: [id, configVersion],
})
