/** Errors of the database -> errors that a client may see: one mapping for queries and for metadata. */
import { DatabaseError } from '../../core/database-error.ts'
import {
  ApiError,
  invalidQuery,
  notMigrated,
  queryTimeout,
  resultTooLarge,
  unavailable,
  unexpected,
} from '../../core/errors.ts'
import type { Author } from '../engine.ts'

/** SQLSTATE that our own functions raise; the text of the error is for clients (migrations/0012_funnels.sql). */
const TOO_MUCH_WORK = 'EH002'
const CANCELLED = '57014'
const OUT_OF_MEMORY = ['53200', '53400']
/** A table, schema or column that is not there: the names are ours, whoever asks. */
const NOT_MIGRATED = ['42P01', '3F000', '42703']
/** A function that is not there. Those of ours are; what clients write may have types for which there is none. */
const NO_FUNCTION = '42883'
/** Another transaction changed the same rows: a second try finds them changed. */
const OVERTAKEN = ['23505', '23503', '23P01', '0A000', '25006', '26000']
/** Classes of SQLSTATE for a server that is away, starts, stops, is full, or gave the transaction up. */
const AWAY = ['08', '28', '3D', '40', '53', '55', '57', '58', '72']
const PAST_THE_CAP = /HTTP status (413|507)/
const ALLOCATION = /invalid memory alloc request size|out of memory/

interface Mistake {
  /** As ClickHouse calls it. */
  readonly code: string
  readonly what: string
}
const mistake = (code: string, what: string): Mistake => ({ code, what })
const TYPES = mistake('illegal_type_of_argument', 'the types of its expressions do not fit.')
const GROUPS = mistake('not_an_aggregate', 'a column is neither under an aggregate nor in GROUP BY.')
const UNABLE = mistake('not_implemented', 'it asks for what the database cannot do.')
const COMPLEX = mistake('too_deep_recursion', 'it is too complex.')
const MEMORY = mistake('memory_limit_exceeded', 'it needs more memory than there is.')

/** What a constant or an expression of the query is wrong in, by the SQLSTATE. */
const MISTAKES: ReadonlyMap<string, Mistake> = new Map([
  ['21000', mistake('incorrect_result_of_scalar_subquery', 'a scalar query gives more than one row.')],
  ['22003', mistake('argument_out_of_bound', 'a number is too large.')],
  ['22007', mistake('cannot_parse_datetime', 'a date or time cannot be read.')],
  ['22008', mistake('argument_out_of_bound', 'a date or time is out of range.')],
  ['22012', mistake('illegal_division', 'something is divided by zero.')],
  ['2201B', mistake('cannot_compile_regexp', 'a regular expression is not valid or too complex.')],
  ['22P02', mistake('cannot_parse_text', 'a text is not what it is read as.')],
])
/** The same of what the binder of texts lets through, in queries of clients alone. */
const OF_CLIENTS: ReadonlyMap<string, Mistake> = new Map([
  ...['42804', '42883', '42846', '42725', '42P18', '42P21', '42P22', '42P38'].map((state) => [state, TYPES] as const),
  ...['42803', '42P20', '42P10'].map((state) => [state, GROUPS] as const),
  ['0A000', UNABLE],
  ...OUT_OF_MEMORY.map((state) => [state, MEMORY] as const),
])

/**
 * The error for an SQLSTATE: 400 for constants of the query and for queries that are too complex, 503 with `Retry-After`
 * for the server, 504 for a statement that was stopped, 500 for a statement of ours that is wrong.
 */
export function mapDatabaseError(thrown: unknown, author: Author): ApiError {
  if (thrown instanceof ApiError) return thrown
  const cause = new DatabaseError(thrown)
  const { code, message } = cause
  if (code === undefined && PAST_THE_CAP.test(message))
    return resultTooLarge('The database cannot send so much at once.', cause)
  if (code === undefined) return unavailable('The database is not available.', 5, cause)
  if (code === TOO_MUCH_WORK) return resultTooLarge(message)
  if (code === CANCELLED) return queryTimeout(cause)
  if (NOT_MIGRATED.includes(code) || (code === NO_FUNCTION && author === 'us')) return notMigrated(cause)
  const known = MISTAKES.get(code) ?? (author === 'client' ? OF_CLIENTS.get(code) : undefined)
  if (known) return invalidQuery(known.what, cause, known.code)
  if (code.startsWith('22')) return invalidQuery('a value cannot be used where it stands.', cause)
  if (code.startsWith('54')) return invalidQuery(COMPLEX.what, cause, COMPLEX.code)
  if (author === 'client' && code === 'XX000' && ALLOCATION.test(message))
    return invalidQuery(MEMORY.what, cause, MEMORY.code)
  if (OVERTAKEN.includes(code)) return unavailable('Something else was changed at the same time.', 1, cause)
  if (code.startsWith('53')) return unavailable('The database is at capacity.', 5, cause)
  // Neon answers this while it starts a compute for the database
  const isDown = code === 'XX000' && cause.severity !== 'ERROR'
  if (isDown || AWAY.includes(code.slice(0, 2))) return unavailable('The database is not available.', 5, cause)
  return unexpected(cause)
}
