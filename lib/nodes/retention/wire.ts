import * as z from 'zod/mini'
import { MAX_ID, MAX_NAME } from '../bounds.ts'
import { RETENTION_DISPLAY_KEYS } from '../display.ts'
import { GroupTypeIndex, INSIGHT_KEYS } from '../insight.ts'
import { Properties } from '../property-filter.ts'
import { anyKeys } from '../schema.ts'
import { BreakdownFilter } from '../trends/wire.ts'

const name = z.string().check(z.maxLength(MAX_NAME))
const Entity = z.strictObject({
  id: z.nullish(z.union([name, z.int().check(z.gte(0)).check(z.lte(MAX_ID))])),
  type: z.nullish(z.enum(['events', 'actions', 'data_warehouse'])),
  properties: z.nullish(Properties),
  name: z.nullish(name),
  custom_name: z.nullish(name),
  ...anyKeys(['kind', 'order', 'uuid', 'table_name', 'timestamp_field', 'aggregation_target_field'] as const),
})
export type RetentionEntity = z.infer<typeof Entity>

const whole = (least: number) => z.int().check(z.gte(least)).check(z.lte(1_000_000))
const RetentionFilter = z.strictObject({
  retentionType: z.nullish(z.enum(['retention_recurring', 'retention_first_time', 'retention_first_ever_occurrence'])),
  totalIntervals: z.nullish(whole(0)),
  targetEntity: z.nullish(Entity),
  returningEntity: z.nullish(Entity),
  period: z.nullish(z.enum(['Hour', 'Day', 'Week', 'Month'])),
  cumulative: z.nullish(z.boolean()),
  minimumOccurrences: z.nullish(whole(0)),
  timeWindowMode: z.nullish(z.enum(['strict_calendar_dates', '24_hour_windows'])),
  retentionCustomBrackets: z.nullish(z.array(whole(1)).check(z.maxLength(100))),
  aggregationType: z.nullish(z.enum(['count', 'sum', 'avg'])),
  aggregationProperty: z.nullish(name),
  aggregationPropertyType: z.nullish(z.enum(['event', 'person', 'data_warehouse'])),
  ...anyKeys(RETENTION_DISPLAY_KEYS),
})

/** The strict schema of a RetentionQuery as clients send it. */
export const RetentionQuery = z.strictObject({
  kind: z.literal('RetentionQuery'),
  retentionFilter: RetentionFilter,
  breakdownFilter: z.nullish(BreakdownFilter),
  aggregation_group_type_index: GroupTypeIndex,
  ...INSIGHT_KEYS,
})
export type RetentionQuery = z.infer<typeof RetentionQuery>
