import * as z from 'zod/mini'
import { STICKINESS_DISPLAY_KEYS } from '../display.ts'
import { Series } from '../entity.ts'
import { CompareFilter, INSIGHT_KEYS, INTERVALS } from '../insight.ts'
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
  series: Series,
  interval: z.nullish(z.enum(INTERVALS)),
  intervalCount: z.nullish(z.int()),
  stickinessFilter: z.nullish(StickinessFilter),
  compareFilter: z.nullish(CompareFilter),
  ...INSIGHT_KEYS,
})
export type StickinessQuery = z.infer<typeof StickinessQuery>
