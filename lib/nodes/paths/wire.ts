import * as z from 'zod/mini'
import { DateRange, INTERVALS } from '../insight.ts'

/** The schema of a PathsQuery as clients send it. */
export const PathsQuery = z.looseObject({
  kind: z.literal('PathsQuery'),
  pathsFilter: z.looseObject({}),
  dateRange: z.nullish(DateRange),
  interval: z.nullish(z.enum(INTERVALS)),
  filterTestAccounts: z.nullish(z.boolean()),
  samplingFactor: z.nullish(z.number()),
})
export type PathsQuery = z.infer<typeof PathsQuery>
