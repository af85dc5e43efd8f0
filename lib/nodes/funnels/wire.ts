import * as z from 'zod/mini'
import { MAX_NAME, MAX_TEXT } from '../bounds.ts'
import { FUNNELS_DISPLAY_KEYS } from '../display.ts'
import { ActionsNode, DataWarehouseNode, EventsNode } from '../entity.ts'
import { GroupTypeIndex, INSIGHT_KEYS, INTERVALS } from '../insight.ts'
import { anyKeys } from '../schema.ts'
import { BreakdownFilter } from '../trends/wire.ts'

// as in PostHog, funnels use only the maths that count first times; others are accepted and ignored
const math = z.nullish(z.string().check(z.maxLength(MAX_NAME)))
const FunnelEvent = z.extend(EventsNode, { math })
const FunnelAction = z.extend(ActionsNode, { math })

/** A step: an event, an action, or a table of a warehouse. */
const FunnelEntity = z.discriminatedUnion('kind', [FunnelEvent, FunnelAction, DataWarehouseNode])
export type FunnelEntity = z.infer<typeof FunnelEntity>

const between = { funnelFromStep: z.int(), funnelToStep: z.int() }
const Exclusion = z.discriminatedUnion('kind', [z.extend(FunnelEvent, between), z.extend(FunnelAction, between)])
export type Exclusion = z.infer<typeof Exclusion>

const number = z.union([
  z.number(),
  z.pipe(z.string().check(z.regex(/^\d{1,15}(\.\d{1,15})?$/, 'Input should be a number')), z.transform(Number)),
])

const FunnelsFilter = z.strictObject({
  funnelVizType: z.nullish(z.enum(['steps', 'time_to_convert', 'trends'])),
  funnelOrderType: z.nullish(z.enum(['ordered', 'strict', 'unordered'])),
  funnelWindowInterval: z.nullish(number),
  funnelWindowIntervalUnit: z.nullish(z.enum(['second', 'minute', 'hour', 'day', 'week', 'month'])),
  funnelFromStep: z.nullish(z.int()),
  funnelToStep: z.nullish(z.int()),
  funnelAggregateByHogQL: z.nullish(z.string().check(z.maxLength(MAX_TEXT))),
  breakdownAttributionType: z.nullish(z.enum(['first_touch', 'last_touch', 'all_events', 'step'])),
  breakdownAttributionValue: z.nullish(z.int()),
  exclusions: z.nullish(z.array(Exclusion).check(z.maxLength(30))),
  binCount: z.nullish(z.union([number, z.literal('auto')])),
  ...anyKeys(FUNNELS_DISPLAY_KEYS),
})

/** The strict schema of a FunnelsQuery as clients send it. */
export const FunnelsQuery = z.strictObject({
  kind: z.literal('FunnelsQuery'),
  series: z.array(FunnelEntity).check(z.maxLength(30, 'At most 30 steps are allowed')),
  interval: z.nullish(z.enum(INTERVALS)),
  breakdownFilter: z.nullish(BreakdownFilter),
  funnelsFilter: z.nullish(FunnelsFilter),
  aggregation_group_type_index: GroupTypeIndex,
  ...INSIGHT_KEYS,
})
export type FunnelsQuery = z.infer<typeof FunnelsQuery>
