/**
 * The syntax of an expression -> a typed expression over the rows of its query. A name stands for something that the scope
 * has, so that an expression reaches nothing that its query does not; any other name is a 400 with its place. The parts of
 * an expression bind each other, so that they are one file.
 */
import { assert } from '../core/assert.ts'
import { nearest } from '../core/nearest.ts'
import { call, column, isNull, not, or, value } from '../tree/build.ts'
import type { Compare, Expr, List, PropertyRead } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import { isLargerThan } from '../tree/walk.ts'
import { AGGREGATES } from './aggregates/listed.ts'
import { AGGREGATE_NAMES, isAggregate } from './aggregates/names.ts'
import { hasAggregate as hasAggregateExpr, hasWindow } from './aggregation.ts'
import { coerce, commonInfo, commonType, literal } from './coerce.ts'
import { dateArithmetic } from './date-arithmetic.ts'
import type { Field } from './fields.ts'
import { fit } from './fit.ts'
import { arrayRule } from './functions/arrays.ts'
import { FUNCTIONS } from './functions.ts'
import { type FoundIdiom, matchIdiom } from './idioms.ts'
import { bindProperty, propertyArguments } from './json-calls.ts'
import { bindLambda, withMapped } from './lambdas.ts'
import { bindReduce } from './reduce.ts'
import {
  type FunctionContext,
  type FunctionRule,
  isTrue,
  nullType,
  rule,
  type SimpleType,
  type Typed,
  type ValueInfo,
  type ValueType,
} from './rules.ts'
import type { Scope } from './scope.ts'
import { callOf, type ListOf, type PlainAst, type PlainCall, type PlainQueryAst } from './syntax.ts'
import { comparedIds, mayBeEmpty } from './text-ids.ts'
import {
  arrayFrom,
  as,
  checkElements,
  decode,
  encode,
  invoke,
  isArray,
  jsonPart,
  toArray,
  tupleFrom,
} from './values.ts'

/** Where a part stands: in a value of one row, outside or inside of an aggregate, or in a query that groups its rows. */
export type Place = 'row' | 'outside' | 'inside' | 'query'
export interface Env {
  readonly scope: Scope
  readonly place: Place
  /** Binds a sub-query; an expression of a filter has none. */
  readonly query?: (ast: PlainQueryAst, scope: Scope) => BoundQuery
  /** Binds a call that windows, lambdas or the query around it give a meaning; undefined for any other. */
  readonly special?: (ast: PlainCall, env: Env) => Typed | undefined
  /** The aggregate that the expression stands inside of. */
  readonly aggregation?: string
}
export interface BoundColumn extends Omit<Typed, 'expr'> {
  readonly name: string
  /** It holds numbers, and may hold NaN. */
  readonly mayBeNaN?: true
}
export interface BoundQuery {
  readonly query: Select
  readonly columns: readonly BoundColumn[]
}

/** Is there an aggregate in the expression? */
export function hasAggregate(ast: PlainAst): boolean {
  if (ast.kind === 'list') return ast.items.some(hasAggregate)
  if (ast.kind !== 'call') return false
  return isAggregate(ast.name) || [...ast.params, ...ast.args].some(hasAggregate)
}

/** Those that the numbers of insights are made of. */
export const isListedAggregate = (name: string): boolean => name === 'quantile' || Object.hasOwn(AGGREGATES, name)

/** Of the tree that an expression becomes. */
const MAX_PARTS = 10_000

export function bind(ast: PlainAst, env: Env): Typed {
  const { scope } = env
  switch (ast.kind) {
    case 'literal':
      return literal(ast.value)
    case 'bound':
      return ast.typed
    case 'field':
      return bindField(ast.chain, ast.at, env)
    case 'list':
      return ast.brackets === 'array' ? bindArray(ast, env) : bindTuple(ast, env)
    case 'call':
      return bindCall(ast, env)
    case 'inCohort': {
      const { expr, idOf } = bind(ast.expr, env)
      if (idOf !== 'person') throw scope.error('A cohort has persons: person_id in cohort 1.', ast.at)
      if (typeof ast.cohort !== 'number') throw scope.error('A cohort is named by its number.', ast.at)
      return { expr: { kind: 'inCohort', person: expr, cohort: ast.cohort }, type: 'boolean' }
    }
    case 'subquery': {
      const { query, column } = bindSubquery(ast.query, ast.at, env)
      return { ...column, expr: { kind: 'scalarQuery', query } }
    }
    case 'alias':
      return bind(ast.expr, env)
    case 'lambda':
    case 'star':
      throw scope.error('This cannot be used here.', ast.at)
    default:
      return ast satisfies never
  }
}

