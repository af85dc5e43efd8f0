import * as z from 'zod'
import { MAX_ID, MAX_NAME, MAX_TEXT } from './bounds.ts'
import { ENTITY_DISPLAY_KEYS } from './display.ts'
import { PropertyFilter } from './property-filter.ts'
import { anyKeys } from './schema.ts'

const MATHS = [
  'total',
  'dau',
  'weekly_active',
  'monthly_active',
  'unique_session',
  'unique_group',
  'first_time_for_user',
  'first_matching_event_for_user',
  'avg',
  'sum',
  'min',
  'max',
  'median',
  'p75',
  'p90',
  'p95',
  'p99',
  'avg_count_per_actor',
  'min_count_per_actor',
  'max_count_per_actor',
  'median_count_per_actor',
  'p75_count_per_actor',
  'p90_count_per_actor',
  'p95_count_per_actor',
  'p99_count_per_actor',
  'hogql',
] as const
export type MathName = (typeof MATHS)[number]

const name = z.string().max(MAX_NAME)
const common = {
  name: name.nullish(),
  custom_name: name.nullish(),
  properties: z.array(PropertyFilter).nullish(),
  fixedProperties: z.array(PropertyFilter).nullish(),
  math: z.enum(MATHS).nullish(),
  math_property: name.nullish(),
  math_property_type: name.nullish(),
  math_property_revenue_currency: z.unknown().optional(),
  math_hogql: z.string().max(MAX_TEXT).nullish(),
  math_group_type_index: z.number().int().min(0).max(4).nullish(),
  math_multiplier: z.number().min(-1e15).max(1e15).nullish(),
  ...anyKeys(ENTITY_DISPLAY_KEYS),
}

export const EventsNode = z.strictObject({
  kind: z.literal('EventsNode'),
  event: name.nullish(),
  limit: z.number().int().nullish(),
  orderBy: z.array(name).max(10).nullish(),
  ...common,
})
export const ActionsNode = z.strictObject({
  kind: z.literal('ActionsNode'),
  id: z.number().int().max(MAX_ID),
  ...common,
})
export const DataWarehouseNode = z.strictObject({
  kind: z.literal('DataWarehouseNode'),
  id: z.string(),
  id_field: z.string(),
  distinct_id_field: z.string(),
  timestamp_field: z.string(),
  table_name: z.string(),
  dw_source_type: z.string().nullish(),
  ...common,
})

/** One series: an event, an action, or a table of a warehouse. */
export const Entity = z.discriminatedUnion('kind', [EventsNode, ActionsNode, DataWarehouseNode])
export type Entity = z.infer<typeof Entity>
