import { column } from '../../tree/build.ts'
import type { Select, SelectColumn, Source } from '../../tree/relation.ts'

/** Columns of a source under their own names. */
export const own = (alias: string, names: readonly string[]): SelectColumn[] =>
  names.map((name) => ({ expr: column(alias, name), as: name }))

/** The source with these columns alone. */
export const columnsOf = (from: Source, names: readonly string[]): Select => ({
  kind: 'select',
  columns: own(from.alias, names),
  from,
})
