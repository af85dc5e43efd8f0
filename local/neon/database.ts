/** One query as Neon's `/sql` takes it; parameters are text. */
export interface Query {
  readonly query: string
  readonly params: readonly unknown[]
}

export interface Transaction {
  readonly queries: readonly Query[]
  readonly isolation: string | null
  readonly readOnly: boolean
}

export interface Field {
  readonly name: string
  readonly dataTypeID: number
  readonly tableID: number
  readonly columnID: number
  readonly dataTypeSize: number
  readonly dataTypeModifier: number
  readonly format: 'text'
}

/** Values are text as Postgres prints them. */
export interface QueryResult {
  readonly fields: readonly Field[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly command: string
  readonly rowCount: number | null
}

/** Postgres's error fields under the driver's names: message, code, detail, position and so on. */
export type DatabaseError = Readonly<Record<string, unknown>> & { readonly message: string }

export type Outcome = { readonly results: readonly QueryResult[] } | { readonly error: DatabaseError }

/** What stands behind the shim: PGlite in a process of its own, or a real server. */
export interface Database {
  /** Runs the queries as one transaction. Never throws for an SQL error: that is an `error`. */
  run(transaction: Transaction): Promise<Outcome>
  close(): Promise<void>
}

const ISOLATION: Readonly<Record<string, string>> = {
  ReadUncommitted: 'read uncommitted',
  ReadCommitted: 'read committed',
  RepeatableRead: 'repeatable read',
  Serializable: 'serializable',
}

/** The statement that opens a transaction, or undefined for an isolation level that does not exist. */
export function beginStatement({ isolation, readOnly }: Transaction): string | undefined {
  const level = isolation === null ? 'read committed' : ISOLATION[isolation]
  return level && `begin isolation level ${level}${readOnly ? ' read only' : ''}`
}

/** A command tag such as `INSERT 0 2` as the driver's pair. */
export function readCommandTag(tag: string): { command: string; rowCount: number | null } {
  const [command = '', ...numbers] = tag.split(' ')
  const last = numbers.at(-1)
  return { command, rowCount: last !== undefined && /^\d+$/.test(last) ? Number(last) : null }
}

const ERROR_FIELDS = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const

/** An error of `pg` or PGlite as plain data. */
export function databaseError(error: unknown): DatabaseError {
  const source = error as Record<string, unknown>
  const fields = ERROR_FIELDS.filter((name) => source[name] !== undefined).map((name) => [name, source[name]])
  return { message: String(source.message ?? error), ...Object.fromEntries(fields) }
}
