import * as z from 'zod/mini'
import { MAX_NAME, MAX_TEXT } from '../bounds.ts'
import { TRENDS_DISPLAY_KEYS } from '../display.ts'
import { Series } from '../entity.ts'
import { CompareFilter, GroupTypeIndex, INSIGHT_KEYS, INTERVALS } from '../insight.ts'
import { anyKeys } from '../schema.ts'

export const DISPLAYS = [
  'ActionsLineGraph',
  'ActionsBar',
  'ActionsUnstackedBar',
  'ActionsStackedBar',
  'ActionsAreaGraph',
  'ActionsLineGraphCumulative',
  'BoldNumber',
  'ActionsPie',
  'ActionsBarValue',
  'ActionsTable',
  'WorldMap',
  'CalendarHeatmap',
] as const
const BREAKDOWN_TYPES = [
  'event',
  'person',
  'cohort',
  'group',
  'session',
  'hogql',
  'event_metadata',
  'data_warehouse',
  'data_warehouse_person_property',
  'revenue_analytics',
] as const

const BreakdownName = z.string().check(z.maxLength(MAX_TEXT))
const Breakdown = z.strictObject({
  property: z.union([z.string().check(z.maxLength(MAX_TEXT)), z.number()]),
  type: z.nullish(z.enum(BREAKDOWN_TYPES)),
  group_type_index: z.nullish(z.int()),
  normalize_url: z.nullish(z.boolean()),
  histogram_bin_count: z.nullish(z.int()),
})

export const BreakdownFilter = z.strictObject({
  breakdown: z.nullish(
    z.union([BreakdownName, z.number(), z.array(z.union([BreakdownName, z.number()])).check(z.maxLength(100))]),
  ),
  breakdown_type: z.nullish(z.enum(BREAKDOWN_TYPES)),
  breakdowns: z.nullish(z.array(Breakdown).check(z.maxLength(3, 'At most three breakdowns are allowed'))),
  breakdown_limit: z.nullish(z.int().check(z.gte(1)).check(z.lte(1000))),
  breakdown_hide_other_aggregation: z.nullish(z.boolean()),
  breakdown_normalize_url: z.nullish(z.boolean()),
  breakdown_group_type_index: z.nullish(z.int()),
  breakdown_histogram_bin_count: z.nullish(z.int()),
  breakdown_path_cleaning: z.nullish(z.boolean()),
})

const MAX_FORMULAS = 100
const TrendsFilter = z.strictObject({
  display: z.nullish(z.enum(DISPLAYS)),
  formula: z.nullish(z.string()),
  formulas: z.nullish(z.array(z.string()).check(z.maxLength(MAX_FORMULAS))),
  formulaNodes: z.nullish(
    z
      .array(z.strictObject({ formula: z.string(), custom_name: z.nullish(z.string().check(z.maxLength(MAX_NAME))) }))
      .check(z.maxLength(MAX_FORMULAS)),
  ),
  smoothingIntervals: z.nullish(z.int().check(z.gte(1)).check(z.lte(1000))),
  ...anyKeys(TRENDS_DISPLAY_KEYS),
})

/** The strict schema of a TrendsQuery as clients send it. */
export const TrendsQuery = z.strictObject({
  kind: z.literal('TrendsQuery'),
  series: Series,
  interval: z.nullish(z.enum(INTERVALS)),
  breakdownFilter: z.nullish(BreakdownFilter),
  compareFilter: z.nullish(CompareFilter),
  trendsFilter: z.nullish(TrendsFilter),
  aggregation_group_type_index: GroupTypeIndex,
  conversionGoal: z.optional(z.unknown()),
  ...INSIGHT_KEYS,
})
export type TrendsQuery = z.infer<typeof TrendsQuery>
