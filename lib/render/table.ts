import { cut } from '../core/text.ts'
import type { NumberFormat } from './format.ts'
import { type Markup, markup } from './markup.ts'

/** The numbers of a chart as text. The first cell of a row is its name. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Are series rows or columns? The script of the page needs it to find the numbers of a bucket. null: no series. */
  readonly series: 'columns' | 'rows' | null
  /** The number of rows of the result; `rows` may have fewer. */
  readonly total: number
}

/** The largest number of cells on a page. */
const MAX_CELLS = 40_000
const MAX_TEXT = 200
const WIDE = 12

/** A table with at most as many rows as a page can have. */
export function makeTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
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

/** A table as HTML, without the end tags that HTML does not require. */
export function drawTable({ columns, rows, series, total }: Table, caption: string): Markup {
  // the style may cut the text, so the `title` attribute has all of it
  const titled = (text: string) => text.length > 24 && markup` title="${cut(text, MAX_TEXT)}"`
  const more = total > rows.length && markup`<p class="more">The first ${rows.length} of ${total} rows.</p>`
  return markup`<table${series && markup` data-series="${series}"`}><caption>${caption}</caption><thead><tr>${columns.map(
    (name) => markup`<th scope="col"${titled(name)}>${cut(name, MAX_TEXT)}`,
  )}<tbody>${rows.map(
    ([name = '', ...cells]) =>
      markup`<tr><th scope="row"${titled(name)}>${cut(name, MAX_TEXT)}${cells.map((cell) => markup`<td>${cut(cell, MAX_TEXT)}`)}`,
  )}</table>${more}`
}
