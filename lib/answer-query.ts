/** The pipeline, written out once: node -> plan -> logical queries -> statements -> rows -> result. */
import { assert } from './core/assert.ts'
import { ApiError, invalid, unavailable } from './core/errors.ts'
import { fingerprint } from './core/fingerprint.ts'
import type { ForcedFilters } from './core/forced-filters.ts'
import { inZone, type Project } from './core/project.ts'
import type { ComputedFrom, Engine, HogqlPrinter, LoadedContext, RunOptions } from './engines/engine.ts'
import { type Reads, readsOf } from './engines/reads.ts'
import { buildFirstEvent } from './logical/first-event.ts'
import { buildQuery } from './logical/index.ts'
import { withoutPositions } from './nodes/identity.ts'
import type { Nodes, QueryNode } from './nodes/index.ts'
import type { GivenName, QueryNames } from './plan/context.ts'
import { propertyTypesOf } from './plan/filter.ts'
import { warningsOf } from './plan/given-names.ts'
import { type Plans, planQuery } from './plan/index.ts'
import { queryNames } from './plan/references.ts'
import { forcedReferences, planForced } from './plan/row-policy.ts'
import { type ShapedResult, shapeQuery } from './shape/index.ts'
import { tablesOf } from './tree/tables.ts'

/** What `POST query/` answers, the keys about caching aside; `kind`, and `view` of funnels, are for us. */
export type QueryResponse = ShapedResult & {
  readonly hogql: string
  /** How the database carries the query out, if that was asked. */
  readonly explain?: readonly string[]
  readonly timings: readonly []
  readonly modifiers: Readonly<Record<string, unknown>>
  readonly error: null
  /** What is strange about the query; absent: nothing. */
  readonly warnings?: readonly string[]
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
  /** What is laid under the query, whatever it reads. */
  readonly forced: ForcedFilters
  /** The zone in which days are counted; that of the project unless given. */
  readonly timezone?: string | null
  /** The name under which `Engine.cancel` finds the statements. */
  readonly runId?: string
  /** Is waited for before the statements are sent. `tables`: those of the catalog that they name. */
  readonly beforeReading?: (tables: ReadonlySet<string>) => Promise<void>
}

/** What an answer was made of: with the same questions to the same events, another one would be the same. */
export interface Basis {
  /** Of the plan and its queries. */
  readonly made: string
  /** Of the events that they read. */
  readonly version: number
  /** Names that nobody had sent, as the answer says; absent: none. */
  readonly unseen?: readonly GivenName[]
}

export interface Answer {
  readonly response: QueryResponse
  readonly computedFrom: ComputedFrom
  /** Null: it may change in ways that events do not tell. */
  readonly basis: Basis | null
  /** The given project, or a newer version of it that the database has: the response is of that one. */
  readonly project: Project
}

/** The kinds whose results are rows of a query, as many as there are. */
export type TableNode = Nodes['HogQLQuery' | 'EventsQuery']
export type TablePlan = Plans['HogQLQuery' | 'EventsQuery']

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
  { now, timeoutMs, forced, timezone = null, runId, beforeReading }: AnswerOptions,
): Promise<Answer> {
  const options: RunOptions = { timeoutMs, readOnly: true, author: 'client', ...(runId ? { runId } : {}) }
  const database = engine.within(timeoutMs)
  const {
    compiled,
    done: { rows, computedFrom, version, unseen },
    loaded,
  } = await carryOut(database, project, node, { now, options, forced, timezone }, async (of, current) => {
    await beforeReading?.(new Set(of.queries.flatMap((query) => [...tablesOf(query)])))
    const result = await database.runCompiled(current, of.statements, options, of.reads, of.unseen)
    return 'rows' in result ? { done: result } : result
  })
  const { plan, queries, statements } = compiled
  const warnings = warningsOf(
    compiled.unseen.filter(({ of, name }) => unseen.some((each) => each.of === of && each.name === name)),
  )
  const types = propertyTypesOf(loaded.plan)
  const text =
    plan.kind === 'HogQLQuery'
      ? hogql.ofSyntax(plan.syntax, types)
      : queries.map((query) => hogql.ofQuery(query, types)).join('\nunion all\n')
  const explain =
    node.kind === 'HogQLQuery' && node.explain ? { explain: await database.explain(statements, options) } : {}
  const response = {
    ...shapeQuery(plan, rows),
    ...explain,
    hogql: text,
    timings: [] as const,
    modifiers: {},
    error: null,
    ...(warnings.length > 0 ? { warnings } : {}),
  }
  const basis =
    version === null ? null : { made: await madeOf(compiled), version, ...(unseen.length > 0 ? { unseen } : {}) }
  return { response, computedFrom, basis, project: loaded.project }
}

/** The plan holds what the result shows beside numbers. */
const madeOf = ({ plan, queries }: Compiled) => fingerprint(withoutPositions([plan, queries]))

/**
 * What an answer that is made now would read, if its question is that of the basis and the project has the same version; else
 * null. While the version of the events it reads is that of the basis, too, the answer would be the same. No call to the
 * database if the context is in the isolate. Throws as `answerQuery`.
 */
export async function readsAsBefore(
  database: Engine,
  project: Project,
  node: QueryNode,
  { made }: Basis,
  { now, timeoutMs, forced, timezone = null }: AnswerOptions,
): Promise<Reads | null> {
  const options: RunOptions = { timeoutMs, readOnly: true }
  const { done } = await carryOut<Reads | null>(
    database,
    project,
    node,
    { now, options, forced, timezone },
    async (of, current) => ({
      done: current === project && of.reads && (await madeOf(of)) === made ? of.reads : null,
    }),
  )
  return done
}

