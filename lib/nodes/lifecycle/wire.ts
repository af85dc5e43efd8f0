import * as z from 'zod/mini'
import { LIFECYCLE_DISPLAY_KEYS } from '../display.ts'
import { Series } from '../entity.ts'
import { GroupTypeIndex, INSIGHT_KEYS, INTERVALS } from '../insight.ts'
import { anyKeys } from '../schema.ts'

/** The strict schema of a LifecycleQuery as clients send it. */
export const LifecycleQuery = z.strictObject({
  kind: z.literal('LifecycleQuery'),
  series: Series,
  interval: z.nullish(z.enum(INTERVALS)),
  lifecycleFilter: z.nullish(z.strictObject(anyKeys(LIFECYCLE_DISPLAY_KEYS))),
  aggregation_group_type_index: GroupTypeIndex,
  ...INSIGHT_KEYS,
})
export type LifecycleQuery = z.infer<typeof LifecycleQuery>
