/** A whole query as its answer shows it: `bindResult` is what HogQLQuery, EventsQuery and ActorsQuery are computed with. */
import { column, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import type { BoundColumn, BoundQuery } from './bind.ts'
import { bindQuery } from './bind-query.ts'
import { clickhouseType } from './clickhouse-types.ts'
import { coerce } from './coerce.ts'
import { hogqlError } from './error.ts'
import type { Typed, ValueInfo } from './rules.ts'
import type { BindContext } from './scope.ts'
import type { QueryAst } from './syntax.ts'
import { infoOf, invoke, toArray } from './values.ts'

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

/** How many rows a result may have. */
interface ResultSize {
  /** Of a text without LIMIT: 100 unless given. */
  readonly pageSize?: number
  /** Of an export, which has no pages. */
  readonly mostRows?: number
}

/** Throws a 400 `hogql_error` that names the place. */
export function bindResult(ast: QueryAst, context: BindContext, size: ResultSize = {}): ResultQuery {
  const { mostRows = MOST_ROWS, pageSize = size.mostRows ?? 100 } = size
  const bound = bindQuery(limited(ast, pageSize), context)
  const isPaged = ast.kind === 'select' && ast.limit === null
  const limit = isPaged ? pageSize + 1 : Math.min(bound.query.limit ?? mostRows, mostRows)
  const { query, columns } = shown(bound, context)
  return {
    query: { ...query, limit },
    columns: columns.map(({ name, ...info }) => ({ name, type: clickhouseType(info, context.timezone), info })),
    page: isPaged ? { limit: pageSize, offset: bound.query.offset ?? 0 } : null,
  }
}

/** Each query of a union has the limit of a page unless it says its own. */
function limited(ast: QueryAst, pageSize: number): QueryAst {
  if (ast.kind === 'select') return ast
  return {
    ...ast,
    queries: ast.queries.map((query) =>
      query.kind === 'select' && query.limit === null
        ? { ...query, limit: { kind: 'literal', value: pageSize, at: query.at } }
        : limited(query, pageSize),
    ),
  }
}

function shown(
  { query, columns }: BoundQuery,
  context: BindContext,
): { query: Select; columns: readonly BoundColumn[] } {
  // what is shown of a value may be another, by which the rows are not told apart
  const from: Select = query.distinct
    ? {
        kind: 'select',
        columns: query.columns.map(({ as }) => ({ expr: column('rows', as), as })),
        from: { kind: 'query', alias: 'rows', query: withPlaces(query) },
      }
    : query
  const values = query.columns.map(({ expr }, i) =>
    shownValue({ ...(columns[i] as ValueInfo), expr: query.distinct ? column('rows', `c${i}`) : expr }, context),
  )
  return {
    query: { ...from, columns: values.map(({ expr }, i) => ({ expr, as: `c${i}` })) },
    columns: values.map((typed, i) => ({ ...infoOf(typed), name: columns[i]?.name ?? '' })),
  }
}

const withPlaces = (query: Select): Select => ({
  ...query,
  columns: query.columns.map(({ expr }, i) => ({ expr, as: `c${i}` })),
})

/** Ids and whole properties as texts, arrays as JSON, true and false as 1 and 0 unless they are of the type Bool. */
export function shownValue(typed: Typed, context: BindContext): Typed {
  const functions = { ...context, error: (detail: string) => hogqlError(detail, 0, context.attr) }
  const { type, format } = typed
  if (type === 'boolean' && format !== 'word')
    return { ...typed, ...coerce(typed, 'float', functions), number: 'UInt8' }
  if (type === 'id') return { ...infoOf(typed), ...coerce(typed, 'text', functions) }
  if (type === 'properties' || (type === 'text' && isJsonText(typed)))
    return {
      ...infoOf(typed),
      ...coerce(typed, 'text', functions),
      expr: invoke('compactJson', coerce(typed, 'text', functions).expr),
    }
  if (type === 'null') return { ...typed, expr: value(null, 'text') }
  return typeof type === 'string' && ARRAYS.includes(type) ? toArray(typed, functions) : typed
}

/** Of a property the database has objects and arrays with blanks in their text. */
const isJsonText = ({ expr, isRead }: Typed): boolean => isRead === true || isPropertyText(expr)
function isPropertyText(e: Expr): boolean {
  if (e.kind === 'call' && e.fn === 'coalesce') return e.args.some(isPropertyText)
  return e.kind === 'property' || (e.kind === 'call' && e.fn === 'jsonText')
}

const ARRAYS: readonly string[] = ['texts', 'numbers', 'instants', 'ids']
