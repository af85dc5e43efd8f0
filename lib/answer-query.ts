/** The pipeline, written out once: node -> plan -> logical query -> lowered query -> text -> rows -> result. */
import type { Project } from './core/project.ts'
import type { Statement } from './core/statement.ts'
import { lowerPostgres } from './lower/postgres.ts'
import type { CohortGroup } from './nodes/cohort.ts'
import type { NodeGroup } from './nodes/computable-filter.ts'
import { withoutPositions } from './nodes/identity.ts'
import type { ComputableNode } from './nodes/index.ts'
import { planCohort } from './plan/cohort.ts'
import { ALL_TIME } from './plan/dates.ts'
import { insightRange, planQuery } from './plan/index.ts'
import { actionReferences, cohortReferences, insightOf, queryNames, references } from './plan/references.ts'
import { testAccountFilter } from './plan/test-accounts.ts'
import { printHogql } from './print/hogql.ts'
import { printPostgres } from './print/postgres.ts'
import type { Engine } from './run/engine.ts'
import { type ShapedResult, shapeQuery } from './shape/index.ts'
import { buildCohort } from './sql/cohort.ts'
import { buildQuery } from './sql/index.ts'
import { loadQueryContext } from './store/query-context.ts'
import type { Interval, Select } from './tree/query.ts'

/** What `POST query/` answers, the keys about caching aside. */
export interface QueryResponse extends ShapedResult {
  readonly hogql: string
  readonly timings: readonly []
  readonly modifiers: Readonly<Record<string, unknown>>
  readonly error: null
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
  const insight = insightOf(node)
  const { range, input } = insight ? insightRange(insight, project, now) : {}
  const tests = testAccounts(node, project)
  const namesThings = actionReferences(node).length > 0 || references(node, tests).some(({ of }) => of === 'cohort')
  return {
    interval: input?.interval ?? null,
    // the first event is not known yet
    dateFrom: insight?.dateFrom === ALL_TIME ? null : (range?.from.toJSDate() ?? null),
    dateTo: range?.to.toJSDate() ?? null,
    identity: withoutPositions({
      ...node,
      testAccounts: tests.values.length > 0 ? tests : undefined,
      // moves when an action or the members of a cohort do
      config: namesThings ? project.configVersion : undefined,
    }),
  }
}

const testAccounts = (node: ComputableNode, project: Project): NodeGroup => {
  const insight = insightOf(node)
  return insight ? testAccountFilter(insight, project) : { type: 'AND', values: [] }
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
  const options = { timeoutMs, readOnly: true, ...(runId ? { runId } : {}) }
  const names = queryNames(node, testAccounts(node, project), project, now)
  const context = await loadQueryContext(engine, project, names, options)
  const plan = planQuery(node, project, context, now)
  const logical = buildQuery(plan)
  const lowering = { ...context, projectId: project.id, timezone: project.timezone }
  const statements = logical.map((query) => printPostgres(lowerPostgres(query, lowering)))
  const rows = statements.length > 0 ? await engine.run(statements, options) : []
  return { ...shapeQuery(plan, rows), hogql: hogqlText(logical), timings: [], modifiers: {}, error: null }
}

/** The statement whose rows, `person`, are the members of a cohort. Throws a 400 for filters that cannot be. */
export async function cohortStatement(
  engine: Engine,
  project: Project,
  filters: CohortGroup,
  { now, timeoutMs }: ComputeOptions,
): Promise<Statement> {
  const { refs, actions } = cohortReferences(filters)
  const names = { references: refs, actions, earliestOf: null, counted: null }
  const context = await loadQueryContext(engine, project, names, { timeoutMs })
  const { id: projectId, timezone, weekStartDay } = project
  const condition = planCohort(filters, { context, timezone, weekStartDay, now })
  return printPostgres(lowerPostgres(buildCohort(condition), { ...context, projectId, timezone }))
}

const hogqlText = (queries: readonly Select[]) => queries.map(printHogql).join('\nunion all\n')