function bindSubquery(ast: PlainQueryAst, at: number, { scope, query }: Env): { query: Select; column: BoundColumn } {
  if (!query) throw scope.error('A query cannot be used here.', at)
  const bound = query(ast, scope)
  const [column] = bound.columns
  if (!column || bound.columns.length !== 1) throw scope.error('The query must have one column.', at)
  return { query: bound.query, column }
}

function bindField(chain: readonly string[], at: number, env: Env): Typed {
  const { scope, place } = env
  const named = scope.named(chain)
  if (named) return named
  const field = scope.field(chain, at)
  if (!field) return partOfField(chain, at, env) ?? bindValue(chain, at, env)
  if (place === 'outside') throw scope.error(`The field ${chain.join('.')} stands outside an aggregate.`, at)
  return typedField(field, scope)
}

/** `with 5 as five`: the expression, which is bound as if it stood here. */
function bindValue(chain: readonly string[], at: number, env: Env): Typed {
  const { scope } = env
  const value = chain.length === 1 ? scope.value(chain[0] ?? '') : undefined
  if (!value) throw unresolved(chain, at, scope)
  if (scope.countExpansion() > MOST_EXPANSIONS)
    throw scope.error(`Too many CTE expansions (${MOST_EXPANSIONS}+). Probably a CTE loop.`, at)
  return bind(value, env)
}

const MOST_EXPANSIONS = 200

function unresolved(chain: readonly string[], at: number, scope: Scope) {
  const [first = ''] = chain
  const near = nearest(
    first,
    scope.fieldNames.filter((name) => name !== first),
  )
  const hint = near === undefined ? '' : ` Did you mean: ${[near, ...chain.slice(1)].join('.')}?`
  return scope.error(`Unable to resolve field: ${chain.join('.')}${hint && `.${hint}`}`, at)
}

/** `plan.name` where `plan` is JSON or a map: the keys behind the longest chain that means something. */
function partOfField(chain: readonly string[], at: number, env: Env): Typed | undefined {
  const { scope } = env
  for (let length = chain.length - 1; length > 0; length--) {
    const [first, keys] = [chain.slice(0, length), chain.slice(length)]
    const field = scope.field(first, at)
    const whole = scope.named(first) ?? (field && typedField(field, scope))
    if (whole) return partOf(whole, keys, at, env)
  }
  return undefined
}

function partOf(whole: Typed, keys: readonly string[], at: number, env: Env): Typed | undefined {
  if (whole.type === 'text' || whole.type === 'properties') return jsonPart(whole, keys, functionContext(env.scope, at))
  const [key, ...rest] = keys
  const rule = Object.hasOwn(FUNCTIONS, 'arrayElement') ? FUNCTIONS.arrayElement : undefined
  if (typeof whole.type !== 'object' || whole.type.kind !== 'map' || key === undefined || !rule) return undefined
  const part = apply(callOf<PlainAst>('arrayElement', at), rule, [whole, literal(key)], env)
  return rest.length > 0 ? partOf(part, rest, at, env) : part
}

function typedField(field: Field, scope: Scope): Typed {
  const { context } = scope
  if (field.kind === 'column') {
    const { typed } = field
    return mayBeEmpty(typed) && scope.isPresent(typed.expr) ? { ...typed, isNeverEmpty: true } : typed
  }
  const type = context.propertyType(field.of, field.key)
  const read: PropertyRead = { kind: 'property', table: field.table, of: field.of, key: field.key, type }
  const known = { type, isNullable: true, ...(type === 'boolean' ? { format: 'word' as const } : {}) }
  if (!field.path) return { expr: read, isRead: true, ...known }
  const keys = field.path.map((key) => value(key, 'text'))
  return { expr: call('jsonText', { ...read, type: 'text' }, ...keys), type: 'text', isNullable: true }
}

