/** Drizzle over the database port, with the errors of the port and a time limit for each call. */
import { NeonHttpDatabase, NeonHttpDriver } from 'drizzle-orm/neon-http'
import { PgDialect } from 'drizzle-orm/pg-core'
import { ApiError } from '../core/errors.ts'
import type { Connection, Query } from '../engines/postgres/run.ts'

/** Drizzle for the metadata tables. Its calls throw `ApiError` and end after `timeoutMs`. */
export function metadataOf({ query, send }: Connection, timeoutMs: number): NeonHttpDatabase {
  const options = { timeoutMs }
  const client = {
    query(text: string, params: readonly unknown[], shape: object) {
      const one = query(text, params, shape)
      one.execute = () => send([one], options, shape).then(([result]) => result)
      return one
    },
    transaction: (queries: readonly Query[], shape: object) => send(queries, options, shape),
  }
  const dialect = new PgDialect()
  const session = new NeonHttpDriver(client as never, dialect).createSession(undefined)
  const prepare = session.prepareQuery.bind(session)
  session.prepareQuery = (...statement) => {
    const prepared = prepare(...statement)
    const execute = prepared.execute.bind(prepared)
    prepared.execute = (...values) => execute(...values).catch(unwrap)
    return prepared as never
  }
  return new NeonHttpDatabase(dialect as never, session as never, undefined)
}

/** Throws the `ApiError` of the port, which Drizzle wraps in an error that holds the statement and its parameters. */
function unwrap(error: unknown): never {
  const { cause } = error as { cause?: unknown }
  throw cause instanceof ApiError ? cause : error
}
