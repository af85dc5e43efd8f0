import type { QueryPlan } from '../plan/index.ts'
import type { Select } from '../tree/relation.ts'
import { buildActors } from './actors.ts'
import { buildCorrelation } from './correlation.ts'
import { buildFunnels } from './funnels.ts'
import { buildTrendsPeriod } from './trends.ts'

/** The logical queries of a plan; their rows are shaped together. */
export function buildQuery(plan: QueryPlan): Select[] {
  switch (plan.kind) {
    case 'trends':
      return plan.periods.flatMap((period) => buildTrendsPeriod(plan, period))
    case 'funnels':
      return [buildFunnels(plan)]
    case 'correlation':
      return plan.people ? [buildCorrelation(plan, plan.people)] : []
    case 'actors':
      return [buildActors(plan)]
    default:
      return plan satisfies never
  }
}
