import * as z from 'zod/mini'
import { MAX_SERIES } from '../bounds.ts'
import { NODE_DISPLAY_KEYS, STICKINESS_DISPLAY_KEYS } from '../display.ts'
import { Entity } from '../entity.ts'
import { CompareFilter, DateRange, INTERVALS } from '../insight.ts'
import { Properties } from '../property-filter.ts'
import { anyKeys } from '../schema.ts'

/** How a number of events or of intervals is compared. */
export const COUNT_OPERATORS = ['gte', 'lte', 'exact'] as const
export type CountOperator = (typeof COUNT_OPERATORS)[number]

const StickinessFilter = z.strictObject({
  stickinessCriteria: z.nullish(
    z.strictObject({ operator: z.enum(COUNT_OPERATORS), value: z.int().check(z.lte(2_147_483_647)) }),
  ),
  computedAs: z.nullish(z.enum(['non_cumulative', 'cumulative'])),
  ...anyKeys(STICKINESS_DISPLAY_KEYS),
})

/** The strict schema of a StickinessQuery as clients send it. */
export const StickinessQuery = z.strictObject({
  kind: z.literal('StickinessQuery'),
  series: z.array(Entity).check(z.maxLength(MAX_SERIES, `At most ${MAX_SERIES} series are allowed`)),
  dateRange: z.nullish(DateRange),
  interval: z.nullish(z.enum(INTERVALS)),
  intervalCount: z.nullish(z.int()),
  properties: z.nullish(Properties),
  filterTestAccounts: z.nullish(z.boolean()),
  stickinessFilter: z.nullish(StickinessFilter),
  compareFilter: z.nullish(CompareFilter),
  samplingFactor: z.nullish(z.number().check(z.gt(0)).check(z.lte(1))),
  ...anyKeys(NODE_DISPLAY_KEYS),
})
export type StickinessQuery = z.infer<typeof StickinessQuery>
