import * as z from 'zod/mini'
import { MAX_ID, MAX_NAME, MAX_SERIES, MAX_TEXT } from './bounds.ts'
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

const name = z.string().check(z.maxLength(MAX_NAME))
const common = {
  name: z.nullish(name),
  custom_name: z.nullish(name),
  properties: z.nullish(z.array(PropertyFilter)),
  fixedProperties: z.nullish(z.array(PropertyFilter)),
  math: z.nullish(z.enum(MATHS)),
  math_property: z.nullish(name),
  math_property_type: z.nullish(name),
  math_property_revenue_currency: z.optional(z.unknown()),
  math_hogql: z.nullish(z.string().check(z.maxLength(MAX_TEXT))),
  math_group_type_index: z.nullish(z.int().check(z.gte(0)).check(z.lte(4))),
  math_multiplier: z.nullish(z.number().check(z.gte(-1e15)).check(z.lte(1e15))),
  ...anyKeys(ENTITY_DISPLAY_KEYS),
}

export const EventsNode = z.strictObject({
  kind: z.literal('EventsNode'),
  event: z.nullish(name),
  limit: z.nullish(z.int()),
  orderBy: z.nullish(z.array(name).check(z.maxLength(10))),
  ...common,
})
export const ActionsNode = z.strictObject({
  kind: z.literal('ActionsNode'),
  id: z.int().check(z.lte(MAX_ID)),
  ...common,
})
export const DataWarehouseNode = z.strictObject({
  kind: z.literal('DataWarehouseNode'),
  id: z.string(),
  id_field: z.string(),
  distinct_id_field: z.string(),
  timestamp_field: z.string(),
  table_name: z.string(),
  dw_source_type: z.nullish(z.string()),
  ...common,
})

/** One series: an event, an action, or a table of a warehouse. */
export const Entity = z.discriminatedUnion('kind', [EventsNode, ActionsNode, DataWarehouseNode])
export type Entity = z.infer<typeof Entity>
export const Series = z.array(Entity).check(z.maxLength(MAX_SERIES, `At most ${MAX_SERIES} series are allowed`))
