import type { Statement } from '../core/statement.ts'
import type { Author } from './postgres/database-errors.ts'

export type Row = Readonly<Record<string, unknown>>

export interface RunOptions {
  /** How long all statements of the batch may take together, in milliseconds. */
  readonly timeoutMs: number
  /** Becomes `application_name`, so that another isolate can cancel the statement. */
  readonly runId?: string
  readonly readOnly?: boolean
  /** Whose mistake it is that the statements cannot be carried out; ours unless given. */
  readonly author?: Author
}

/**
 * A database that runs statements as one batch (one call, one transaction).
 * Rows come back as objects: int8 and numeric as numbers, json and jsonb parsed, dates and timestamps as text.
 * Throws `ApiError`: 504 on a timeout and on a cancel, which look alike, 503 when the database is away or at capacity,
 * 400 for what it cannot compute, 500 otherwise.
 */
export interface Engine {
  run(statements: readonly Statement[], options: RunOptions): Promise<Row[][]>
  /** The same engine for a request whose calls may take so many milliseconds together. */
  within(timeoutMs: number): Engine
}
