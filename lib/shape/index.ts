import type { Row } from '../engines/engine.ts'
import type { QueryPlan } from '../plan/index.ts'
import { shapeActors } from './actors.ts'
import { shapeCorrelation } from './correlation.ts'
import { shapeFunnels } from './funnels.ts'
import { shapeTrends } from './trends.ts'

/** What a kind of query answers; keys of its own aside. */
export interface ShapedResult {
  readonly results: readonly unknown[] | Readonly<Record<string, unknown>>
  readonly hasMore?: boolean
  /** Of results that are a table. */
  readonly columns?: readonly string[]
  readonly types?: readonly string[]
  /** ISO instants with the project's offset; of insights. */
  readonly resolved_date_range?: { readonly date_from: string; readonly date_to: string }
}

/** Rows of each query of a plan -> PostHog's JSON. */
export function shapeQuery(plan: QueryPlan, rows: readonly (readonly Row[])[]): ShapedResult {
  switch (plan.kind) {
    case 'trends':
      return shapeTrends(plan, rows)
    case 'funnels':
      return shapeFunnels(plan, rows[0] ?? [])
    case 'correlation':
      return shapeCorrelation(plan, rows[0] ?? [])
    case 'actors':
      return shapeActors(plan, rows[0] ?? [])
    default:
      return plan satisfies never
  }
}
