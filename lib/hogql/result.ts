/** A whole query as its answer shows it: `bindResult` is what HogQLQuery, EventsQuery and ActorsQuery are computed with. */
import { value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import type { BoundQuery } from './bind.ts'
import { bindQuery } from './bind-query.ts'
import { clickhouseType } from './clickhouse-types.ts'
import { coerce } from './coerce.ts'
import type { Typed, ValueInfo } from './rules.ts'
import type { BindContext } from './scope.ts'
import type { QueryAst } from './syntax.ts'

export interface ResultColumn {
  readonly name: string
  /** ClickHouse's name of the type. */
  readonly type: string
  readonly info: ValueInfo
}
export interface ResultQuery {
  /** Its columns are called `c0`, `c1` and so on: the text has names that are there twice. */
  readonly query: Select
  readonly columns: readonly ResultColumn[]
  /** How many rows a page has, if the text does not say how many it wants; the query reads one more. */
  readonly page: { readonly limit: number; readonly offset: number } | null
}

/** How many rows a text can ask for. */
const MOST_ROWS = 50_000

/** Throws a 400 `hogql_error` that names the place. `pageSize`: how many rows a text without LIMIT gives. */
export function bindResult(ast: QueryAst, context: BindContext, pageSize = 100): ResultQuery {
  const bound = bindQuery(ast, context)
  const isPaged = ast.kind === 'select' && ast.limit === null
  const limit = isPaged ? pageSize + 1 : Math.min(bound.query.limit ?? MOST_ROWS, MOST_ROWS)
  return {
    query: { ...shown(bound, context), limit },
    columns: bound.columns.map(({ name, ...info }) => ({ name, type: clickhouseType(info), info })),
    page: isPaged ? { limit: pageSize, offset: bound.query.offset ?? 0 } : null,
  }
}

function shown({ query, columns }: BoundQuery, context: BindContext): Select {
  return {
    ...query,
    columns: query.columns.map(({ expr }, i) => ({
      expr: shownValue({ ...(columns[i] as ValueInfo), expr }, context),
      as: `c${i}`,
    })),
  }
}

/** Instants with the offset of their zone, ids as texts, true and false as 1 and 0 unless they are of the type Bool. */
function shownValue(typed: Typed, context: BindContext): Expr {
  const functions = { ...context, error: (detail: string) => new Error(detail) }
  const { type, format, expr } = typed
  if (type === 'boolean' && format !== 'word') return coerce(typed, 'float', functions).expr
  if (type === 'id') return coerce(typed, 'text', functions).expr
  if (type === 'null') return value(null, 'text')
  return expr
}
