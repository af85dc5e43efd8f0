import type { CohortRow } from '../../store/cohorts.ts'

/** A cohort as the API shows it (docs/ingestion-and-entities.md (c) Cohorts). */
export const presentCohort = (row: CohortRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  groups: row.groups,
  deleted: row.deleted,
  filters: row.filters ?? { properties: {} },
  query: null,
  version: row.version || null,
  pending_version: row.pending_version,
  is_calculating: row.is_calculating,
  created_by: row.created_by,
  created_at: row.created_at,
  last_calculation: row.last_calculation,
  errors_calculating: row.errors_calculating,
  last_error_message: row.last_error_message,
  count: row.count,
  is_static: row.is_static,
  cohort_type: row.is_static ? 'static' : null,
  experiment_set: [],
})
