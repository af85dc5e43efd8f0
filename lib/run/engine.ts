import type { Statement } from '../core/statement.ts'

export type Row = Readonly<Record<string, unknown>>

export interface RunOptions {
  /** `statement_timeout` of the batch, in milliseconds. */
  readonly timeoutMs: number
  /** Becomes `application_name`, so that another isolate can cancel the statement. */
  readonly runId?: string
  readonly readOnly?: boolean
}

/**
 * A database that runs statements as one batch (one call, one transaction).
 * Rows come back as objects: int8 and numeric as numbers, json and jsonb parsed, dates and timestamps as text.
 * Throws `ApiError`: 504 on a timeout and on a cancel, which look alike, 503 when the database is away or at capacity, 500 otherwise.
 */
export interface Engine {
  run(statements: readonly Statement[], options: RunOptions): Promise<Row[][]>
}
