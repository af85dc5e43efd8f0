/** The pipeline, written out once: node -> plan -> logical query -> lowered query -> text -> rows -> result. */
import { ApiError, unavailable } from './core/errors.ts'
import type { Project } from './core/project.ts'
import type { Statement } from './core/statement.ts'
import type { Engine, RunOptions } from './engines/engine.ts'
import { printHogql } from './engines/hogql/print.ts'
import { lowerPostgres } from './engines/postgres/lower.ts'
import { printPostgres } from './engines/postgres/print.ts'
import { buildCohort } from './logical/cohort.ts'
import { buildQuery } from './logical/index.ts'
import type { CohortGroup } from './nodes/cohort.ts'
import type { NodeGroup } from './nodes/computable-filter.ts'
import { withoutPositions } from './nodes/identity.ts'
import type { ComputableNode } from './nodes/index.ts'
import { planCohort } from './plan/cohort.ts'
import type { QueryContext } from './plan/context.ts'
import { ALL_TIME } from './plan/dates.ts'
import { insightRange, planQuery } from './plan/index.ts'
import { actionReferences, cohortReferences, insightOf, queryNames, references } from './plan/references.ts'
import { testAccountFilter } from './plan/test-accounts.ts'
import { type ShapedResult, shapeQuery } from './shape/index.ts'
import { changedProject } from './store/projects.ts'
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

export interface Computed {
  readonly response: QueryResponse
  /** The one that was given, or a newer one that the database has: the response is of that. */
  readonly project: Project
}

/** How often a plan is made anew while what it rests on changes. */
const PLANS = 5

/**
 * Computes a node over the project's events: two calls to the database, within `timeoutMs` together. A plan that was made
 * for another version of the project's definitions than the database has is made anew. Throws `ApiError`: 400 for what
 * the node asks and cannot be; 503 and 504 from the database.
 */
export async function computeQuery(
  engine: Engine,
  project: Project,
  node: ComputableNode,
  { now, timeoutMs, runId }: ComputeOptions,
): Promise<Computed> {
  const options: RunOptions = { timeoutMs, readOnly: true, author: 'client', ...(runId ? { runId } : {}) }
  const database = engine.within(timeoutMs)
  let current = project
  let fresh = false
  for (let attempt = 0; attempt < PLANS; attempt++) {
    const names = queryNames(node, testAccounts(node, current), current, now)
    const loaded = await loadQueryContext(database, current, names, options, fresh)
    // its test accounts may name other things
    const isKnown = loaded.project === current
    current = loaded.project
    if (!isKnown) continue
    const planned = tryPlan(node, current, loaded.context, now)
    if ('refused' in planned) {
      // what is kept may be of long ago: who is refused is refused by what there is
      if (loaded.isFresh) throw planned.refused
      fresh = true
      continue
    }
    const { plan, logical, statements } = planned
    const checked = [changedProject(current), ...statements]
    const [newer, ...rows] = statements.length > 0 ? await database.run(checked, options) : []
    if (!newer?.[0]) {
      const shaped = shapeQuery(plan, rows)
      const response = { ...shaped, hogql: hogqlText(logical), timings: [] as const, modifiers: {}, error: null }
      return { response, project: current }
    }
    current = newer[0].project as Project
  }
  throw unavailable('What the query names is being changed.', 1)
}

/** Every 4xx is an answer, too: it may come of what is no longer so. */
function tryPlan(node: ComputableNode, project: Project, context: QueryContext, now: Date) {
  try {
    const plan = planQuery(node, project, context, now)
    const logical = buildQuery(plan)
    const lowering = { ...context, projectId: project.id, timezone: project.timezone }
    return { plan, logical, statements: logical.map((query) => printPostgres(lowerPostgres(query, lowering))) }
  } catch (error) {
    if (error instanceof ApiError) return { refused: error }
    throw error
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
  const names = { references: refs, actions, earliestOf: null, counted: null }
  const loaded = await loadQueryContext(engine, project, names, { timeoutMs })
  const { context } = loaded
  const { id: projectId, timezone, weekStartDay } = loaded.project
  const condition = planCohort(filters, { context, timezone, weekStartDay, now })
  return printPostgres(lowerPostgres(buildCohort(condition), { ...context, projectId, timezone }))
}

const hogqlText = (queries: readonly Select[]) => queries.map(printHogql).join('\nunion all\n')
