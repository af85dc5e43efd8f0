/**
 * Spellings that stand for longer ones -> the longer ones: CASE, BETWEEN, `multiIf`, intervals, `count(distinct x)`,
 * `JSONExtract…(properties, 'a')`, names of functions in another case. What is written twice is one object, so that the
 * result is no larger than the text.
 */
import { dateUnit } from './date-units.ts'
import { hogqlError } from './error.ts'
import {
  type Ast,
  type Between,
  type CallAst,
  type Case,
  callOf,
  type OrderOf,
  type PlainAst,
  type PlainCall,
  type PlainQueryAst,
  type PlainSelect,
  type PlainSource,
  type QueryAst,
  type SelectAst,
  type SourceAst,
  type WindowAst,
} from './syntax.ts'

export function desugar(ast: Ast): PlainAst {
  switch (ast.kind) {
    case 'literal':
    case 'field':
    case 'star':
      return ast
    case 'placeholder':
      throw hogqlError(`The placeholder {${ast.chain.join('.')}} has no value.`, ast.at, 'query')
    case 'list':
      return { ...ast, items: ast.items.map(desugar) }
    case 'lambda':
      return { ...ast, body: desugar(ast.body) }
    case 'alias':
    case 'inCohort':
      return { ...ast, expr: desugar(ast.expr) }
    case 'subquery':
      return { ...ast, query: desugarQuery(ast.query) }
    case 'between':
      return between(ast)
    case 'case':
      return cases(ast)
    case 'call':
      return call(ast)
    default:
      return ast satisfies never
  }
}

export function desugarQuery(query: QueryAst): PlainQueryAst {
  return query.kind === 'union' ? { ...query, queries: query.queries.map(desugarQuery) } : select(query)
}

function select(query: SelectAst): PlainSelect {
  return {
    ...query,
    with: query.with.map((table) => ({ ...table, query: desugarQuery(table.query) })),
    values: query.values.map((named) => ({ ...named, expr: desugar(named.expr) })),
    arrayJoin: query.arrayJoin && { ...query.arrayJoin, arrays: query.arrayJoin.arrays.map(desugar) },
    windows: query.windows.map((named) => ({ ...named, window: window(named.window) })),
    limitBy: query.limitBy && {
      limit: desugar(query.limitBy.limit),
      offset: query.limitBy.offset && desugar(query.limitBy.offset),
      by: query.limitBy.by.map(desugar),
    },
    columns: query.columns.map(desugar),
    from: query.from && source(query.from),
    joins: query.joins.map((join) => ({ ...join, source: source(join.source), on: join.on && desugar(join.on) })),
    where: query.where && desugar(query.where),
    groupBy: query.groupBy.map(desugar),
    having: query.having && desugar(query.having),
    orderBy: query.orderBy.map(order),
    limit: query.limit && desugar(query.limit),
    offset: query.offset && desugar(query.offset),
  }
}

function source(of: SourceAst): PlainSource {
  switch (of.kind) {
    case 'table':
      return of
    case 'tableQuery':
      return { ...of, query: desugarQuery(of.query) }
    case 'tableFunction':
      return { ...of, args: of.args.map(desugar) }
    default:
      return of satisfies never
  }
}

const order = (of: OrderOf<Ast>): OrderOf<PlainAst> => ({ ...of, expr: desugar(of.expr) })
const window = (of: WindowAst) => ({
  partitionBy: of.partitionBy.map(desugar),
  orderBy: of.orderBy.map(order),
  frame: of.frame,
})

/** Null is neither between two bounds nor outside of them. */
function between({ expr, low, high, negated, at }: Between): PlainAst {
  const of = desugar(expr)
  const bound = (name: string, limit: Ast) => callOf<PlainAst>(name, at, of, desugar(limit))
  return negated
    ? callOf<PlainAst>('or', at, bound('less', low), bound('greater', high))
    : callOf<PlainAst>('and', at, bound('greaterOrEquals', low), bound('lessOrEquals', high))
}

function cases({ subject, branches, otherwise, at }: Case): PlainAst {
  const of = subject && desugar(subject)
  return branches.reduceRight<PlainAst>(
    (rest, { when, value }) => {
      const condition = desugar(when)
      const test = of ? callOf<PlainAst>('equals', when.at, of, condition) : condition
      return callOf<PlainAst>('if', at, test, desugar(value), rest)
    },
    otherwise ? desugar(otherwise) : { kind: 'literal', value: null, at },
  )
}

