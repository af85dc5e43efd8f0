import type { Context } from 'hono'
import { type ApiError, notFound } from '../lib/core/errors.ts'
import { csvPieces, objectsTable } from '../lib/render/csv.ts'
import type { AppEnv } from './app-env.ts'

const FORMATS = ['json', 'csv']

/** As the query string says, else the suffix of the path. */
function formatOf(c: Context<AppEnv>): string {
  const url = new URL(c.req.url)
  return url.searchParams.get('format') || url.pathname.match(/\.(json|csv)\/?$/)?.[1] || 'json'
}

export const asksForCsv = (c: Context<AppEnv>): boolean => formatOf(c) === 'csv'

/** The same, for a request that may be answered. Throws 404 for a format that is not there. */
export function wantsCsv(c: Context<AppEnv>): boolean {
  if (!FORMATS.includes(formatOf(c))) throw notFound()
  return asksForCsv(c)
}

/** A download, sent row by row; `name` without its ending. */
export function csvResponse(c: Context<AppEnv>, name: string, rows: Parameters<typeof csvPieces>[0], status = 200) {
  const file = name.replace(/[^\w .()-]+/g, '_').slice(0, 150)
  const pieces = csvPieces(rows)
  const encoder = new TextEncoder()
  const body = new ReadableStream({
    pull(controller) {
      const { done, value } = pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
  return c.body(body, status as 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${file}.csv"; filename*=UTF-8''${encodeURIComponent(`${name}.csv`)}`,
  })
}

export function errorAsCsv(c: Context<AppEnv>, { envelope, status, headers }: ApiError): Response {
  const response = csvResponse(c, 'error', objectsTable([envelope]), status)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** What an endpoint answers as a table: a row for each item of a list, one for anything else. */
export function answerAsCsv(c: Context<AppEnv>, answer: unknown): Response {
  const items = Array.isArray(answer) ? answer : ((answer as { results?: unknown }).results ?? [answer])
  const name = new URL(c.req.url).pathname.split('/').filter(Boolean).at(-1) ?? 'export'
  return csvResponse(c, name.replace(/\.csv$/, ''), objectsTable(Array.isArray(items) ? items : [answer as object]))
}
