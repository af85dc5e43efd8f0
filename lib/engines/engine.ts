/** The interface of an engine: everything that the stages above know of the database of events (docs/adding-an-engine.md). */
import type { Project } from '../core/project.ts'
import type { Statement } from '../core/statement.ts'
import type { QueryAst } from '../hogql/syntax.ts'
import type { GivenName, QueryContext, QueryNames, UnseenName } from '../plan/context.ts'
import type { PropertyTypes } from '../plan/filter.ts'
import type { RowPolicy } from '../plan/row-policy.ts'
import type { Select } from '../tree/relation.ts'
import type { Reads } from './reads.ts'

export type Row = Readonly<Record<string, unknown>>

/** Who wrote what a statement says: a client, whose constants it holds, or we. */
export type Author = 'client' | 'us'

export interface RunOptions {
  /** How long all statements of the batch may take together, in milliseconds. */
  readonly timeoutMs: number
  /** The name under which `cancel` finds the statements. */
  readonly runId?: string
  readonly readOnly?: boolean
  /** Whose mistake it is that the statements cannot be carried out; ours unless given. */
  readonly author?: Author
  /** As of `Statement`, for all of the batch. */
  readonly joinsMany?: boolean
}

/** Runs statements as one batch: `Engine.run`. */
export type Run = Engine['run']

/** The facts of its own that an engine needs to compile queries of a project. Only the engine reads more than these. */
export interface EngineContext {
  readonly projectId: number
  /** IANA name. */
  readonly timezone: string
  /** All rows of the project unless given. */
  readonly rows?: RowPolicy
}

export interface CompileOptions {
  /** Whether the query may be computed from partial results that are kept; it may unless given. */
  readonly usePartials?: boolean
}

/** Prints as HogQL what was computed, for whoever asks. `types`: how properties are read by their definitions. */
export interface HogqlPrinter {
  readonly ofQuery: (query: Select, types: PropertyTypes) => string
  /** Of a text that was read, with what its placeholders stand for. */
  readonly ofSyntax: (syntax: QueryAst, types: PropertyTypes) => string
}

export interface LoadedContext {
  /** What plans are made with. */
  readonly plan: QueryContext
  /** What `compile` takes. */
  readonly engine: EngineContext
  /** The given project, or a newer version of it that the database has: the context is of that one. */
  readonly project: Project
  /** Names of the node that nobody had sent to the project when the context was read. */
  readonly unseen: readonly UnseenName[]
  /** The context was read from the database just now; else the isolate had kept it. */
  readonly isFresh: boolean
}

/** What numbers were computed from: all rows that they count, or what was kept of those of days that have not changed. */
export type ComputedFrom = 'database' | 'partials'

/**
 * Rows of compiled statements, or the newer version of the project for which they must be compiled again. `version`: of
 * what the queries read, as it was before they ran; null unless that was asked. `unseen`: which of the names nobody has sent yet.
 */
export type RunResult =
  | {
      readonly rows: readonly Row[][]
      readonly computedFrom: ComputedFrom
      readonly version: number | null
      readonly unseen: readonly GivenName[]
    }
  | { readonly newer: Project }

/** A dynamic cohort, and the version of its filters that members were computed for. */
export interface CohortVersion {
  readonly id: number
  readonly version: number
}
export interface StoredMembers {
  readonly configVersion: number
  /** Somebody came or went, or the members are known for the first time. */
  readonly changed: boolean
}
/** Persons by uuid, and by distinct id or email. */
export interface NamedPersons {
  readonly uuids: readonly string[]
  readonly keys: readonly string[]
}

/** Days of a project, as `2026-01-31`, and names of events. */
export interface ChangedDays {
  readonly days: readonly string[]
  readonly events: readonly string[]
}

