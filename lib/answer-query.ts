/** The pipeline, written out once: node -> plan -> logical query -> lowered query -> text -> rows -> result. */
import { resultTooLarge } from './core/errors.ts'
import type { Project } from './core/project.ts'
import type { Statement } from './core/statement.ts'
import { lowerPostgres } from './lower/postgres.ts'
import type { CohortGroup } from './nodes/cohort.ts'
import type { ComputableNode } from './nodes/index.ts'
import { planCohort } from './plan/cohort.ts'
import { actionReferences, cohortReferences, references } from './plan/references.ts'
import { planTrends, testAccountFilter, trendsRange } from './plan/trends.ts'
import { printHogql } from './print/hogql.ts'
import { printPostgres } from './print/postgres.ts'
import type { Engine } from './run/engine.ts'
import { shapeTrends } from './shape/trends.ts'
import { buildCohort } from './sql/cohort.ts'
import { buildTrends } from './sql/trends.ts'
import { loadQueryContext } from './store/query-context.ts'
import type { Interval, Select } from './tree/query.ts'

/** What `POST query/` answers, the keys about caching aside. */
export interface QueryResponse {
  readonly results: readonly unknown[]
  readonly hasMore: boolean
  readonly hogql: string
  readonly timings: readonly []
  readonly modifiers: Readonly<Record<string, unknown>>
  readonly error: null
  /** ISO instants with the project's offset. */
  readonly resolved_date_range: { readonly date_from: string; readonly date_to: string }
}

export interface ComputeOptions {
  readonly now: Date
  readonly timeoutMs: number
  readonly runId?: string
}

/** What the cache must know of a query before it is computed. */
export interface QueryDescription {
  readonly interval: Interval | null
  readonly dateFrom: Date | null
  readonly dateTo: Date | null
  /** JSON that is the same for queries with the same answer, project, time zone and week start aside. */
  readonly identity: unknown
}

/** Pure. Throws a 400 for dates that cannot be read. */
export function describeQuery(project: Project, node: ComputableNode, now: Date): QueryDescription {
  const { range, input } = trendsRange(node, project, now)
  const tests = testAccountFilter(node, project)
  const namesThings = actionReferences(node).length > 0 || references(node, tests).some(({ of }) => of === 'cohort')
  return {
    interval: input.interval,
    dateFrom: range.from.toJSDate(),
    dateTo: range.to.toJSDate(),
    identity: {
      ...node,
      testAccounts: tests.values.length > 0 ? tests : undefined,
      // moves when an action or the members of a cohort do
      config: namesThings ? project.configVersion : undefined,
    },
  }
}

/**
 * Computes a node over the project's events: two calls to the database. Throws `ApiError`: 400 for what the node asks
 * and cannot be, before events are read; 503 and 504 from the database.
 */
export async function computeQuery(
  engine: Engine,
  project: Project,
  node: ComputableNode,
  { now, timeoutMs, runId }: ComputeOptions,
): Promise<QueryResponse> {
  const refs = references(node, testAccountFilter(node, project))
  const context = await loadQueryContext(engine, project, refs, actionReferences(node), timeoutMs)
  const plan = planTrends(node, project, context, now)
  const logical = plan.periods.flatMap((period) => plan.series.map((series) => buildTrends(plan, series, period)))
  const lowering = { ...context, projectId: project.id, timezone: project.timezone }
  const statements = logical.map((query) => printPostgres(lowerPostgres(query, lowering)))
  const rows =
    statements.length > 0
      ? await engine.run(statements, { timeoutMs, readOnly: true, ...(runId ? { runId } : {}) })
      : []
  const current = plan.periods[0]
  if (!current) throw resultTooLarge('The query has no period.')
  return {
    ...shapeTrends(plan, rows),
    hogql: hogqlText(logical),
    timings: [],
    modifiers: {},
    error: null,
    resolved_date_range: { date_from: current.dateFrom, date_to: current.dateTo },
  }
}

/** The statement whose rows, `person`, are the members of a cohort. Throws a 400 for filters that cannot be. */
export async function cohortStatement(
  engine: Engine,
  project: Project,
  filters: CohortGroup,
  { now, timeoutMs }: ComputeOptions,
): Promise<Statement> {
  const { refs, actions } = cohortReferences(filters)
  const context = await loadQueryContext(engine, project, refs, actions, timeoutMs)
  const { id: projectId, timezone, weekStartDay } = project
  const condition = planCohort(filters, { context, timezone, weekStartDay, now })
  return printPostgres(lowerPostgres(buildCohort(condition), { ...context, projectId, timezone }))
}

const hogqlText = (queries: readonly Select[]) => queries.map(printHogql).join('\nunion all\n')