/** `['a', properties.b]`; constants are one list. */
function bindArray(ast: ListOf<PlainAst>, env: Env): Typed {
  const items = ast.items.map((item) => bind(item, env))
  checkElements(items, functionContext(env.scope, ast.at))
  const type = items.some((item) => typeof item.type === 'object') ? 'null' : commonType(items, false)
  const array = typeof type === 'string' ? ARRAYS[type] : undefined
  if (!array) return sized(arrayFrom(items, functionContext(env.scope, ast.at)), ast, env)
  const { exprs, constants } = itemsOf(ast, items, type, env)
  const isNullable = items.some((item) => item.isNullable || item.type === 'null')
  const elements: ValueInfo = { ...commonInfo(items), ...(isNullable ? { isNullable } : {}) }
  if (constants) return { expr: { kind: 'list', values: constants, type: nullType(type) }, type: array.type, elements }
  if (!array.fn) return sized(arrayFrom(items, functionContext(env.scope, ast.at)), ast, env)
  return { expr: call(array.fn, ...exprs), type: array.type, elements }
}

const bindTuple = (ast: ListOf<PlainAst>, env: Env): Typed =>
  sized(
    tupleFrom(
      ast.items.map((item) => bind(item, env)),
      functionContext(env.scope, ast.at),
    ),
    ast,
    env,
  )

function sized(typed: Typed, { at }: { readonly at: number }, env: Env): Typed {
  checkSize(typed.expr, at, env)
  return typed
}

const ARRAYS: Partial<Record<SimpleType, { type: ValueType; item: ValueType; fn?: 'texts' }>> = {
  text: { type: 'texts', item: 'text', fn: 'texts' },
  float: { type: 'numbers', item: 'float' },
  int: { type: 'numbers', item: 'float' },
  instant: { type: 'instants', item: 'instant' },
}

function itemsOf(ast: ListOf<PlainAst>, items: readonly Typed[], type: ValueType, { scope }: Env) {
  const exprs = items.map((item, i) => coerce(item, type, functionContext(scope, ast.items[i]?.at ?? ast.at)).expr)
  const constants = exprs.flatMap((expr) => (expr.kind === 'value' && expr.value !== null ? [expr.value] : []))
  return { exprs, constants: constants.length === exprs.length ? constants : undefined }
}

export const functionContext = (scope: Scope, at: number): FunctionContext => ({
  ...scope.context,
  error: (detail) => scope.error(detail, at),
})

function bindCall(written: PlainCall, env: Env): Typed {
  const { scope } = env
  const ast = withMapped(written)
  const { name } = ast
  const special = env.special?.(ast, env)
  if (special) return special
  if (ast.over) throw scope.error('A window function cannot be used here.', ast.at)
  const idiom = matchIdiom(ast)
  if (idiom) return bindIdiom(idiom, ast.at, env)
  if (name === 'in') return bindIn(ast, env)
  if (name === 'notIn') {
    const found = bindIn({ ...ast, name: 'in' }, env)
    return { ...found, expr: not(found.expr) }
  }
  if (name === 'notIn') {
    const found = bindIn(ast, env)
    return { ...found, expr: not(found.expr) }
  }
  if (name === 'arrayElement') return bindElement(ast, env)
  if (name === 'arrayJoin') return bindArrayJoin(ast, env)
  if (name === 'multiIf')
    throw scope.error('multiIf expects pairs of a condition and a value, and a value at the end.', ast.at)
  if (isListedAggregate(name)) return bindAggregateCall(ast, env)
  const lambda = bindLambda(ast, {
    scope,
    bind: (part, inner) => bind(part, { ...env, scope: inner }),
    context: (at) => functionContext(scope, at),
  })
  if (lambda) return sized(lambda, ast, env)
  if (name === 'arrayReduce')
    return bindReduce(ast, {
      scope,
      bind: (part, inner) => bind(part, { ...env, scope: inner, place: inner === scope ? env.place : 'query' }),
      context: functionContext(scope, ast.at),
      isAggregate,
    })
  const property = bindProperty(ast, scope)
  if (property) return property
  const args = propertyArguments(ast, scope, (arg) => bind(arg, env)) ?? ast.args.map((arg) => bind(arg, env))
  const found = arrayRule(name, args) ?? (Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined)
  if (!found) throw unknownFunction(ast, scope)
  if (ast.params.length > 0 || ast.distinct) throw scope.error(`'${name}' is no aggregate.`, ast.at)
  return withDates(ast, args, env) ?? comparedJson(ast, args, env) ?? apply(ast, found, args, env)
}

function unknownFunction({ name, at }: PlainCall, scope: Scope) {
  const near = nearest(name, [...Object.keys(FUNCTIONS), ...AGGREGATE_NAMES])
  const hint = near === undefined ? '' : ` Did you mean: ${near}(...)?`
  return scope.error(`Unsupported function call '${name}(...)'${hint && `.${hint}`}`, at)
}

