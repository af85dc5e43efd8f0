import type { Project } from '../core/project.ts'
import { withoutPositions } from '../nodes/identity.ts'
import type { QueryNode } from '../nodes/index.ts'
import type { Interval } from '../tree/types.ts'
import { periodOf, startsWithFirstEvent } from './period.ts'
import { insightOf, namesDefinitions, testAccountsOf } from './references.ts'

/** What a cache must know of a query before it is computed. */
export interface QueryDescription {
  readonly interval: Interval | null
  /** Null if the query has none, or if its range starts with an event that is not known yet. */
  readonly dateFrom: Date | null
  readonly dateTo: Date | null
  /** JSON that is the same for queries with the same answer, project, time zone and week start aside. */
  readonly identity: unknown
}

/** Pure; parses no expression of the node. Throws a 400 for dates that cannot be read. */
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
      // moves when an action or the members of a cohort do
      config: namesDefinitions(node, tests) ? project.configVersion : undefined,
    }),
  }
}
