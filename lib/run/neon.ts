import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless'
import { ApiError, queryTimeout, resultTooLarge, unavailable, unexpected } from '../core/errors.ts'
import type { Statement } from '../core/statement.ts'
import type { Engine, RunOptions } from './engine.ts'

type Sql = NeonQueryFunction<false, false>

const OID = { bool: 16, int8: 20, int2: 21, int4: 23, json: 114, float4: 700, float8: 701, numeric: 1700, jsonb: 3802 }
const PARSERS: Record<number, (text: string) => unknown> = {
  [OID.bool]: (text) => text === 't',
  [OID.json]: JSON.parse,
  [OID.jsonb]: JSON.parse,
  ...Object.fromEntries(
    [OID.int2, OID.int4, OID.int8, OID.float4, OID.float8, OID.numeric].map((oid) => [oid, Number]),
  ),
}
const types = { getTypeParser: (oid: number) => PARSERS[oid] ?? ((text: string) => text) }

/** Neon over HTTP. `endpoint` replaces the address that the driver derives from the connection string. */
export function connectNeon(connectionString: string, endpoint?: string): Sql {
  // a module global of the driver; the same value each time
  if (endpoint) neonConfig.fetchEndpoint = endpoint
  return neon(connectionString)
}

/** The engine over Neon's HTTP protocol (contract/protocols.md 1). */
export function neonEngine(sql: Sql): Engine {
  return {
    async run(statements, options) {
      try {
        const results = await sql.transaction([...settings(sql, options), ...statements.map((s) => query(sql, s))], {
          isolationLevel: 'ReadCommitted',
          readOnly: options.readOnly ?? false,
          fetchOptions: { signal: AbortSignal.timeout(options.timeoutMs + 5_000) },
        })
        return results.slice(1) as never
      } catch (cause) {
        throw mapDatabaseError(cause)
      }
    },
  }
}

const settings = (sql: Sql, { timeoutMs, runId }: RunOptions) => [
  sql.query("select set_config('statement_timeout', $1, true), set_config('application_name', $2, true)", [
    String(timeoutMs),
    runId ?? 'edgehog',
  ]),
]

const query = (sql: Sql, statement: Statement) =>
  sql.query(statement.text, [...statement.params], { types: types as never })

/** Of an error that our own functions in the database raise, whose text is for clients (migrations/0012_funnels.sql). */
const TOO_MUCH_WORK = 'EH002'

/** What the driver threw -> what a client may see. The database's own text stays in `cause`. */
export function mapDatabaseError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause
  const code = (cause as { code?: unknown })?.code
  if (typeof code !== 'string') return unavailable('The database is not available.', 5, cause)
  if (code === TOO_MUCH_WORK) return resultTooLarge((cause as Error).message)
  if (code === '57014') return queryTimeout(cause)
  if (code.startsWith('53') || code === '57P03' || code.startsWith('08'))
    return unavailable('The database is at capacity.', 5, cause)
  return unexpected(cause)
}