/** Arrays, tuples and maps are compared part by part. */
function comparedJson(ast: PlainCall, args: readonly Typed[], { scope }: Env): Typed | undefined {
  const op = COMPARISONS.get(ast.name)
  const [a, b] = args
  if (!op || !a || !b || args.length !== 2) return undefined
  if (![a, b].some(({ type }) => typeof type === 'object' || LISTS.includes(type))) return undefined
  if (a.type === b.type && (op === '=' || op === '!=')) return undefined
  if ([a, b].some(({ type }) => typeof type !== 'object' && type !== 'null' && !LISTS.includes(type)))
    throw scope.error('An array or a tuple can only be compared with its like.', ast.at)
  const context = functionContext(scope, ast.at)
  const [x, y] = [encode(a, context).json, encode(b, context).json] as const
  if (op === '=') return { expr: isTrue({ kind: 'compare', op, left: x, right: y }), type: 'boolean' }
  if (op === '!=') return { expr: not(isTrue({ kind: 'compare', op: '=', left: x, right: y })), type: 'boolean' }
  const compared: Expr = { kind: 'compare', op, left: invoke('jsonOrder', x), right: invoke('jsonOrder', y) }
  return { expr: isTrue(compared), type: 'boolean' }
}

const LISTS: readonly ValueType[] = ['texts', 'numbers', 'instants']
const COMPARISONS: ReadonlyMap<string, Compare['op']> = new Map([
  ['equals', '='],
  ['notEquals', '!='],
  ['less', '<'],
  ['lessOrEquals', '<='],
  ['greater', '>'],
  ['greaterOrEquals', '>='],
])

/** Rows are joined with the elements of the array; those of an array over a group are rows of their own. */
function bindArrayJoin(ast: PlainCall, env: Env): Typed {
  const [of] = ast.args
  if (!of || ast.args.length !== 1) throw env.scope.error("Function 'arrayJoin' expects 1 argument", ast.at)
  const typed = bind(of, env)
  if (typed.type === 'ids') return apply(ast, FUNCTIONS.arrayJoin as FunctionRule, [typed], env)
  if (env.place === 'inside' || env.place === 'outside')
    throw env.scope.error('arrayJoin cannot be used inside of an aggregate.', ast.at)
  const array = toArray(typed, functionContext(env.scope, of.at))
  const element = isArray(array.type) ? array.type.of : array
  if (hasWindow(array.expr)) throw env.scope.error('arrayJoin cannot be used over a window function.', of.at)
  if (hasAggregateExpr(array.expr)) return decode(invoke('elements', array.expr), element)
  const source = env.scope.arrayJoin(JSON.stringify(array.expr), [array.expr])
  return decode(column(source.alias, 'value_1'), element)
}

function bindIdiom({ fn, gives, args }: FoundIdiom, at: number, env: Env): Typed {
  const typed = args.map(({ ast, type }) => coerce(bind(ast, env), type, functionContext(env.scope, ast.at)))
  const expr = call(fn, ...typed.map((arg) => arg.expr))
  checkSize(expr, at, env)
  const idOf = gives === 'ids' ? typed.find((arg) => arg.idOf)?.idOf : undefined
  return { expr, type: gives, ...(idOf ? { idOf } : {}) }
}

/** `list[1]` */
function bindElement(ast: PlainCall, env: Env): Typed {
  const [list, index] = ast.args
  if (!list || !index || ast.args.length !== 2)
    throw env.scope.error('An array is read at a whole number: list[1].', ast.at)
  const of = bind(list, env)
  const { expr, type } = of
  const array = Object.values(ARRAYS).find((each) => each.type === type)
  const isConstant = index.kind === 'literal' && typeof index.value === 'number' && Number.isInteger(index.value)
  if (!array || !isConstant || (env.place === 'query' && expr.kind !== 'column')) {
    const found = Object.hasOwn(FUNCTIONS, 'arrayElement') ? FUNCTIONS.arrayElement : undefined
    if (!found) throw env.scope.error('An array is read at a whole number: list[1].', ast.at)
    return apply(ast, found, [of, bind(index, env)], env)
  }
  return { expr: call('element', expr, value(index.value, 'int')), type: array.item }
}

/** Dates, numbers and intervals that are added and subtracted. */
function withDates(ast: PlainCall, args: readonly Typed[], env: Env): Typed | undefined {
  const made = dateArithmetic(ast.name, args, functionContext(env.scope, ast.at))
  return made && sized(made, ast, env)
}

