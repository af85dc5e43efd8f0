/** Exports: the rows of a query, written once and read in pages (docs/exports.md). */
import type { Project } from '../../core/project.ts'
import type { ExportedRows, Row, Run, RunOptions } from '../engine.ts'
import { changedProject } from './project-json.ts'

const ROWS = 10_000
const CHARACTERS = 4_000_000
/** A function takes 100 arguments at most. */
const CELLS_AT_ONCE = 50
/** A file that is still being sent after that long is nobody's. */
const LONGEST = '1 hour'

export const exportedRows = (run: Run): ExportedRows => ({
  async write(project, id, statement, { columns, mostRows }, options) {
    const { text, params } = statement
    const cells = Array.from({ length: Math.ceil(columns / CELLS_AT_ONCE) }, (_, part) => cellsOf(part, columns))
    const filling = {
      text:
        `with "rows" as materialized (${text}), "counted" as materialized (select count(*)::int4 as n from "rows"), ` +
        `"written" as (insert into export_rows (export, n, cells) ` +
        `select $${params.length + 1}::uuid, row_number() over ()::int4, ${cells.join(' || ')} from "rows" ` +
        `where (select n from "counted") <= $${params.length + 2}::int4) ` +
        'select n from "counted"',
      params: [...params, id, mostRows],
    }
    const joinsMany = statement.joinsMany === true
    const [newer, written] = await run([changedProject(project), filling], { ...options, joinsMany })
    if (newer?.[0]) return { newer: newer[0].project as Project }
    return { rows: Number(written?.[0]?.n ?? 0) }
  },
  async page(id: string, after: number, options: RunOptions) {
    const text = 'select n, cells from export_page($1::uuid, $2, $3, $4)'
    const [rows = []] = await run([{ text, params: [id, after, ROWS, CHARACTERS] }], { ...options, readOnly: true })
    return { rows: rows.map(({ cells }) => rowOf(cells as unknown[])), last: Number(rows.at(-1)?.n ?? after) }
  },
  async drop(id: string, options: RunOptions) {
    await run([{ text: 'delete from export_rows where export = $1::uuid', params: [id] }], options)
  },
  async dropForgotten(options: RunOptions) {
    await run(
      [{ text: `delete from export_rows where created_at < now() - interval '${LONGEST}'`, params: [] }],
      options,
    )
  },
})

function cellsOf(part: number, columns: number): string {
  const first = part * CELLS_AT_ONCE
  const names = Array.from({ length: Math.min(columns - first, CELLS_AT_ONCE) }, (_, index) => `"c${first + index}"`)
  return `jsonb_build_array(${names.join(', ')})`
}

const rowOf = (cells: readonly unknown[]): Row => Object.fromEntries(cells.map((cell, index) => [`c${index}`, cell]))
