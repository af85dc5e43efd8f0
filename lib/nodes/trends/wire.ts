import * as z from 'zod'
import { MAX_NAME, MAX_SERIES, MAX_TEXT } from '../bounds.ts'
import { NODE_DISPLAY_KEYS, TRENDS_DISPLAY_KEYS } from '../display.ts'
import { Entity } from '../entity.ts'
import { DateRange, INTERVALS } from '../insight.ts'
import { Properties } from '../property-filter.ts'
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

const BreakdownName = z.string().max(MAX_TEXT)
const Breakdown = z.strictObject({
  property: z.union([z.string().max(MAX_TEXT), z.number()]),
  type: z.enum(BREAKDOWN_TYPES).nullish(),
  group_type_index: z.number().int().nullish(),
  normalize_url: z.boolean().nullish(),
  histogram_bin_count: z.number().int().nullish(),
})

export const BreakdownFilter = z.strictObject({
  breakdown: z.union([BreakdownName, z.number(), z.array(z.union([BreakdownName, z.number()])).max(100)]).nullish(),
  breakdown_type: z.enum(BREAKDOWN_TYPES).nullish(),
  breakdowns: z.array(Breakdown).max(3, 'At most three breakdowns are allowed').nullish(),
  breakdown_limit: z.number().int().min(1).max(1000).nullish(),
  breakdown_hide_other_aggregation: z.boolean().nullish(),
  breakdown_normalize_url: z.boolean().nullish(),
  breakdown_group_type_index: z.number().int().nullish(),
  breakdown_histogram_bin_count: z.number().int().nullish(),
  breakdown_path_cleaning: z.boolean().nullish(),
})

const MAX_FORMULAS = 100
const TrendsFilter = z.strictObject({
  display: z.enum(DISPLAYS).nullish(),
  formula: z.string().nullish(),
  formulas: z.array(z.string()).max(MAX_FORMULAS).nullish(),
  formulaNodes: z
    .array(z.strictObject({ formula: z.string(), custom_name: z.string().max(MAX_NAME).nullish() }))
    .max(MAX_FORMULAS)
    .nullish(),
  smoothingIntervals: z.number().int().min(1).max(1000).nullish(),
  ...anyKeys(TRENDS_DISPLAY_KEYS),
})

/** The strict schema of a TrendsQuery as clients send it. */
export const TrendsQuery = z.strictObject({
  kind: z.literal('TrendsQuery'),
  series: z.array(Entity).max(MAX_SERIES, `At most ${MAX_SERIES} series are allowed`),
  dateRange: DateRange.nullish(),
  interval: z.enum(INTERVALS).nullish(),
  properties: Properties.nullish(),
  filterTestAccounts: z.boolean().nullish(),
  breakdownFilter: BreakdownFilter.nullish(),
  compareFilter: z.strictObject({ compare: z.boolean().nullish(), compare_to: z.string().nullish() }).nullish(),
  trendsFilter: TrendsFilter.nullish(),
  samplingFactor: z.number().gt(0).max(1).nullish(),
  aggregation_group_type_index: z.number().int().min(0).max(4).nullish(),
  conversionGoal: z.unknown().optional(),
  ...anyKeys(NODE_DISPLAY_KEYS),
})
export type TrendsQuery = z.infer<typeof TrendsQuery>
