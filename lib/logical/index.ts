import type { Kind } from '../nodes/index.ts'
import type { Plans, QueryPlan } from '../plan/index.ts'
import type { Select } from '../tree/relation.ts'
import { buildActors } from './actors.ts'
import { buildCorrelation } from './correlation.ts'
import { buildEvents } from './events-query.ts'
import { buildFunnels } from './funnels.ts'
import { buildLifecycle } from './lifecycle.ts'
import { buildPaths } from './paths.ts'
import { buildRetention } from './retention.ts'
import { buildStickiness } from './stickiness.ts'
import { buildTrendsPeriod } from './trends.ts'

const BUILDERS: { readonly [K in Kind]: (plan: Plans[K]) => Select[] } = {
  TrendsQuery: (plan) => plan.periods.flatMap((period) => buildTrendsPeriod(plan, period)),
  FunnelsQuery: (plan) => [buildFunnels(plan)],
  RetentionQuery: buildRetention,
  LifecycleQuery: buildLifecycle,
  StickinessQuery: buildStickiness,
  PathsQuery: buildPaths,
  FunnelCorrelationQuery: (plan) => (plan.people ? [buildCorrelation(plan, plan.people)] : []),
  ActorsQuery: (plan) => [buildActors(plan)],
  EventsQuery: (plan) => [buildEvents(plan)],
  HogQLQuery: ({ result }) => [result.query],
}

/** A plan -> its logical queries, which name no engine. `shapeQuery` makes one result of the rows of all of them. */
export const buildQuery = (plan: QueryPlan): Select[] => (BUILDERS[plan.kind] as (plan: QueryPlan) => Select[])(plan)
