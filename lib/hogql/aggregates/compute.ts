/** An aggregate of arguments: a function of the tree where there is one for it, else a function of the array of its rows. */
import { call, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { AggregateFunction } from '../../tree/language.ts'
import { mayBeNaN } from '../number-classes.ts'
import { type FunctionContext, isTrue, type Typed, type ValueInfo } from '../rules.ts'
import { idText, mayBeEmpty, withOwnText } from '../text-ids.ts'
import { arrayOf, decode, defaultOf, encode, invoke, tupleFrom } from '../values.ts'
import { BASES, type Base } from './bases.ts'
import { aggregate, called, collected, element, type Rows } from './rows.ts'

export interface Computed {
  readonly base: Base
  readonly params: readonly number[]
  readonly rows: Rows
  /** `OrNull`, `OrDefault`: what it is of no rows. */
  readonly ofNothing?: 'OrNull' | 'OrDefault'
  readonly context: FunctionContext
}

export function compute(name: string, args: readonly Typed[], of: Computed): Typed {
  if (name === 'simpleLinearRegression')
    return tupleFrom(
      ['slope', 'intercept'].map((part) => compute(part, args, { ...of, base: BASES.get(part) as Base })),
      of.context,
    )
  if (name === 'windowFunnel') return windowFunnel(args, of)
  if (name === 'quantiles') return quantiles(args, of)
  const plain = plainCall(args, of)
  if (plain) return plain
  const own = args.map((arg) => (of.rows.over ? idText : withOwnText)(arg, of.context))
  const infos = () => own.map((arg) => element(arg, of.context).info)
  return inTree(own, of) ?? ofItems(infos(), collected(own, of.rows, of.context), of)
}

/** Some stand in the tree for themselves: insights are made of them. */
function plainCall([arg]: readonly Typed[], of: Computed): Typed | undefined {
  const { base, params, rows, ofNothing } = of
  if (rows.filter || rows.over || rows.distinct || ofNothing || params.length > 0) return undefined
  const mayBeNull = arg?.isNullable || arg?.type === 'null'
  const give = (expr: Expr): Typed => ({ ...given(base, arg ? [arg] : [], []), expr })
  switch (base.fn) {
    case 'count':
      return arg ? undefined : give(call('toFloat', call('countAll')))
    case 'sum':
      return arg && mayBeNull ? give(call('numberSum', arg.expr)) : undefined
    case 'avg':
      return arg && give(call('numberAvg', arg.expr))
    case 'quantile':
      return arg && base.levels ? give(call('quantile', value(0.5, 'float'), number(arg.expr))) : undefined
    case 'groupUniqArray':
      if (arg?.type === 'float' || arg?.type === 'int') return { type: 'numbers', expr: call('numberList', arg.expr) }
      return arg?.type === 'id' && isActor(arg) && !mayBeEmpty(arg)
        ? { type: 'ids', expr: call('idSet', arg.expr), ...(arg.idOf ? { idOf: arg.idOf } : {}) }
        : undefined
    default:
      return undefined
  }
}

/** Persons and groups can be told by their ids alone. */
const isActor = ({ idOf = '' }: Typed): boolean => idOf === 'person' || idOf.startsWith('group_')

/** What is known of the result. */
function given(base: Base, infos: readonly ValueInfo[], params: readonly number[]): ValueInfo {
  const { isNullable: _, ...info } = base.gives(infos, params)
  const mayBeNull = base.ofNothing !== 'never' && infos.some((each) => each.isNullable || each.type === 'null')
  return mayBeNull && typeof info.type === 'string' ? { ...info, isNullable: true } : info
}

/** Where rows that are the same say nothing new. */
const REPEATED: readonly AggregateFunction[] = [
  'min',
  'max',
  'any',
  'uniq',
  'groupUniqArray',
  'every',
  'some',
  'groupBitAnd',
  'groupBitOr',
]
const DISTINCT: readonly AggregateFunction[] = [
  'count',
  'sum',
  'avg',
  'groupArray',
  'groupConcat',
  'stddevPop',
  'stddevSamp',
  'varPop',
  'varSamp',
]

function inTree(args: readonly Typed[], of: Computed): Typed | undefined {
  const { base, params, rows, context } = of
  const { fn, orders } = base
  const key = orders === undefined ? undefined : args[orders]
  if (!fn || (rows.over && !base.standsOverWindows)) return undefined
  if (key && orders === 0 && typeof key.type === 'object') return undefined
  const isDistinct = rows.distinct && !REPEATED.includes(fn)
  if (isDistinct && (rows.over || args.length !== 1 || !DISTINCT.includes(fn))) return undefined
  const isArray = fn === 'groupArray' || fn === 'groupUniqArray'
  const levels = base.levels ?? (isArray ? [] : params)
  const exprs = args.map((arg) =>
    isArray
      ? element(arg, context).expr
      : arg === key
        ? orderKey(arg, context)
        : levels.length > 0
          ? number(arg.expr)
          : arg.expr,
  )
  const infos = isArray || (orders === 0 && key?.type === 'id') ? args.map((arg) => element(arg, context).info) : args
  const info = given(base, infos, params)
  const name = fn === 'sum' && (info.isNullable || of.ofNothing === 'OrNull') ? 'sumOrNull' : ofBooleans(fn, key)
  const node = aggregate(name, [...exprs, ...levels.map((level) => value(level, 'float'))], {
    ...rows,
    distinct: isDistinct,
  })
  return finished({ ...info, expr: isArray ? sized(node, params) : node }, of)
}

const ofBooleans = (fn: AggregateFunction, key: Typed | undefined): AggregateFunction =>
  key?.type === 'boolean' && fn === 'min' ? 'every' : key?.type === 'boolean' && fn === 'max' ? 'some' : fn

/** NaN has no place among numbers. */
const number = (e: Expr): Expr => (mayBeNaN(e) ? invoke('comparable', e) : e)

/** What the order of a value is the order of. */
function orderKey(typed: Typed, context: FunctionContext): Expr {
  const { expr, type } = typed
  if (typeof type === 'object') return invoke('jsonOrder', expr)
  if (type === 'text') return call('byCodePoint', expr)
  return type === 'id' ? call('byCodePoint', element(typed, context).expr) : number(expr)
}

const sized = (list: Expr, params: readonly number[]): Expr =>
  params[0] === undefined ? invoke('boundedList', list) : invoke('firstElements', list, value(params[0], 'float'))

/** The aggregate of the elements of an array, of which so much is known. */
export function ofItems(infos: readonly ValueInfo[], items: Expr, of: Computed): Typed {
  const { base, params, context } = of
  const { name, info } = named(infos, of)
  const json = called(name, items, base.levels ?? params)
  if (!base.collected) throw context.error('This aggregate can stand over the rows of a group alone.')
  const isArray =
    typeof info.type === 'object' && params.length > 0 && name.startsWith('group') && !name.includes('Moving')
  return finished(decode(isArray ? sized(json, params) : json, info), of)
}

/** What the aggregate of elements is called, and what it gives. */
export function named(infos: readonly ValueInfo[], { base, params, context, ofNothing }: Computed) {
  for (const [i, info] of infos.entries()) {
    const takes = base.takes[Math.min(i, base.takes.length - 1)]
    if (takes === 'number' && info.type !== 'float' && info.type !== 'null')
      throw context.error('The elements are no numbers.')
  }
  const info = given(base, infos, params)
  const isNull = info.isNullable || ofNothing === 'OrNull'
  return { name: base.collected === 'sum' && isNull ? 'sumOrNull' : (base.collected ?? ''), info }
}

/** What becomes of no rows. */
function finished(result: Typed, { base, ofNothing }: Computed): Typed {
  const { expr, type, isNullable } = result
  if (typeof type === 'object') return result
  if (ofNothing === 'OrNull') {
    const isCount = base.ofNothing === 'never' && type === 'float'
    return { ...result, isNullable: true, expr: isCount ? call('nullIf', expr, value(0, 'float')) : expr }
  }
  const isSum = expr.kind === 'aggregate' && expr.fn === 'sum'
  const hasDefault = base.ofNothing === 'zero' ? !isSum : ofNothing === 'OrDefault' && base.ofNothing === 'null'
  if (isNullable || !hasDefault) return result
  return { ...result, expr: type === 'boolean' ? isTrue(expr) : call('coalesce', expr, defaultOf(result).expr) }
}

function quantiles(args: readonly Typed[], of: Computed): Typed {
  const base = BASES.get('quantile') as Base
  const each = of.params.map((level) => compute('quantile', args, { ...of, base, params: [level] }))
  const json = each.map((one) => encode(one, of.context).json)
  return { expr: invoke('jsonArray', ...json), type: arrayOf({ type: 'float' }) }
}

/** A row is its time and the number that has a bit for each step that it is. */
function windowFunnel([at, ...steps]: readonly Typed[], { params, rows, context }: Computed): Typed {
  const [seconds = 0] = params
  if (!at) throw context.error('windowFunnel takes a time first.')
  const time: Expr = at.type === 'instant' ? call('epoch', at.expr) : at.expr
  const bits = steps.map(
    ({ expr }, i): Expr => ({
      kind: 'if',
      condition: expr,
      whenTrue: value(2 ** i, 'float'),
      whenFalse: value(0, 'float'),
    }),
  )
  const mask = bits.reduce((sum, bit) => call('add', sum, bit))
  const items = collected(
    [
      { expr: time, type: 'float' },
      { expr: mask, type: 'float' },
    ],
    rows,
    context,
  )
  return { expr: invoke('windowFunnel', items, value(seconds, 'float')), type: 'float', number: 'UInt8' }
}
