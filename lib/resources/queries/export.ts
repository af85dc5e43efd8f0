/** Exports: all rows of a SQL query or a table of events, page by page (docs/exports.md). */
import { type TableNode, type TablePlan, writeTable } from '../../answer-query.ts'
import { resultTooLarge } from '../../core/errors.ts'
import { parseQuery, type QueryNode } from '../../nodes/index.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import type { Services } from '../../services.ts'
import { shapeQuery } from '../../shape/index.ts'
import { forcedOf, type ProjectCtx } from '../ctx.ts'

const MOST_ROWS = 1_000_000

export interface Export {
  readonly columns: readonly string[]
  /** Rows of cells, as many at once as one call of the database gives. It forgets the rows when it ends, however it ends. */
  readonly pages: AsyncGenerator<readonly (readonly unknown[])[]>
}

/**
 * Computes all rows of a query for a file; undefined for a kind that has no rows of its own. Counts as a computation, and is
 * not cached. Throws 400 `result_too_large` if there are more than a million, 429, and what computing throws. An error after
 * the first page is thrown by `pages`.
 */
export async function exportQuery(ctx: ProjectCtx, query: unknown): Promise<Export | undefined> {
  const node = parseQuery(query)
  if (!isTable(node)) return undefined
  const { services, project } = ctx
  await requireCapacity(services, limiterOf(ctx))
  const timeoutMs = services.env.STATEMENT_TIMEOUT_MS
  const id = crypto.randomUUID()
  const options = { now: services.now(), timeoutMs, forced: forcedOf(ctx), mostRows: MOST_ROWS }
  const { plan, rows } = await writeTable(services.engine, project, node, id, options)
  if (rows > MOST_ROWS) throw resultTooLarge(`A file has ${MOST_ROWS} rows at most.`)
  const { columns, page } = { columns: shapedRows(plan, []).columns, page: plan.result.page }
  return { columns, pages: pagesOf(services, plan, id, Math.min(rows, page?.limit ?? rows)) }
}

const isTable = (node: QueryNode): node is TableNode => node.kind === 'HogQLQuery' || node.kind === 'EventsQuery'

const shapedRows = (plan: TablePlan, rows: Parameters<typeof shapeQuery>[1][number]) =>
  shapeQuery(plan, [rows]) as { results: readonly (readonly unknown[])[]; columns: readonly string[] }

async function* pagesOf({ engine, env, waitUntil }: Services, plan: TablePlan, id: string, wanted: number) {
  const options = { timeoutMs: env.STATEMENT_TIMEOUT_MS }
  try {
    for (let sent = 0; sent < wanted; ) {
      const { rows, last } = await engine.exportedRows.page(id, sent, options)
      // the server was started anew meanwhile
      if (last === sent) throw new Error('The rows of the export are gone.')
      yield shapedRows(plan, rows.slice(0, wanted - sent)).results
      sent = last
    }
  } finally {
    waitUntil(engine.exportedRows.drop(id, options).catch(() => {}))
  }
}