function call(ast: CallAst): PlainAst {
  const named: PlainCall = {
    ...ast,
    name: CANONICAL_NAMES.get(ast.name.toLowerCase()) ?? ast.name,
    args: ast.args.map(desugar),
    params: ast.params.map(desugar),
    ...(ast.over ? { over: window(ast.over) } : {}),
  } as PlainCall
  const negative = negativeNumber(named)
  if (negative) return negative
  return [distinctCount, multiIf, withInterval, wholeProperties].reduce((of, rewrite) => rewrite(of) ?? of, named)
}

/** `-1` */
function negativeNumber({ name, args: [of], at }: PlainCall): PlainAst | undefined {
  if (name !== 'negate' || of?.kind !== 'literal' || typeof of.value !== 'number' || of.value === 0) return undefined
  return { kind: 'literal', value: -of.value, at }
}

/** `count(distinct x)` as `uniq(x)`. */
const distinctCount = (of: PlainCall): PlainCall | undefined =>
  of.name === 'count' && of.distinct ? { ...of, name: 'uniq', distinct: false } : undefined

/** `multiIf(a, 1, b, 2, 3)` as `if(a, 1, if(b, 2, 3))`; another number of arguments stays as it is. */
function multiIf(of: PlainCall): PlainCall | undefined {
  if (of.name !== 'multiIf' || of.args.length < 3 || of.args.length % 2 === 0) return undefined
  const pairs = of.args.slice(0, -1)
  let rest = of.args.at(-1) as PlainAst
  for (let index = pairs.length - 2; index >= 0; index -= 2)
    rest = callOf<PlainAst>('if', of.at, pairs[index] as PlainAst, pairs[index + 1] as PlainAst, rest)
  return rest as PlainCall
}

/** `a + toIntervalDay(7)` as `addDays(a, 7)`. */
function withInterval(of: PlainCall): PlainCall | undefined {
  const [left, right] = of.args
  if ((of.name !== 'plus' && of.name !== 'minus') || !left || right?.kind !== 'call') return undefined
  const unit = /^toInterval([A-Z][a-z]+)$/.exec(right.name)?.[1]
  if (!unit || !dateUnit(unit) || right.args.length !== 1) return undefined
  return { ...of, name: `${of.name === 'plus' ? 'add' : 'subtract'}${unit}s`, args: [left, ...right.args] }
}

/** `JSONExtractString(properties, 'a', 'b')` as `JSONExtractString(properties.a, 'b')`. */
function wholeProperties(of: PlainCall): PlainCall | undefined {
  const [field, key, ...rest] = of.args
  if (!of.name.startsWith('JSON') || field?.kind !== 'field' || field.chain.at(-1) !== 'properties') return undefined
  if (key?.kind !== 'literal' || typeof key.value !== 'string') return undefined
  return { ...of, args: [{ ...field, chain: [...field.chain, key.value] }, ...rest] }
}

/** Functions that may be written in any case: those that SQL has, too, and common aggregates. */
const CANONICAL_NAMES: ReadonlyMap<string, string> = new Map([
  ...(
    'if coalesce ifNull nullIf lower upper trim concat length replace substring left position abs floor ceil round sqrt ' +
    'power greatest least now count sum avg min max median countIf uniq row_number lead lag'
  )
    .split(' ')
    .map((name) => [name.toLowerCase(), name] as const),
  ['uniqexact', 'uniq'],
  ['countdistinct', 'uniq'],
])

/** Every field that the expression names, those of sub-queries aside. */
export const fieldsOf = (ast: Ast): (readonly string[])[] => plainFields(desugar(ast))

function plainFields(ast: PlainAst): (readonly string[])[] {
  switch (ast.kind) {
    case 'field':
      return [ast.chain]
    case 'list':
      return ast.items.flatMap(plainFields)
    case 'call':
      return [...ast.params, ...ast.args].flatMap(plainFields)
    case 'lambda':
      return plainFields(ast.body)
    case 'alias':
    case 'inCohort':
      return plainFields(ast.expr)
    case 'literal':
    case 'star':
    case 'subquery':
      return []
    default:
      return ast satisfies never
  }
}
