/** The pipeline, written out once: node -> plan -> logical queries -> statements -> rows -> result. */
import { ApiError, unavailable } from './core/errors.ts'
import type { Project } from './core/project.ts'
import type { Engine, HogqlPrinter, LoadedContext, RunOptions } from './engines/engine.ts'
import { buildQuery } from './logical/index.ts'
import type { QueryNode } from './nodes/index.ts'
import { propertyTypesOf } from './plan/filter.ts'
import { planQuery } from './plan/index.ts'
import { queryNames } from './plan/references.ts'
import { type ShapedResult, shapeQuery } from './shape/index.ts'

/** What `POST query/` answers, the keys about caching aside; `kind`, and `view` of funnels, are for us. */
export type QueryResponse = ShapedResult & {
  readonly hogql: string
  /** How the database carries the query out, if that was asked. */
  readonly explain?: readonly string[]
  readonly timings: readonly []
  readonly modifiers: Readonly<Record<string, unknown>>
  readonly error: null
}

/** What computes a query, and what prints it for whoever asks what was computed. */
export interface QueryEngines {
  readonly engine: Engine
  readonly hogql: HogqlPrinter
}

export interface AnswerOptions {
  readonly now: Date
  /** For all calls to the database together. */
  readonly timeoutMs: number
  /** The name under which `Engine.cancel` finds the statements. */
  readonly runId?: string
}

export interface Answer {
  readonly response: QueryResponse
  /** The given project, or a newer version of it that the database has: the response is of that one. */
  readonly project: Project
}

/** How often a plan is made anew while the definitions it rests on change. */
const MOST_PLANS = 5

/**
 * Computes a node over the project's events: two calls to the database. A plan that was made for another version of the
 * project's definitions than the database has is made anew. Throws `ApiError`: 400 for a node that cannot be computed;
 * 503 and 504 from the database.
 */
export async function answerQuery(
  { engine, hogql }: QueryEngines,
  project: Project,
  node: QueryNode,
  { now, timeoutMs, runId }: AnswerOptions,
): Promise<Answer> {
  const options: RunOptions = { timeoutMs, readOnly: true, author: 'client', ...(runId ? { runId } : {}) }
  const database = engine.within(timeoutMs)
  let current = project
  let fresh = false
  for (let attempt = 0; attempt < MOST_PLANS; attempt++) {
    const names = queryNames(node, current, now)
    const loaded = await database.context(current, names, options, fresh)
    // the test accounts of a newer version may name other things
    const isCurrent = loaded.project === current
    current = loaded.project
    if (!isCurrent) continue
    const compiled = compileQuery(database, node, loaded, now)
    if ('refused' in compiled) {
      // a context of long ago refuses nobody
      if (loaded.isFresh) throw compiled.refused
      fresh = true
      continue
    }
    const { plan, queries, statements } = compiled
    const result = await database.runCompiled(current, statements, options)
    if ('rows' in result) {
      const types = propertyTypesOf(loaded.plan)
      const text =
        plan.kind === 'HogQLQuery'
          ? hogql.ofSyntax(plan.syntax, types)
          : queries.map((query) => hogql.ofQuery(query, types)).join('\nunion all\n')
      const shaped = shapeQuery(plan, result.rows)
      const explain =
        node.kind === 'HogQLQuery' && node.explain ? { explain: await database.explain(statements, options) } : {}
      return {
        response: { ...shaped, ...explain, hogql: text, timings: [], modifiers: {}, error: null },
        project: current,
      }
    }
    current = result.newer
  }
  throw unavailable('What the query names is being changed.', 1)
}

/** A 4xx is an outcome, too: the context that it comes of may be out of date. */
function compileQuery(
  engine: Engine,
  node: QueryNode,
  { project, plan: context, engine: own }: LoadedContext,
  now: Date,
) {
  try {
    const plan = planQuery(node, { project, context, now })
    const queries = buildQuery(plan)
    return { plan, queries, statements: queries.map((query) => engine.compile(query, own)) }
  } catch (error) {
    if (error instanceof ApiError) return { refused: error }
    throw error
  }
}
