import * as z from 'zod/mini'
import { MAX_SERIES } from '../bounds.ts'
import { LIFECYCLE_DISPLAY_KEYS, NODE_DISPLAY_KEYS } from '../display.ts'
import { Entity } from '../entity.ts'
import { DateRange, INTERVALS } from '../insight.ts'
import { Properties } from '../property-filter.ts'
import { anyKeys } from '../schema.ts'

/** The strict schema of a LifecycleQuery as clients send it. */
export const LifecycleQuery = z.strictObject({
  kind: z.literal('LifecycleQuery'),
  series: z.array(Entity).check(z.maxLength(MAX_SERIES, `At most ${MAX_SERIES} series are allowed`)),
  dateRange: z.nullish(DateRange),
  interval: z.nullish(z.enum(INTERVALS)),
  properties: z.nullish(Properties),
  filterTestAccounts: z.nullish(z.boolean()),
  lifecycleFilter: z.nullish(z.strictObject(anyKeys(LIFECYCLE_DISPLAY_KEYS))),
  samplingFactor: z.nullish(z.number().check(z.gt(0)).check(z.lte(1))),
  aggregation_group_type_index: z.nullish(z.int().check(z.gte(0)).check(z.lte(4))),
  ...anyKeys(NODE_DISPLAY_KEYS),
})
export type LifecycleQuery = z.infer<typeof LifecycleQuery>