export interface CohortMembers {
  /**
   * Makes the persons of `members` (column `person`) the members of the cohort, in one transaction. A cohort that has
   * members of a later version is left as it is.
   */
  replace(cohort: CohortVersion, members: Select, context: EngineContext, options: RunOptions): Promise<StoredMembers>
  /** Adds persons to a static cohort; those that do not exist are passed over. Returns the project's new version. */
  add(projectId: number, cohortId: number, persons: NamedPersons, options: RunOptions): Promise<number>
}

/** Rows that are written once and read in pages, since no call can hold them all. */
export interface ExportedRows {
  /**
   * Writes the rows of a compiled query, whose columns are `c0`, `c1` and so on, unless there is a newer version of the
   * project. None is written if there are more than `mostRows`; the number of rows says so.
   */
  write(
    project: Project,
    id: string,
    statement: Statement,
    size: { readonly columns: number; readonly mostRows: number },
    options: RunOptions,
  ): Promise<{ readonly rows: number } | { readonly newer: Project }>
  /** The rows after the `after`-th, as many as one page holds, and the number of the last of them. */
  page(
    id: string,
    after: number,
    options: RunOptions,
  ): Promise<{ readonly rows: readonly Row[]; readonly last: number }>
  drop(id: string, options: RunOptions): Promise<void>
  /** Drops what nobody reads any more. */
  dropForgotten(options: RunOptions): Promise<void>
}

export interface Asked {
  readonly reads: Reads
  readonly unseen: readonly GivenName[]
}
export interface Standing {
  readonly version: number
  /** Which of the names are unseen still. */
  readonly unseen: readonly GivenName[]
}

/**
 * A database of events. All methods that return a promise throw `ApiError`: 504 on a timeout and on a cancel, which look
 * alike, 503 when the database is away or at capacity, 400 for what it cannot compute, 500 otherwise.
 */
export interface Engine {
  /**
   * Loads what plans and this engine need to know of the names in a node, in one call. It is kept in the isolate for as
   * long as the project's `configVersion` stands; `fresh` reads it anew.
   */
  context(project: Project, names: QueryNames, options: RunOptions, fresh?: boolean): Promise<LoadedContext>
  /** Logical query -> statement. Pure. Throws 400 for a table that is not in the catalog. */
  compile(query: Select, context: EngineContext, options?: CompileOptions): Statement
  /**
   * Runs compiled statements as one batch, unless the database has a newer version of the project: then what they were
   * compiled from may have changed. `reads`: asks for the version of these events, which grows with each change of any of
   * them. `unseen`: names of which it says whether they are unseen still. Neither statements nor reads: no call.
   */
  runCompiled(
    project: Project,
    statements: readonly Statement[],
    options: RunOptions,
    reads?: Reads | null,
    unseen?: readonly GivenName[],
  ): Promise<RunResult>
  /** What `runCompiled` says of reads and names, of many at once: one call. Null if the database has a newer version of the project. */
  standings(project: Project, asked: readonly Asked[], options: RunOptions): Promise<readonly Standing[] | null>
  /**
   * Runs statements as one batch: one call, one transaction. Rows come back as objects: numbers of any size as numbers,
   * JSON parsed, dates and timestamps as text.
   */
  run(statements: readonly Statement[], options: RunOptions): Promise<Row[][]>
  /** How the database would carry the statements out, in words; they are not run. */
  explain(statements: readonly Statement[], options: RunOptions): Promise<readonly string[]>
  /** The same engine for a request whose calls may take so many milliseconds together. */
  within(timeoutMs: number): Engine
  /** Ends the statements that run under a name, on whichever connection. Returns how many were told to end. */
  cancel(runId: string): Promise<number>
  /** Tells that events of these days and names were changed: what was computed from them counts as outdated. */
  moveDays(project: Project, changed: ChangedDays, options: RunOptions): Promise<void>
  readonly cohortMembers: CohortMembers
  readonly exportedRows: ExportedRows
  /** Drops partial results that nobody uses any more, and those that are more than their share: some at a time. */
  dropUnused(options: RunOptions): Promise<void>
}
