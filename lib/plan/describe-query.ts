import type { Project } from '../core/project.ts'
import { withoutPositions } from '../nodes/identity.ts'
import type { QueryNode } from '../nodes/index.ts'
import type { Interval } from '../tree/types.ts'
import { usedRules } from './paths.ts'
import { periodOf, startsWithFirstEvent } from './period.ts'
import { insightOf, namesDefinitions, testAccountsOf } from './references.ts'

/** The facts about a query that the cache needs before the query is computed. */
export interface QueryDescription {
  readonly interval: Interval | null
  /** The start of the range; null if the query has no range, or if it starts with the first event. */
  readonly dateFrom: Date | null
  readonly dateTo: Date | null
  /** JSON that is equal for queries with equal answers. It leaves out the project, its time zone and its week start. */
  readonly identity: unknown
}

/**
 * Describes a query for the cache as of `now`. It parses no HogQL, so that a cached read stays cheap. Throws 400
 * `invalid_input` if a date of the node cannot be read.
 */
export function describeQuery(project: Project, node: QueryNode, now: Date): QueryDescription {
  const insight = insightOf(node)
  const period = insight && periodOf(insight, { project, now })
  const tests = testAccountsOf(node, project)
  return {
    interval: period?.interval ?? null,
    dateFrom: insight && startsWithFirstEvent(insight) ? null : (period?.range.from.toJSDate() ?? null),
    dateTo: period?.range.to.toJSDate() ?? null,
    identity: withoutPositions({
      ...node,
      testAccounts: tests.values.length > 0 ? tests : undefined,
      cleaning: insight?.kind === 'PathsQuery' ? usedRules(insight, project) : undefined,
      // `configVersion` changes with every change of an action or of the members of a cohort
      config: namesDefinitions(node, tests) ? project.configVersion : undefined,
    }),
  }
}
