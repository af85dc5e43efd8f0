import { type LocalServer, sendJson, serveLocal } from '../http.ts'
import type { Database, Query, QueryResult } from './database.ts'

export interface NeonShim extends LocalServer {
  /** What `NEON_FETCH_ENDPOINT` must be. */
  readonly endpoint: string
  /** Requests since the last reset; those that write many runs to their log at once are counted apart. */
  readonly calls: { requests: number; runLogs: number }
}

interface Body {
  readonly query?: string
  readonly params?: readonly unknown[]
  readonly queries?: readonly Query[]
}

/** Neon's `/sql` over a database (docs/protocols.md 1). Closing it closes the database. */
export async function startNeon(port: number, database: Database): Promise<NeonShim> {
  const calls = { requests: 0, runLogs: 0 }
  const server = await serveLocal('the Neon shim', port, async (request, body, response) => {
    if (request.method !== 'POST' || request.url !== '/sql')
      return sendJson(response, 404, { message: `the Neon shim does not serve ${request.method} ${request.url}` })
    if (!request.headers['neon-connection-string'])
      return sendJson(response, 400, { message: 'missing header Neon-Connection-String' })
    const parsed: Body = JSON.parse(body.toString())
    const texts = parsed.query === undefined ? (parsed.queries ?? []).map(({ query }) => query) : [parsed.query]
    if (texts.some((text) => text.includes('note_runs'))) calls.runLogs++
    else calls.requests++
    const single = parsed.query !== undefined
    const isolation = request.headers['neon-batch-isolation-level']
    const outcome = await database.run({
      queries: single ? [{ query: parsed.query, params: parsed.params ?? [] }] : (parsed.queries ?? []),
      isolation: typeof isolation === 'string' ? isolation : null,
      readOnly: request.headers['neon-batch-read-only'] === 'true',
    })
    if ('error' in outcome) return sendJson(response, 400, outcome.error)
    const results = outcome.results.map(asRows)
    sendJson(response, 200, single ? results[0] : { results })
  })
  return {
    ...server,
    endpoint: `${server.url}/sql`,
    calls,
    async close() {
      await server.close()
      await database.close()
    },
  }
}

const asRows = (result: QueryResult) => ({ ...result, rowAsArray: true })
