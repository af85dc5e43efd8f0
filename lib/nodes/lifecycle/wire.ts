import * as z from 'zod/mini'
import { MAX_SERIES } from '../bounds.ts'
import { Entity } from '../entity.ts'
import { DateRange, INTERVALS } from '../insight.ts'

/** The schema of a LifecycleQuery as clients send it. */
export const LifecycleQuery = z.looseObject({
  kind: z.literal('LifecycleQuery'),
  series: z.array(Entity).check(z.maxLength(MAX_SERIES)),
  lifecycleFilter: z.nullish(z.looseObject({})),
  dateRange: z.nullish(DateRange),
  interval: z.nullish(z.enum(INTERVALS)),
  filterTestAccounts: z.nullish(z.boolean()),
  samplingFactor: z.nullish(z.number()),
})
export type LifecycleQuery = z.infer<typeof LifecycleQuery>