function bindAggregateCall(ast: PlainCall, env: Env): Typed {
  const { scope, place } = env
  const found = aggregateRule(ast, env)
  if (place === 'row') throw scope.error(`Aggregation '${ast.name}' cannot be used here.`, ast.at)
  if (place === 'inside')
    throw scope.error(`Aggregation '${ast.name}' cannot be nested inside another aggregation.`, ast.at)
  const inside: Env = { ...env, place: 'inside' }
  const args = ast.args.map((arg) => bind(arg, inside))
  return apply(ast, found, args, inside)
}

function aggregateRule(ast: PlainCall, { scope }: Env): FunctionRule {
  if (ast.distinct) throw scope.error(`'${ast.name}' takes no DISTINCT.`, ast.at)
  if (ast.name !== 'quantile') return AGGREGATES[ast.name] as FunctionRule
  const [level] = ast.params
  if (ast.params.length !== 1 || level?.kind !== 'literal' || typeof level.value !== 'number' || level.value > 1)
    throw scope.error('quantile takes a number from 0 to 1 first: quantile(0.9)(x).', ast.at)
  const q = value(level.value, 'float')
  return rule(1, 1, ['float'], ([of = q]) => ({ expr: call('quantile', q, of), type: 'float' }))
}

function apply(ast: PlainCall, found: FunctionRule, args: readonly Typed[], env: Env): Typed {
  const { scope } = env
  const { min, max, takes, build } = found
  if (args.length < min || args.length > max) {
    const expected = min === max ? `${min} argument${min === 1 ? '' : 's'}` : `between ${min} and ${max} arguments`
    throw scope.error(`Function '${ast.name}' expects ${expected}, found ${args.length}`, ast.at)
  }
  const wanted = args.map((_, i) => takes[Math.min(i, takes.length - 1)] ?? 'any')
  const common = commonType(
    args.filter((_, i) => wanted[i] === 'same' || wanted[i] === 'compared'),
    wanted.includes('compared'),
  )
  const fitted = args.map((typed, i) =>
    nullableAs(typed, fit(typed, wanted[i] ?? 'any', common, functionContext(scope, ast.args[i]?.at ?? ast.at))),
  )
  const result = build(
    fitted.map(({ expr }) => expr),
    fitted.map(({ type }) => type),
    functionContext(scope, ast.at),
    fitted,
  )
  checkSize(result.expr, ast.at, env)
  const isNullable = mayBeNull(found, fitted)
  // an instant looks as the one it was made of
  const format = result.type === 'instant' && fitted.find((typed) => typed.format)?.format
  const idOf = result.type === 'id' || result.type === 'ids' ? kindOfIds(fitted, ast, env) : undefined
  const zone = result.type === 'instant' && fitted.find((typed) => typed.zone)?.zone
  return {
    ...(format ? { format } : {}),
    ...(zone ? { zone } : {}),
    ...(idOf ? { idOf } : {}),
    ...(isNullable ? { isNullable } : {}),
    ...result,
  }
}

/** What was null is null as another type, and so is a text that is none of them. */
function nullableAs(typed: Typed, fitted: Typed): Typed {
  const isUnread = typed.type === 'text' && fitted.type !== 'text' && fitted.expr.kind !== 'value'
  const mayBe = typed.isNullable || typed.type === 'null' || isUnread
  return mayBe && !fitted.isNullable ? { ...fitted, isNullable: true } : fitted
}

function mayBeNull({ nulls }: FunctionRule, args: readonly Typed[]): boolean {
  const mayBe = ({ isNullable, type }: Typed) => isNullable === true || type === 'null'
  if (nulls === 'all') return args.every(mayBe)
  return nulls === 'always' || (nulls !== 'never' && args.some(mayBe))
}

/** Throws a 400 if sets of several kinds of ids stand together. */
function kindOfIds(args: readonly Typed[], { name, at }: PlainCall, { scope }: Env): string | undefined {
  const kinds = [...new Set(args.map(({ idOf }) => idOf).filter((idOf) => idOf !== undefined))]
  if (kinds.length > 1) throw scope.error(`'${name}' expects ids of one kind.`, at)
  return kinds[0]
}

