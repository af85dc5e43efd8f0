import type { Project } from '../core/project.ts'
import type { ComputableNode } from '../nodes/index.ts'
import { type ActorsPlan, planActors } from './actors.ts'
import type { QueryContext } from './context.ts'
import { planTrends, type TrendsPlan } from './trends.ts'

export type QueryPlan = TrendsPlan | ActorsPlan

/** Everything that later stages need, absolute. Throws 400 for what the node asks and cannot be, 503 for what is not known yet. */
export function planQuery(node: ComputableNode, project: Project, context: QueryContext, now: Date): QueryPlan {
  switch (node.kind) {
    case 'TrendsQuery':
      return planTrends(node, project, context, now)
    case 'ActorsQuery':
      return planActors(node, project, context, now)
    default:
      return node satisfies never
  }
}
