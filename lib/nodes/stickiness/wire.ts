import * as z from 'zod/mini'
import { MAX_SERIES } from '../bounds.ts'
import { Entity } from '../entity.ts'
import { DateRange, INTERVALS } from '../insight.ts'

/** The schema of a StickinessQuery as clients send it. */
export const StickinessQuery = z.looseObject({
  kind: z.literal('StickinessQuery'),
  series: z.array(Entity).check(z.maxLength(MAX_SERIES)),
  stickinessFilter: z.nullish(z.looseObject({})),
  dateRange: z.nullish(DateRange),
  interval: z.nullish(z.enum(INTERVALS)),
  filterTestAccounts: z.nullish(z.boolean()),
  samplingFactor: z.nullish(z.number()),
})
export type StickinessQuery = z.infer<typeof StickinessQuery>
