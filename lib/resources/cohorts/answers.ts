/** Answers about cohorts. */
import * as z from 'zod/mini'
import { instant, object, page, User } from '../answer-parts.ts'

export const Cohort = z.strictObject({
  id: z.int(),
  name: z.nullable(z.string()),
  description: z.string(),
  groups: z.array(z.unknown()),
  deleted: z.boolean(),
  filters: object,
  query: z.null(),
  version: z.nullable(z.int()).check(z.meta({ description: 'The last calculation that ended; null: none yet.' })),
  pending_version: z.int(),
  is_calculating: z.boolean(),
  created_by: z.nullable(User),
  created_at: instant,
  last_calculation: z.nullable(instant),
  errors_calculating: z.int(),
  last_error_message: z.nullable(z.string()),
  count: z.nullable(z.int()),
  is_static: z.boolean(),
  cohort_type: z.nullable(z.literal('static')),
  experiment_set: z.array(z.unknown()),
})
export const CohortList = page(Cohort)
