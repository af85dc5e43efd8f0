import type { Project } from '../core/project.ts'
import { withoutPositions } from '../nodes/identity.ts'
import type { QueryNode } from '../nodes/index.ts'
import type { Interval } from '../tree/types.ts'
import { ALL_TIME } from './dates.ts'
import { insightRange } from './index.ts'
import { actionReferences, insightOf, references, testAccountsOf } from './references.ts'

/** What a cache must know of a query before it is computed. */
export interface QueryDescription {
  readonly interval: Interval | null
  /** Null if the query has none, or if its range starts with an event that is not known yet. */
  readonly dateFrom: Date | null
  readonly dateTo: Date | null
  /** JSON that is the same for queries with the same answer, project, time zone and week start aside. */
  readonly identity: unknown
}

/** Pure. Throws a 400 for dates that cannot be read. */
export function describeQuery(project: Project, node: QueryNode, now: Date): QueryDescription {
  const insight = insightOf(node)
  const { range, input } = insight ? insightRange(insight, project, now) : {}
  const tests = testAccountsOf(node, project)
  const namesDefinitions =
    actionReferences(node).length > 0 || references(node, tests).some(({ of }) => of === 'cohort')
  return {
    interval: input?.interval ?? null,
    dateFrom: insight?.dateFrom === ALL_TIME ? null : (range?.from.toJSDate() ?? null),
    dateTo: range?.to.toJSDate() ?? null,
    identity: withoutPositions({
      ...node,
      testAccounts: tests.values.length > 0 ? tests : undefined,
      // moves when an action or the members of a cohort do
      config: namesDefinitions ? project.configVersion : undefined,
    }),
  }
}
