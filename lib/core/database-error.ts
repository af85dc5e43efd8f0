import { ApiError } from './errors.ts'

/** An error of the database, without rows, parameters and addresses: it may be logged. */
export class DatabaseError extends Error {
  /** SQLSTATE; undefined when the database itself has not answered. */
  readonly code: string | undefined
  readonly severity: string | undefined
  readonly constraint: string | undefined
  readonly routine: string | undefined

  constructor(source: unknown) {
    const { message, code, severity, constraint, routine } = (source ?? {}) as Record<string, unknown>
    super(String(message ?? source))
    this.name = 'DatabaseError'
    this.code = asText(code)
    this.severity = asText(severity)
    this.constraint = asText(constraint)
    this.routine = asText(routine)
  }
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** The SQLSTATE behind an error of the database; undefined for every other error. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof ApiError && error.cause instanceof DatabaseError ? error.cause.code : undefined
