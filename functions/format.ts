import type { Context } from 'hono'
import { type ApiError, invalid, notFound } from '../lib/core/errors.ts'
import { printJson } from '../lib/core/json-text.ts'
import { gzipAround } from '../lib/core/zipped.ts'
import { csvPieces, objectsTable } from '../lib/render/csv.ts'
import { type ExportFormat, FORMATS } from '../lib/render/export.ts'
import type { Export } from '../lib/resources/queries/export.ts'
import type { AppEnv } from './app-env.ts'
import type { Route } from './route.ts'

const ACCEPTED: ReadonlyMap<string, string> = new Map([
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'jsonl'],
  ['application/jsonl', 'jsonl'],
])

/** The requested format: the parameter `format`, else the suffix of the path, else the header `Accept`, else `json`. */
function formatOf(c: Context<AppEnv>): string {
  const url = new URL(c.req.url)
  const accepted = c.req.header('accept')?.split(/[,;]/)[0]?.trim().toLowerCase() ?? ''
  return (
    url.searchParams.get('format') || url.pathname.match(/\.(json|csv)\/?$/)?.[1] || ACCEPTED.get(accepted) || 'json'
  )
}

/** Whether the request asks for CSV. */
export const asksForCsv = (c: Context<AppEnv>): boolean => formatOf(c) === 'csv'

/** Whether the request asks for CSV. Throws 404 if it asks for a format that the route has not. */
export function wantsCsv(c: Context<AppEnv>, { exports = false }: Pick<Route, 'exports'> = {}): boolean {
  const format = formatOf(c)
  if (format !== 'json' && format !== 'csv' && !(exports && format === 'jsonl')) throw notFound()
  return asksForCsv(c)
}

/** The format of the file that the request asks for; `named`: as its body says. */
export function fileFormat(c: Context<AppEnv>, named?: unknown): ExportFormat | undefined {
  const format = formatOf(c)
  if (format === 'csv' || format === 'jsonl') return format
  return named === 'csv' || named === 'jsonl' ? named : undefined
}

/** Throws 400 if rows are asked for of what has none. */
export function requireTable(format: ExportFormat | undefined): void {
  if (format === 'jsonl') throw invalid('format', 'SQL queries and tables of events can be had as JSON lines.')
}

/** An export as a download, sent page by page as it is read. A page that fails breaks it off: half a file is no file. */
export function exportResponse(c: Context<AppEnv>, name: string, { columns, pages }: Export, format: ExportFormat) {
  const { type, header, rows } = FORMATS[format]
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(header(columns)))
    },
    async pull(controller) {
      const { done, value } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(rows(columns, value)))
    },
    async cancel() {
      await pages.return(undefined)
    },
  })
  return c.body(body, 200, download(name, format, type))
}

function download(name: string, suffix: string, type: string) {
  const file = name.replace(/[^\w .()-]+/g, '_').slice(0, 150)
  const whole = encodeURIComponent(`${name}.${suffix}`)
  return {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${file}.${suffix}"; filename*=UTF-8''${whole}`,
  }
}

/** A value as JSON; texts of JSON in it go out as they are. */
export function jsonResponse(c: Context<AppEnv>, value: unknown, status = 200): Response {
  const zipped = takesGzip(c) ? gzipAround(value) : undefined
  if (!zipped) return new Response(printJson(value), { status, headers: JSON_TYPE })
  const headers = { ...JSON_TYPE, 'Content-Encoding': 'gzip' }
  // the runtime shall not compress it once more
  return new Response(zipped, { status, headers, encodeBody: 'manual' } as ResponseInit)
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

const takesGzip = (c: Context<AppEnv>): boolean =>
  /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(
    c.req.header('accept-encoding') ?? '',
  )

/** A CSV file as a download, sent row by row. `name` is the name of the file without `.csv`. */
export function csvResponse(c: Context<AppEnv>, name: string, rows: Parameters<typeof csvPieces>[0], status = 200) {
  const pieces = csvPieces(rows)
  const encoder = new TextEncoder()
  const body = new ReadableStream({
    pull(controller) {
      const { done, value } = pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
  return c.body(body, status as 200, download(name, 'csv', 'text/csv; charset=utf-8'))
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
