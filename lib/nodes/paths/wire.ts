import * as z from 'zod/mini'
import { MAX_NAME, MAX_TEXT } from '../bounds.ts'
import { PATHS_DISPLAY_KEYS } from '../display.ts'
import { FunnelsQuery } from '../funnels/wire.ts'
import { GroupTypeIndex, INSIGHT_KEYS } from '../insight.ts'
import { CleaningRules } from '../path-cleaning.ts'
import { anyKeys } from '../schema.ts'

export const ITEM_KINDS = ['$pageview', '$screen', 'custom_event', 'hogql'] as const
/** The longest way that is followed. */
const MAX_STEPS = 50
const MAX_EDGES = 5_000

const item = z.string().check(z.maxLength(MAX_TEXT))
const weight = z.nullish(z.number().check(z.gte(0)))
/** An item with its position, such as `2_/pricing`. */
const key = z.nullish(item)

const PathsFilter = z.strictObject({
  includeEventTypes: z.nullish(z.array(z.enum(ITEM_KINDS)).check(z.maxLength(20))),
  pathsHogQLExpression: z.nullish(z.string().check(z.maxLength(MAX_TEXT))),
  startPoint: z.nullish(item),
  endPoint: z.nullish(item),
  pathGroupings: z.nullish(z.array(z.string().check(z.maxLength(MAX_NAME))).check(z.maxLength(100))),
  excludeEvents: z.nullish(z.array(item).check(z.maxLength(1_000))),
  pathReplacements: z.nullish(z.boolean()),
  localPathCleaningFilters: z.nullish(CleaningRules),
  stepLimit: z.nullish(z.int().check(z.gte(0)).check(z.lte(MAX_STEPS))),
  edgeLimit: z.nullish(z.int().check(z.gte(0)).check(z.lte(MAX_EDGES))),
  minEdgeWeight: weight,
  maxEdgeWeight: weight,
  pathStartKey: key,
  pathEndKey: key,
  pathDropoffKey: key,
  ...anyKeys(PATHS_DISPLAY_KEYS),
})

const FunnelPathsFilter = z.strictObject({
  funnelPathType: z.nullish(z.enum(['funnel_path_before_step', 'funnel_path_between_steps', 'funnel_path_after_step'])),
  funnelSource: FunnelsQuery,
  funnelStep: z.nullish(z.int()),
})
export type FunnelPathsFilter = z.infer<typeof FunnelPathsFilter>

/** The strict schema of a PathsQuery as clients send it. */
export const PathsQuery = z.strictObject({
  kind: z.literal('PathsQuery'),
  pathsFilter: PathsFilter,
  funnelPathsFilter: z.nullish(FunnelPathsFilter),
  aggregation_group_type_index: GroupTypeIndex,
  ...INSIGHT_KEYS,
})
export type PathsQuery = z.infer<typeof PathsQuery>
