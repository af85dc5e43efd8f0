/** The database port: Neon over HTTP (docs/protocols.md 1). */
import { type NeonQueryFunction, type NeonQueryPromise, neon, neonConfig } from '@neondatabase/serverless'
import { DatabaseError } from '../../core/database-error.ts'
import { invalid, queryTimeout } from '../../core/errors.ts'
import type { Row, Run, RunOptions } from '../engine.ts'
import { CANCEL } from './cancel.ts'
import { mapDatabaseError } from './database-errors.ts'

type Driver = NeonQueryFunction<false, false>
export type Query = NeonQueryPromise<false, false>
type BatchOptions = Parameters<Driver['transaction']>[1]

const OID = {
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  json: 114,
  float4: 700,
  float8: 701,
  float8s: 1022,
  numeric: 1700,
  jsonb: 3802,
}
const PARSERS: Record<number, (text: string) => unknown> = {
  [OID.bool]: (text) => text === 't',
  [OID.json]: JSON.parse,
  [OID.jsonb]: JSON.parse,
  [OID.float8s]: (text) => JSON.parse(text.replace('{', '[').replace('}', ']')),
  ...Object.fromEntries(
    [OID.int2, OID.int4, OID.int8, OID.float4, OID.float8, OID.numeric].map((oid) => [oid, Number]),
  ),
}
const types = { getTypeParser: (oid: number) => PARSERS[oid] ?? ((text: string) => text) }

/** A connection over HTTP: each call is one transaction with one deadline. */
export interface Connection {
  query(text: string, params?: readonly unknown[], options?: object): Query
  /** Throws `ApiError`. */
  send(queries: readonly Query[], options: RunOptions, batch?: BatchOptions): Promise<unknown[]>
}

interface Endpoint {
  readonly connectionString: string
  /** Replaces the address that the driver derives from the connection string. */
  readonly endpoint?: string | undefined
  /** Work that goes on after the response. */
  waitUntil(work: Promise<unknown>): void
}

/** How much longer than its statements a call may take: the network needs time, and a database that sleeps needs more. */
const SLACK_MS = 5_000
const CANCEL_TIMEOUT_MS = 5_000
/** The protocol counts parameters in 16 bits. */
const MOST_PARAMETERS = 65_535

// what is compiled for one statement takes longer than the statement
const SETTINGS =
  "select set_config('statement_timeout', $1, true), set_config('application_name', $2, true), set_config('jit', 'off', true)"
/** What a client asks has as much memory for each sort and hash, whatever the database gives others. */
const OF_CLIENTS = `${SETTINGS}, set_config('work_mem', '16MB', true)`
/** A loop over a join of many rows with many takes for ever, and a merge sorts them, where a hash takes little longer than for few. */
const BY_HASH = `${OF_CLIENTS}, set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true)`
/** Leaves a statement the time that the statements before it have not used; `now()` is when the transaction began. */
const TIME_LEFT = `select set_config('statement_timeout',
  greatest(1, $1::int4 - floor(extract(epoch from clock_timestamp() - now()) * 1000))::int4::text, true)`

export function connectNeon({ connectionString, endpoint, waitUntil }: Endpoint): Connection {
  // a module global of the driver; the same value each time
  if (endpoint) neonConfig.fetchEndpoint = endpoint
  const driver: Driver = neon(connectionString)
  const query = (text: string, params: readonly unknown[] = [], options: object = {}) =>
    driver.query(text, [...params], options) as Query

  async function send(queries: readonly Query[], options: RunOptions, batch: BatchOptions = {}) {
    const { timeoutMs, readOnly = false, author = 'us', joinsMany } = options
    const { runId = `edgehog-${crypto.randomUUID()}` } = options
    for (const { queryData } of queries as readonly { queryData: { params?: unknown[] } }[])
      if ((queryData.params?.length ?? 0) > MOST_PARAMETERS)
        throw invalid(null, 'This names more values than one call can.')
    const limit = String(Math.ceil(timeoutMs))
    const timed = queries.flatMap((one, index) => (index === 0 ? [one] : [query(TIME_LEFT, [limit]), one]))
    const settings = joinsMany ? BY_HASH : author === 'client' ? OF_CLIENTS : SETTINGS
    const signal = AbortSignal.timeout(timeoutMs + SLACK_MS)
    try {
      const results = await driver.transaction([query(settings, [limit, runId]), ...timed], {
        isolationLevel: 'ReadCommitted',
        readOnly,
        fetchOptions: { signal },
        ...batch,
      })
      return results.filter((_, index) => index % 2 === 1)
    } catch (thrown) {
      if (!signal.aborted) throw mapDatabaseError(thrown, author)
      waitUntil(cancelOverdue(runId, timeoutMs))
      throw queryTimeout(new DatabaseError(thrown))
    }
  }

  /** The statement of a call that was given up still runs: ends it. */
  const cancelOverdue = (runId: string, timeoutMs: number) =>
    driver
      .transaction([query(CANCEL, [runId, String(Math.ceil(timeoutMs))])], {
        fetchOptions: { signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) },
      })
      .catch((error) => console.warn('A statement could not be cancelled.', new DatabaseError(error)))

  return { query, send }
}

/** Runs statements over a connection. */
export const runOver =
  ({ query, send }: Connection): Run =>
  async (statements, options) => {
    const queries = statements.map(({ text, params }) => query(text, params, { types }))
    return (await send(queries, options)) as Row[][]
  }
