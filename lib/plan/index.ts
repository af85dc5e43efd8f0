import type { Project } from '../core/project.ts'
import type { InsightNode, QueryNode } from '../nodes/index.ts'
import { type ActorsPlan, planActors } from './actors.ts'
import type { QueryContext } from './context.ts'
import { type CorrelationPlan, planCorrelation } from './correlation.ts'
import { type FunnelsPlan, funnelsRange, planFunnels } from './funnels.ts'
import { planTrends, type TrendsPlan, trendsRange } from './trends.ts'

export type InsightPlan = TrendsPlan | FunnelsPlan
export type QueryPlan = InsightPlan | CorrelationPlan | ActorsPlan

/** Everything that later stages need, absolute. Throws 400 for what the node asks and cannot be, 503 for what is not known yet. */
export function planQuery(node: QueryNode, project: Project, context: QueryContext, now: Date): QueryPlan {
  switch (node.kind) {
    case 'TrendsQuery':
      return planTrends(node, project, context, now)
    case 'FunnelsQuery':
      return planFunnels(node, project, context, now)
    case 'FunnelCorrelationQuery':
      return planCorrelation(node, project, context, now)
    case 'ActorsQuery':
      return planActors(node, project, context, now)
    default:
      return node satisfies never
  }
}

/** The date range of an insight, which needs no context, so that the cache can tell how fresh a result must be. */
export const insightRange = (node: InsightNode, project: Project, now: Date) =>
  node.kind === 'TrendsQuery' ? trendsRange(node, project, now) : funnelsRange(node, project, now)
