import { cut } from '../core/text.ts'
import type { NumberFormat } from './format.ts'
import { type Markup, markup } from './markup.ts'

/** A cell with more than its text. */
export interface RichCell {
  readonly text: string
  /** The whole of what `text` is short for. */
  readonly title?: string
  /** A smaller text under it. */
  readonly note?: string
  /** Index into the shades of the palette. */
  readonly shade?: number
  /** The number may still grow. */
  readonly isPartial?: boolean
}

export type TableCell = string | RichCell

/** The numbers of a chart as text. The first cell of a row is its name. A row of one cell is the heading of a section. */
export interface Table {
  readonly columns: readonly TableCell[]
  readonly rows: readonly (readonly TableCell[])[]
  /** Are series rows or columns? The script of the page needs it to find the numbers of a bucket. null: no series. */
  readonly series: 'columns' | 'rows' | null
  /** The number of rows of the result; `rows` may have fewer. */
  readonly total: number
  /** What the numbers are. */
  readonly caption?: string
}

/** The largest number of cells on a page. */
const MAX_CELLS = 40_000
const MAX_TEXT = 200
const WIDE = 12

export const textOf = (cell: TableCell): string => (typeof cell === 'string' ? cell : cell.text)

/** A table with at most as many rows as a page can have. */
export function makeTable(
  columns: readonly TableCell[],
  rows: readonly (readonly TableCell[])[],
  series: Table['series'] = null,
): Table {
  const kept = rows.slice(0, Math.max(1, Math.floor(MAX_CELLS / Math.max(1, columns.length))))
  return { columns, rows: kept, series, total: rows.length }
}

interface Named {
  readonly name: string
  readonly values: readonly (number | null)[]
}

/**
 * A table with a row for each bucket; with more than 12 series, a row for each series. `head`: the name of the buckets.
 */
export function seriesTable(
  head: string,
  buckets: readonly string[],
  series: readonly Named[],
  format: NumberFormat,
): Table {
  const text = (value: number | null | undefined) => (value == null ? '–' : format.full(value))
  if (series.length > WIDE)
    return makeTable(
      ['Series', ...buckets],
      series.map(({ name, values }) => [name, ...buckets.map((_, index) => text(values[index]))]),
      'rows',
    )
  return makeTable(
    [head, ...series.map(({ name }) => name)],
    buckets.map((bucket, index) => [bucket, ...series.map(({ values }) => text(values[index]))]),
    'columns',
  )
}

/** A table of an insight as HTML, without the end tags that HTML does not require. */
export function drawTable(table: Table, title: string): Markup {
  const { columns, rows, series, total, caption = `The numbers of ${title}` } = table
  const more = total > rows.length && markup`<p class="more">The first ${rows.length} of ${total} rows.</p>`
  return markup`<table${series && markup` data-series="${series}"`}${isShaded(table) && markup` class="shaded"`}><caption>${caption}</caption><thead><tr>${columns.map(
    (cell) => markup`<th scope="col"${titleOf(cell)}>${cut(textOf(cell), MAX_TEXT)}`,
  )}<tbody>${rows.map((row) => drawRow(row, columns.length))}</table>${more}`
}

/** Do shades tell the numbers of a table, as in the triangle of retention? */
export const isShaded = ({ rows }: Table): boolean =>
  rows.some((row) => row.some((cell) => typeof cell !== 'string' && cell.shade !== undefined))

function drawRow([name = '', ...cells]: readonly TableCell[], width: number): Markup {
  const head = markup`${titleOf(name)}>${cut(textOf(name), MAX_TEXT)}`
  if (cells.length === 0 && width > 1) return markup`<tr class="section"><th scope="rowgroup" colspan="${width}"${head}`
  return markup`<tr><th scope="row"${head}${cells.map(drawCell)}`
}

function drawCell(cell: TableCell): Markup {
  if (typeof cell === 'string') return markup`<td>${cut(cell, MAX_TEXT)}`
  const { text, note, shade, isPartial } = cell
  const classes = [...(shade === undefined ? [] : [`h${shade}`]), ...(isPartial ? ['partial'] : [])].join(' ')
  const small = note !== undefined && markup`<small> ${cut(note, MAX_TEXT)}</small>`
  return markup`<td${classes !== '' && markup` class="${classes}"`}${titleOf(cell)}>${cut(text, MAX_TEXT)}${small}`
}

/** The style may cut a long text, so the `title` attribute has all of it. */
function titleOf(cell: TableCell): Markup | false {
  const title = typeof cell === 'string' ? undefined : cell.title
  const text = textOf(cell)
  return (title !== undefined || text.length > 24) && markup` title="${cut(title ?? text, MAX_TEXT)}"`
}
