import type { Kind, Nodes, QueryNode } from '../nodes/index.ts'
import { type ActorsPlan, planActors } from './actors.ts'
import type { PlanScope } from './context.ts'
import { type CorrelationPlan, planCorrelation } from './correlation.ts'
import { type EventsPlan, planEvents } from './events-query.ts'
import { type FunnelsPlan, planFunnels } from './funnels.ts'
import { type HogqlPlan, planHogql } from './hogql.ts'
import { type LifecyclePlan, planLifecycle } from './lifecycle.ts'
import { type PathsPlan, planPaths } from './paths.ts'
import { planRetention, type RetentionPlan } from './retention.ts'
import { planStickiness, type StickinessPlan } from './stickiness.ts'
import { planTrends, type TrendsPlan } from './trends.ts'

/** The plan of each kind. */
export interface Plans {
  readonly TrendsQuery: TrendsPlan
  readonly FunnelsQuery: FunnelsPlan
  readonly RetentionQuery: RetentionPlan
  readonly LifecycleQuery: LifecyclePlan
  readonly StickinessQuery: StickinessPlan
  readonly PathsQuery: PathsPlan
  readonly FunnelCorrelationQuery: CorrelationPlan
  readonly ActorsQuery: ActorsPlan
  readonly HogQLQuery: HogqlPlan
  readonly EventsQuery: EventsPlan
}
export type QueryPlan = Plans[Kind]

const PLANNERS: { readonly [K in Kind]: (node: Nodes[K], scope: PlanScope) => Plans[K] } = {
  TrendsQuery: planTrends,
  FunnelsQuery: planFunnels,
  RetentionQuery: planRetention,
  LifecycleQuery: planLifecycle,
  StickinessQuery: planStickiness,
  PathsQuery: planPaths,
  FunnelCorrelationQuery: planCorrelation,
  ActorsQuery: planActors,
  HogQLQuery: planHogql,
  EventsQuery: planEvents,
}

/**
 * A node -> the plan from which queries and results are made: absolute instants, resolved actions, typed filters.
 * Throws 400 naming the field if the node is invalid, 503 if a cohort is not calculated yet.
 */
export const planQuery = (node: QueryNode, scope: PlanScope): QueryPlan =>
  (PLANNERS[node.kind] as (node: QueryNode, scope: PlanScope) => QueryPlan)(node, scope)
