import * as z from 'zod'
import { MAX_NAME, MAX_TEXT } from '../bounds.ts'
import { FUNNELS_DISPLAY_KEYS, NODE_DISPLAY_KEYS } from '../display.ts'
import { ActionsNode, DataWarehouseNode, EventsNode } from '../entity.ts'
import { DateRange, INTERVALS } from '../insight.ts'
import { Properties } from '../property-filter.ts'
import { anyKeys } from '../schema.ts'
import { BreakdownFilter } from '../trends/wire.ts'

// as in PostHog, funnels use only the maths that count first times; others are accepted and ignored
const math = z.string().max(MAX_NAME).nullish()
const FunnelEvent = EventsNode.extend({ math })
const FunnelAction = ActionsNode.extend({ math })

/** A step: an event, an action, or a table of a warehouse. */
const FunnelEntity = z.discriminatedUnion('kind', [FunnelEvent, FunnelAction, DataWarehouseNode])
export type FunnelEntity = z.infer<typeof FunnelEntity>

const between = { funnelFromStep: z.number().int(), funnelToStep: z.number().int() }
const Exclusion = z.discriminatedUnion('kind', [FunnelEvent.extend(between), FunnelAction.extend(between)])
export type Exclusion = z.infer<typeof Exclusion>

const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,15}(\.\d{1,15})?$/)
    .transform(Number),
])

const FunnelsFilter = z.strictObject({
  funnelVizType: z.enum(['steps', 'time_to_convert', 'trends']).nullish(),
  funnelOrderType: z.enum(['ordered', 'strict', 'unordered']).nullish(),
  funnelWindowInterval: number.nullish(),
  funnelWindowIntervalUnit: z.enum(['second', 'minute', 'hour', 'day', 'week', 'month']).nullish(),
  funnelFromStep: z.number().int().nullish(),
  funnelToStep: z.number().int().nullish(),
  funnelAggregateByHogQL: z.string().max(MAX_TEXT).nullish(),
  breakdownAttributionType: z.enum(['first_touch', 'last_touch', 'all_events', 'step']).nullish(),
  breakdownAttributionValue: z.number().int().nullish(),
  exclusions: z.array(Exclusion).max(30).nullish(),
  binCount: z.union([number, z.literal('auto')]).nullish(),
  ...anyKeys(FUNNELS_DISPLAY_KEYS),
})

/** The strict schema of a FunnelsQuery as clients send it. */
export const FunnelsQuery = z.strictObject({
  kind: z.literal('FunnelsQuery'),
  series: z.array(FunnelEntity).max(30, 'At most 30 steps are allowed'),
  dateRange: DateRange.nullish(),
  interval: z.enum(INTERVALS).nullish(),
  properties: Properties.nullish(),
  filterTestAccounts: z.boolean().nullish(),
  breakdownFilter: BreakdownFilter.nullish(),
  funnelsFilter: FunnelsFilter.nullish(),
  samplingFactor: z.number().gt(0).max(1).nullish(),
  aggregation_group_type_index: z.number().int().min(0).max(4).nullish(),
  ...anyKeys(NODE_DISPLAY_KEYS),
})
export type FunnelsQuery = z.infer<typeof FunnelsQuery>