/** Constants of one type are one list; null among them is a value like others. */
function bindIn(ast: PlainCall, env: Env): Typed {
  const [left, right] = ast.args
  if (!left || !right || ast.args.length !== 2) throw env.scope.error("'in' expects 2 arguments", ast.at)
  const of = bind(left, env)
  if (right.kind === 'subquery') return bindInQuery(of, right.query, left.at, right.at, env)
  const within = right.kind === 'list' ? undefined : bind(right, env)
  if (within && (typeof within.type === 'object' || LISTS.includes(within.type)))
    return bindInArray(ast, of, within, env)
  const lists = new Map<ValueType, { expr: Expr; list: List }>()
  const others: Expr[] = []
  for (const item of right.kind === 'list' ? right.items : [right]) {
    const is = bind(item, env)
    if ([of, is].some(({ type }) => typeof type === 'object' || LISTS.includes(type))) {
      const same = comparedJson({ ...ast, name: 'equals' }, [of, is], env)
      others.push((same ?? apply(ast, FUNCTIONS.equals as FunctionRule, [of, is], env)).expr)
      continue
    }
    const common = commonType([of, is], true)
    const { expr, type } = coerce(is, common, functionContext(env.scope, item.at))
    if (expr.kind === 'value' && expr.value !== null && type !== 'id' && type !== 'null') {
      const values = [...(lists.get(type)?.list.values ?? []), expr.value]
      const compared = coerce(of, common, functionContext(env.scope, left.at)).expr
      lists.set(type, { expr: compared, list: { kind: 'list', type: nullType(type), values } })
    } else others.push(apply(ast, FUNCTIONS.equals as FunctionRule, [of, is], env).expr)
  }
  const found = [...lists.values()].map(({ expr, list }) => isTrue({ kind: 'in', expr, list }))
  const any = [...found, ...others]
  const result = any.length === 0 ? value(false, 'boolean') : or(...any)
  checkSize(result, ast.at, env)
  return { expr: result, type: 'boolean' }
}

/** One of the elements of an array, or of the parts of a tuple. */
function bindInArray(ast: PlainCall, of: Typed, within: Typed, env: Env): Typed {
  const context = functionContext(env.scope, ast.at)
  const { json } = encode(within, context)
  const { type } = within
  const info = isArray(type) ? type.of : undefined
  const wanted = info && typeof info.type === 'string' && of.type !== 'null' ? as(of, info, context) : of
  return { expr: isTrue(invoke('jsonHas', json, encode(wanted, context).json)), type: 'boolean' }
}

/** Null is a value like others, on both sides. */
function bindInQuery(of: Typed, ast: PlainQueryAst, at: number, queryAt: number, env: Env): Typed {
  const bound = bindSubquery(ast, queryAt, env)
  const { column: own } = bound
  const context = functionContext(env.scope, at)
  const isOneKind = of.type === own.type && of.idOf === own.idOf
  const type = isOneKind ? of.type : commonType([of, { ...own, expr: of.expr }], true)
  const isList = ({ type: each }: ValueInfo) => typeof each === 'object' || LISTS.includes(each)
  if (isList(of) !== isList(own)) throw env.scope.error('An array or a tuple can only be compared with its like.', at)
  if (isList(of)) {
    const query = mapColumn(bound.query, (e) => encode({ ...own, expr: e }, context).json)
    const found: Expr = { kind: 'inQuery', expr: encode(of, context).json, query, isLarge: true }
    return { expr: isTrue(found), type: 'boolean' }
  }
  const same = comparedIds(of, own)
  const expr = isOneKind ? same(of.expr) : coerce(of, type, context).expr
  const query = mapColumn(bound.query, (e) => (isOneKind ? same(e) : coerce({ ...own, expr: e }, type, context).expr))
  const found: Expr = { kind: 'inQuery', expr, query, isLarge: true }
  if (!of.isNullable && of.type !== 'null') return { expr: isTrue(found), type: 'boolean' }
  if (!own.isNullable && own.type !== 'null') return { expr: isTrue(found), type: 'boolean' }
  const hasNull: Expr = { kind: 'inQuery', expr: value(true, 'boolean'), query: mapColumn(query, isNull) }
  return { expr: or(isTrue(found), { kind: 'and', args: [isNull(expr), isTrue(hasNull)] }), type: 'boolean' }
}

/** The query with its only column changed. */
function mapColumn(query: Select, change: (e: Expr) => Expr): Select {
  const [only] = query.columns
  assert(only, 'the query has a column')
  return { ...query, columns: [{ ...only, expr: change(only.expr) }] }
}

/** An expression may use a part more than once. */
function checkSize(expr: Expr, at: number, { scope }: Env): void {
  if (isLargerThan(expr, MAX_PARTS)) throw scope.error('The expression is too complex.', at)
}
