import type { Context } from 'hono'
import { notFound } from '../lib/core/errors.ts'
import { printCsv } from '../lib/render/csv.ts'
import type { AppEnv } from './context.ts'

/** `format=csv` or the suffix `.csv`. Throws 404 for a format that is not there. */
export function wantsCsv(c: Context<AppEnv>): boolean {
  const suffix = new URL(c.req.url).pathname.match(/\.(json|csv)\/?$/)?.[1]
  const format = c.req.query('format') || suffix || 'json'
  if (format !== 'json' && format !== 'csv') throw notFound()
  return format === 'csv'
}

/** A download; `name` without its ending. */
export function csvResponse(c: Context<AppEnv>, name: string, rows: Parameters<typeof printCsv>[0]): Response {
  const file = name.replace(/[^\w .()-]+/g, '_').slice(0, 150)
  return c.body(printCsv(rows), 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${file}.csv"; filename*=UTF-8''${encodeURIComponent(`${name}.csv`)}`,
  })
}
