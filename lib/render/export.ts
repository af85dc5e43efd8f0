/** Rows of an export as the text of a file. */
import { csvPieces, toCell } from './csv.ts'

export type ExportFormat = 'csv' | 'jsonl'

interface Format {
  readonly type: string
  readonly header: (columns: readonly string[]) => string
  readonly rows: (columns: readonly string[], rows: readonly (readonly unknown[])[]) => string
}

const csv = (rows: readonly (readonly unknown[])[]): string =>
  [...csvPieces(rows.map((row) => row.map(toCell)))].join('')

export const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  csv: { type: 'text/csv; charset=utf-8', header: (columns) => csv([columns]), rows: (_, rows) => csv(rows) },
  jsonl: {
    type: 'application/x-ndjson; charset=utf-8',
    header: () => '',
    rows: (columns, rows) => {
      const keys = keysOf(columns)
      return rows
        .map((row) => `${JSON.stringify(Object.fromEntries(row.map((cell, index) => [keys[index], cell])))}\n`)
        .join('')
    },
  },
}

/** A name that is there twice has its number behind it. */
function keysOf(columns: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return columns.map((name) => {
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} ${times}`
  })
}
