/** Builders of nodes. */
import type {
  Call,
  Column,
  Compare,
  Expr,
  Extension,
  IsNull,
  Logic,
  Logical,
  Not,
  PropertyRead,
  Value,
} from './expr.ts'
import type { SqlFunction } from './functions.ts'
import type { CommonSource, Select, SelectColumn, Source, TableSource } from './relation.ts'
import type { PropertyOwner, Scalar, SqlType } from './types.ts'

export const value = (v: Scalar, type: SqlType): Value => ({ kind: 'value', value: v, type })
/** An instant that is another one whenever it is asked for. */
export const valueOfNow = (iso: Scalar): Value => ({ ...value(iso, 'instant'), ofNow: true })
/** A table of the catalog. */
export const table = (name: string, alias = name): TableSource => ({ kind: 'table', name, alias })
/** A common table by its name. */
export const common = (name: string, alias = name): CommonSource => ({ kind: 'common', name, alias })
/** A property of the rows of a table or of what belongs to them; `table` is the alias. */
export const property = (of: PropertyOwner, key: string, type: SqlType, table = 'events'): PropertyRead => ({
  kind: 'property',
  table,
  of,
  key,
  type,
})
export const column = (table: string, name: string): Column => ({ kind: 'column', table, name })
/** Columns of a source under their own names. */
export const sameColumns = (source: string, names: readonly string[]): SelectColumn[] =>
  names.map((name) => ({ expr: column(source, name), as: name }))
/** The source with these columns alone. */
export const columnsOf = (from: Source, names: readonly string[]): Select => ({
  kind: 'select',
  columns: sameColumns(from.alias, names),
  from,
})
export const call = <X extends Extension = Logical>(fn: SqlFunction, ...args: readonly Expr<X>[]): Call<X> => ({
  kind: 'call',
  fn,
  args,
})
export const compare = <X extends Extension = Logical>(
  left: Expr<X>,
  op: Compare['op'],
  right: Expr<X>,
): Compare<X> => ({ kind: 'compare', op, left, right })
export const and = <X extends Extension = Logical>(...args: readonly Expr<X>[]): Expr<X> => logic('and', args)
export const or = <X extends Extension = Logical>(...args: readonly Expr<X>[]): Expr<X> => logic('or', args)
export const not = <X extends Extension = Logical>(arg: Expr<X>): Not<X> => ({ kind: 'not', arg })
export const isNull = <X extends Extension = Logical>(arg: Expr<X>): IsNull<X> => ({ kind: 'isNull', arg })
export const alwaysTrue = value(true, 'boolean')
function logic<X extends Extension>(kind: Logic['kind'], args: readonly Expr<X>[]): Expr<X> {
  const flat = args
    .flatMap((arg) => (arg.kind === kind ? (arg as Logic<X>).args : [arg]))
    .filter((arg) => kind === 'or' || arg !== alwaysTrue)
  if (flat.length === 0) return alwaysTrue
  return flat.length === 1 && flat[0] ? flat[0] : { kind, args: flat }
}
