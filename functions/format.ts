import type { Context } from 'hono'
import { type ApiError, notFound } from '../lib/core/errors.ts'
import { csvPieces, objectsTable } from '../lib/render/csv.ts'
import type { AppEnv } from './app-env.ts'

const FORMATS = ['json', 'csv']

/** The requested format: the parameter `format`, else the suffix of the path, else `json`. */
function formatOf(c: Context<AppEnv>): string {
  const url = new URL(c.req.url)
  return url.searchParams.get('format') || url.pathname.match(/\.(json|csv)\/?$/)?.[1] || 'json'
}

/** Whether the request asks for CSV. */
export const asksForCsv = (c: Context<AppEnv>): boolean => formatOf(c) === 'csv'

/** Whether the request asks for CSV. Throws 404 if it asks for a format other than JSON and CSV. */
export function wantsCsv(c: Context<AppEnv>): boolean {
  if (!FORMATS.includes(formatOf(c))) throw notFound()
  return asksForCsv(c)
}

/** A CSV file as a download, sent row by row. `name` is the name of the file without `.csv`. */
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

/** An error as a CSV file with one row, with the status and headers of the error. */
export function errorAsCsv(c: Context<AppEnv>, { envelope, status, headers }: ApiError): Response {
  const response = csvResponse(c, 'error', objectsTable([envelope]), status)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** A JSON answer as a CSV file: a row for each item of a list or of `results`, one row for any other object. */
export function answerAsCsv(c: Context<AppEnv>, answer: unknown): Response {
  const items = Array.isArray(answer) ? answer : ((answer as { results?: unknown }).results ?? [answer])
  const name = new URL(c.req.url).pathname.split('/').filter(Boolean).at(-1) ?? 'export'
  return csvResponse(c, name.replace(/\.csv$/, ''), objectsTable(Array.isArray(items) ? items : [answer as object]))
}