/** A table whose rows are written in the database, to be read in pages. */
export interface WrittenTable {
  readonly plan: TablePlan
  readonly rows: number
}

/**
 * Computes a table as `answerQuery` does, and leaves its rows in the database under the id. `mostRows`: how many it may
 * have; one row more says that there are too many.
 */
export async function writeTable(
  engine: Engine,
  project: Project,
  node: TableNode,
  id: string,
  { now, timeoutMs, forced, timezone = null, mostRows }: AnswerOptions & { readonly mostRows: number },
): Promise<WrittenTable> {
  const options: RunOptions = { timeoutMs, author: 'client' }
  const database = engine.within(timeoutMs)
  const { compiled, done } = await carryOut(
    database,
    project,
    node,
    { now, options, forced, timezone, mostRows },
    async (of, current) => {
      const [statement] = of.statements
      assert(statement, 'a table is one query')
      const columns = (of.plan as TablePlan).result.columns.length
      const result = await database.exportedRows.write(current, id, statement, { columns, mostRows }, options)
      return 'rows' in result ? { done: result.rows } : result
    },
  )
  return { plan: compiled.plan as TablePlan, rows: done }
}

interface CarryOut {
  readonly now: Date
  readonly options: RunOptions
  readonly forced: ForcedFilters
  readonly timezone: string | null
  readonly mostRows?: number | undefined
}
type Compiled = Exclude<ReturnType<typeof compileQuery>, { readonly refused: unknown }>

/** `run`: what is done with the statements, or the newer version of the project that the database has. */
async function carryOut<T>(
  database: Engine,
  project: Project,
  node: QueryNode,
  { now, options, forced, timezone, mostRows }: CarryOut,
  run: (compiled: Compiled, project: Project) => Promise<{ readonly done: T } | { readonly newer: Project }>,
) {
  let current = project
  let fresh = false
  for (let attempt = 0; attempt < MOST_PLANS; attempt++) {
    const own = queryNames(node, inZone(current, timezone), now)
    // names that are known may be those of rows that are not seen
    const given = forced.length > 0 ? [] : (own.given ?? [])
    const names = { ...own, given, references: [...own.references, ...forcedReferences(forced)] }
    const loaded = await database.context(current, names, options, fresh)
    // the test accounts of a newer version may name other things
    const isCurrent = loaded.project === current
    current = loaded.project
    if (!isCurrent) continue
    const seen = await withFirstEvent(database, loaded, names, { now, options, forced, timezone })
    const compiled = compileQuery(database, node, seen, { now, forced, timezone, mostRows })
    if ('refused' in compiled) {
      // a context of long ago refuses nobody
      if (loaded.isFresh) throw compiled.refused
      fresh = true
      continue
    }
    const result = await run(compiled, current)
    if ('done' in result) return { compiled, done: result.done, loaded: { ...loaded, project: current } }
    current = result.newer
  }
  throw unavailable('What the query names is being changed.', 1)
}

/** The first event of whoever sees some alone is the first of those. */
async function withFirstEvent(
  engine: Engine,
  loaded: LoadedContext,
  names: QueryNames,
  { now, options, forced, timezone }: CarryOut,
): Promise<LoadedContext> {
  const { plan: context } = loaded
  const project = inZone(loaded.project, timezone)
  const rows = planForced(forced, { project, context, now })
  const query = rows && buildFirstEvent(names, context)
  if (!query) return loaded
  const [found] = await engine.run(
    [engine.compile(query, { ...loaded.engine, timezone: project.timezone, rows })],
    options,
  )
  const seconds = found?.[0]?.first
  const earliest =
    typeof seconds === 'number' ? new Date(Math.floor(Math.round(seconds * 1e6) / 1e3)).toISOString() : null
  return { ...loaded, plan: { ...context, earliest } }
}

/** A 4xx is an outcome, too: the context that it comes of may be out of date. */
function compileQuery(
  engine: Engine,
  node: QueryNode,
  { project: of, plan: context, engine: all, unseen }: LoadedContext,
  { now, forced, timezone, mostRows }: Omit<CarryOut, 'options'>,
) {
  const project = inZone(of, timezone)
  // what is kept of days is kept of those of the project
  const usePartials = node.usePartials !== false && project === of
  const own = { ...all, timezone: project.timezone }
  try {
    const scope = { project, context, now, ...(mostRows === undefined ? {} : { mostRows }) }
    const rows = planForced(forced, scope)
    // the plan of a statement names its conditions
    if (rows && node.kind === 'HogQLQuery' && node.explain)
      throw invalid(null, 'Readers who see some rows alone get no explanations.')
    const plan = planQuery(node, scope)
    const queries = buildQuery(plan)
    // persons and groups change by themselves, and so does how the database works
    const isTold = !rows?.persons && !rows?.groups && !(node.kind === 'HogQLQuery' && node.explain)
    return {
      plan,
      queries,
      unseen,
      reads: isTold ? readsOf(queries) : null,
      statements: queries.map((query) => engine.compile(query, rows ? { ...own, rows } : own, { usePartials })),
    }
  } catch (error) {
    if (error instanceof ApiError) return { refused: error }
    throw error
  }
}
