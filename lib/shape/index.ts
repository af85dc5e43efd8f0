import type { Row } from '../engines/engine.ts'
import type { Kind } from '../nodes/index.ts'
import type { Plans, QueryPlan } from '../plan/index.ts'
import { type ActorsResult, shapeActors } from './actors.ts'
import { type CorrelationResult, shapeCorrelation } from './correlation.ts'
import { type EventsResult, shapeEvents } from './events-query.ts'
import { type FunnelsResult, shapeFunnels } from './funnels.ts'
import { type HogqlResult, shapeHogql } from './hogql.ts'
import { type LifecycleResult, shapeLifecycle } from './lifecycle.ts'
import { type PathsResult, shapePaths } from './paths.ts'
import { type RetentionResult, shapeRetention } from './retention.ts'
import { type StickinessResult, shapeStickiness } from './stickiness.ts'
import { type ResolvedRange, shapeTrends, type TrendsResult } from './trends.ts'

/** The result of each kind: PostHog's JSON with the `kind` of its query. */
export interface Results {
  readonly TrendsQuery: TrendsResult
  readonly FunnelsQuery: FunnelsResult
  readonly RetentionQuery: RetentionResult
  readonly LifecycleQuery: LifecycleResult
  readonly StickinessQuery: StickinessResult
  readonly PathsQuery: PathsResult
  readonly FunnelCorrelationQuery: CorrelationResult
  readonly ActorsQuery: ActorsResult
  readonly HogQLQuery: HogqlResult
  readonly EventsQuery: EventsResult
}
export type ShapedResult = Results[Kind]

/** Fields that the results of several kinds have, as one type. */
export interface SharedFields {
  readonly kind?: Kind
  readonly hasMore?: boolean
  /** Names and types of columns, for results that are a table. */
  readonly columns?: readonly string[]
  readonly types?: readonly unknown[]
  readonly resolved_date_range?: ResolvedRange
}

type RowsOfQueries = readonly (readonly Row[])[]

const SHAPERS: { readonly [K in Kind]: (plan: Plans[K], rows: RowsOfQueries) => Results[K] } = {
  TrendsQuery: shapeTrends,
  FunnelsQuery: (plan, [rows = []]) => shapeFunnels(plan, rows),
  RetentionQuery: shapeRetention,
  LifecycleQuery: shapeLifecycle,
  StickinessQuery: shapeStickiness,
  PathsQuery: shapePaths,
  FunnelCorrelationQuery: (plan, [rows = []]) => shapeCorrelation(plan, rows),
  ActorsQuery: (plan, [rows = []]) => shapeActors(plan, rows),
  EventsQuery: (plan, [rows = []]) => shapeEvents(plan, rows),
  HogQLQuery: (plan, [rows = []]) => shapeHogql(plan, rows),
}

/** The rows of each query of a plan, in the order of `buildQuery`, -> its result. Throws 400 `result_too_large`. */
export const shapeQuery = (plan: QueryPlan, rows: RowsOfQueries): ShapedResult =>
  (SHAPERS[plan.kind] as (plan: QueryPlan, rows: RowsOfQueries) => ShapedResult)(plan, rows)

/** Calls the entry of a table by kind that fits the result. */
export const ofResult = <T, A extends readonly unknown[] = []>(
  table: { readonly [K in Kind]: (result: Results[K], ...more: A) => T },
  result: ShapedResult,
  ...more: A
): T => (table[result.kind] as (result: ShapedResult, ...more: A) => T)(result, ...more)
