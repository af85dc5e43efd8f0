import pg from 'pg'
import { beginStatement, type Database, type DatabaseError, databaseError, type QueryResult } from './database.ts'

const rawText = { getTypeParser: () => (value: string) => value }

/** Without a server there is no SQLSTATE but what the client library makes of it. */
function withSqlState(error: unknown, code: '08001' | '08006'): DatabaseError {
  const fields = databaseError(error)
  return /^[0-9A-Z]{5}$/.test(String(fields.code)) ? fields : { ...fields, code, severity: 'FATAL' }
}

/** A real Postgres server, over its own protocol. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 20, types: rawText as never })
  pool.on('error', () => {})
  const client = await pool.connect()
  client.release()
  return {
    async run(transaction) {
      const begin = beginStatement(transaction)
      if (!begin) return { error: { message: 'invalid isolation level', code: '22023' } }
      const client = await pool.connect().catch((error: Error) => error)
      if (client instanceof Error) return { error: withSqlState(client, '08001') }
      let lost: Error | undefined
      // while it is out nobody else listens, and an error that nobody hears ends the process
      const lose = (error: Error) => {
        lost = error
      }
      client.on('error', lose)
      try {
        await client.query(begin)
        const results: QueryResult[] = []
        for (const { query, params } of transaction.queries) {
          // values: [] forces the extended protocol, which refuses two statements in one query
          const result = await client.query({
            text: query,
            values: [...params],
            rowMode: 'array',
            queryMode: 'extended',
          } as never)
          const answer = result as unknown as pg.QueryArrayResult<(string | null)[]>
          results.push({
            fields: answer.fields.map((field) => ({ ...field, format: 'text' as const })),
            rows: answer.rows,
            command: answer.command,
            rowCount: answer.rowCount,
          })
        }
        await client.query('commit')
        return { results }
      } catch (error) {
        await client.query('rollback').catch(lose)
        return { error: withSqlState(error, '08006') }
      } finally {
        client.off('error', lose)
        client.release(lost)
      }
    },
    close: () => pool.end(),
  }
}
