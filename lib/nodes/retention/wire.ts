import * as z from 'zod/mini'
import { DateRange, INTERVALS } from '../insight.ts'

/** The schema of a RetentionQuery as clients send it. */
export const RetentionQuery = z.looseObject({
  kind: z.literal('RetentionQuery'),
  retentionFilter: z.looseObject({}),
  dateRange: z.nullish(DateRange),
  interval: z.nullish(z.enum(INTERVALS)),
  filterTestAccounts: z.nullish(z.boolean()),
  samplingFactor: z.nullish(z.number()),
})
export type RetentionQuery = z.infer<typeof RetentionQuery>
