/** Answers about cohorts. */
import * as z from 'zod'
import { instant, object, page, User } from '../answer-parts.ts'

export const Cohort = z.strictObject({
  id: z.int(),
  name: z.string().nullable(),
  description: z.string(),
  groups: z.array(z.unknown()),
  deleted: z.boolean(),
  filters: object,
  query: z.null(),
  version: z.int().nullable().meta({ description: 'The last calculation that ended; null: none yet.' }),
  pending_version: z.int(),
  is_calculating: z.boolean(),
  created_by: User.nullable(),
  created_at: instant,
  last_calculation: instant.nullable(),
  errors_calculating: z.int(),
  last_error_message: z.string().nullable(),
  count: z.int().nullable(),
  is_static: z.boolean(),
  cohort_type: z.literal('static').nullable(),
  experiment_set: z.array(z.unknown()),
})
export const CohortList = page(Cohort)
