import { cut } from '../core/text.ts'
import type { NumberFormat } from './format.ts'
import { type Markup, markup } from './markup.ts'

/** The numbers as text. The first cell of a row names it. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Where the series of a chart are: the script finds the numbers of a bucket here. */
  readonly series: 'columns' | 'rows' | null
  /** How many rows there are, which may be more than are here. */
  readonly total: number
}

/** Cells of a page, so that its size has a bound. */
const MAX_CELLS = 40_000
const MAX_TEXT = 200
const WIDE = 12

/** Keeps as many rows as a page may have. */
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

/** A row for each bucket; with many series, a row for each of these. */
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

/** HTML; end tags that HTML does not need are left out. */
export function drawTable({ columns, rows, series, total }: Table, caption: string): Markup {
  // what the style cuts can still be read
  const titled = (text: string) => text.length > 24 && markup` title="${cut(text, MAX_TEXT)}"`
  const more = total > rows.length && markup`<p class="more">The first ${rows.length} of ${total} rows.</p>`
  return markup`<table${series && markup` data-series="${series}"`}><caption>${caption}</caption><thead><tr>${columns.map(
    (name) => markup`<th scope="col"${titled(name)}>${cut(name, MAX_TEXT)}`,
  )}<tbody>${rows.map(
    ([name = '', ...cells]) =>
      markup`<tr><th scope="row"${titled(name)}>${cut(name, MAX_TEXT)}${cells.map((cell) => markup`<td>${cut(cell, MAX_TEXT)}`)}`,
  )}</table>${more}`
}
