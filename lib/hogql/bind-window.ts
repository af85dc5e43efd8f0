/** Functions over windows: `row_number() over (partition by plan order by at)`. */
import { call, compare, value } from '../tree/build.ts'
import type { Expr, Order, WindowFrame, WindowOver } from '../tree/expr.ts'
import type { WindowFunction } from '../tree/language.ts'
import { isAggregate } from './aggregates/names.ts'
import { aggregate, taken } from './aggregates/rows.ts'
import { hasWindow } from './aggregation.ts'
import { bind, type Env, functionContext } from './bind.ts'
import { bindAggregate } from './bind-aggregate.ts'
import { bindOrder } from './bind-order.ts'
import { coerce } from './coerce.ts'
import type { FunctionContext, Typed } from './rules.ts'
import type { FrameAst, OrderOf, PlainAst, PlainCall, WindowOf } from './syntax.ts'
import { idText, withOwnText } from './text-ids.ts'
import { defaultOf } from './values.ts'

/** Throws a 400 for a function that stands over no window, and for a frame that there is none of. */
export function bindWindow(ast: PlainCall, window: WindowOf<PlainAst>, env: Env): Typed {
  const { scope, place } = env
  if (place === 'row' || place === 'inside')
    throw scope.error(`The window function '${ast.name}' cannot be used here.`, ast.at)
  const latest = bindLatestBefore(ast, window, env)
  if (latest) return latest
  const rule = RULES.get(ast.name)
  const over = bindOver(ast, window, env)
  if (!rule) {
    if (!isAggregate(ast.name)) throw scope.error(`Unsupported window function '${ast.name}(...)'.`, ast.at)
    return bindAggregate(ast, env, over)
  }
  const { min, max, build } = rule
  const found = ast.args.length
  if (found < min || found > max)
    throw scope.error(
      `Function '${ast.name}' expects ${min === max ? min : `between ${min} and ${max}`} arguments, found ${found}`,
      ast.at,
    )
  if (ast.distinct || ast.params.length > 0) throw scope.error(`'${ast.name}' is no aggregate.`, ast.at)
  const context = functionContext(scope, ast.at)
  const args = ast.args.map((arg) => withOwnText(taken(inWindow(bind(arg, env), arg, env), 'any', context), context))
  return build({ name: ast.name as WindowFunction, args, over, context })
}

function inWindow(typed: Typed, { at }: PlainAst, { scope }: Env): Typed {
  if (hasWindow(typed.expr)) throw scope.error('A window function cannot stand inside of another.', at)
  return typed
}

interface WindowCall {
  readonly name: WindowFunction
  readonly args: readonly Typed[]
  readonly over: WindowOver
  readonly context: FunctionContext
}
interface WindowRule {
  readonly min: number
  readonly max: number
  readonly build: (of: WindowCall) => Typed
}

const node = (fn: WindowFunction, args: readonly Expr[], over: WindowOver): Expr => ({
  kind: 'windowFunction',
  fn,
  args,
  over,
})
const wholePartition = ({ partitionBy, orderBy }: WindowOver): WindowOver => ({ partitionBy, orderBy })

const place: WindowRule = {
  min: 0,
  max: 0,
  build: ({ name, over }) => ({ expr: node(name, [], wholePartition(over)), type: 'float', number: 'UInt64' }),
}
const share: WindowRule = {
  ...place,
  build: ({ name, over }) => ({ expr: node(name, [], wholePartition(over)), type: 'float' }),
}

/** The first and the last value that is not null. */
const atEnd = (fn: 'any' | 'anyLast'): WindowRule => ({
  min: 1,
  max: 1,
  build: ({ name, args: [of], over, context }) => {
    const typed = idText(of as Typed, context)
    const { expr, isNullable, type } = typed
    const mayBeNull = isNullable || type === 'null'
    return {
      ...typed,
      expr: mayBeNull ? aggregate(fn, [expr], { distinct: false, over }) : node(name, [expr], over),
    }
  },
})

const RULES: ReadonlyMap<string, WindowRule> = new Map<string, WindowRule>([
  ['row_number', place],
  ['rank', place],
  ['dense_rank', place],
  ['percent_rank', share],
  ['cume_dist', share],
  [
    'ntile',
    {
      min: 1,
      max: 1,
      build: ({ args: [count], over, context }) => {
        const expr = node('ntile', [value(whole(count, 1, context), 'int')], wholePartition(over))
        return { expr, type: 'float', number: 'UInt64' }
      },
    },
  ],
  ['first_value', atEnd('any')],
  ['last_value', atEnd('anyLast')],
  [
    'nth_value',
    {
      min: 2,
      max: 2,
      build: ({ args: [of, at], over, context }) => {
        const typed = idText(of as Typed, context)
        return orDefault({ ...typed, expr: node('nth_value', [typed.expr, value(whole(at, 1, context), 'int')], over) })
      },
    },
  ],
  ['lag', { min: 1, max: 3, build: shifted }],
  ['lead', { min: 1, max: 3, build: shifted }],
  ['lagInFrame', { min: 1, max: 3, build: shiftedInFrame }],
  ['leadInFrame', { min: 1, max: 3, build: shiftedInFrame }],
])

/** Outside of the frame is the default of what is never null. */
const orDefault = (typed: Typed): Typed =>
  typed.isNullable || typed.type === 'null' || typeof typed.type === 'object'
    ? typed
    : { ...typed, expr: call('coalesce', typed.expr, defaultOf(typed).expr) }

/** Of the whole partition; null where there is no such row. */
function shifted({ name, args: [of, by, otherwise], over, context }: WindowCall): Typed {
  const typed = idText(of as Typed, context)
  const rows = by ? [value(whole(by, 0, context), 'int')] : []
  const rest = otherwise ? [coerce(otherwise, typed.type, context).expr] : []
  const isNullable = typed.isNullable || !otherwise || otherwise.isNullable || otherwise.type === 'null'
  return {
    ...typed,
    expr: node(name, [typed.expr, ...rows, ...rest], wholePartition(over)),
    ...(isNullable ? { isNullable } : {}),
  }
}

/** Rows outside of the frame have the third argument, or the default of the type. */
function shiftedInFrame({ name: written, args: [of, by, otherwise], over, context }: WindowCall): Typed {
  const name = (written as string) === 'lagInFrame' ? 'lag' : 'lead'
  const typed = idText(of as Typed, context)
  const rows = whole(by, 0, context)
  const outside = otherwise ? coerce(otherwise, typed.type, context).expr : defaultOf(typed).expr
  const expr = node(name, [typed.expr, value(rows, 'int'), outside], wholePartition(over))
  const reach = reachOf(over, name === 'lag' ? -rows : rows)
  if (reach === undefined)
    throw context.error(`'${written}' stands over frames of rows, or of all rows up to this one.`)
  if (reach === 'always') return { ...typed, expr }
  if (reach === 'never') return { ...typed, expr: outside }
  const here = call('add', node('row_number', [], wholePartition(over)), value(rows, 'float'))
  const last = aggregate('count', [], { distinct: false, over })
  return { ...typed, expr: { kind: 'if', condition: compare(here, '<=', last), whenTrue: expr, whenFalse: outside } }
}

/** Is the row so many rows behind this one inside of the frame? `peers`: if it ties with this one. */
function reachOf({ frame, orderBy }: WindowOver, shift: number): 'always' | 'never' | 'peers' | undefined {
  const { unit, from, to } =
    frame ?? ({ unit: 'range', from: { kind: 'preceding', rows: null }, to: { kind: 'current' } } as const)
  const isWhole = (bound: WindowFrame['from']) => bound.kind !== 'current' && bound.rows === null
  if (isWhole(from) && isWhole(to)) return 'always'
  if (unit !== 'rows') {
    if (!isWhole(from) || to.kind !== 'current') return undefined
    return shift <= 0 || orderBy.length === 0 ? 'always' : 'peers'
  }
  const offset = (bound: WindowFrame['from'], whole: number) =>
    bound.kind === 'current' ? 0 : (bound.kind === 'preceding' ? -1 : 1) * (bound.rows ?? whole)
  const [least, most] = [offset(from, Number.POSITIVE_INFINITY), offset(to, Number.POSITIVE_INFINITY)]
  return least <= shift && shift <= most ? 'always' : 'never'
}

/** A constant; 1 if it is not given. */
function whole(typed: Typed | undefined, least: number, { error }: FunctionContext): number {
  if (!typed) return 1
  const number = typed.expr.kind === 'value' ? typed.expr.value : null
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > 1e9)
    throw error(`How many rows is a whole number from ${least}.`)
  return number
}

function bindOver(ast: PlainCall, window: WindowOf<PlainAst>, env: Env): WindowOver {
  const partitionBy = window.partitionBy.map((by) => inWindow(bind(by, env), by, env).expr)
  const { frame } = window
  const inOrder = () =>
    window.orderBy.map((order) => bindOrder(order, env, inWindow(bind(order.expr, env), order.expr, env)))
  if (!frame) return { partitionBy, orderBy: inOrder() }
  checkFrame(ast, frame, env)
  if (frame.unit === 'range' && [frame.from, frame.to].some(isDistance))
    return { partitionBy, ...rangeOf(ast, window.orderBy, frame, env) }
  return { partitionBy, orderBy: inOrder(), frame }
}

const isDistance = (bound: WindowFrame['from']): boolean => bound.kind !== 'current' && bound.rows !== null

function checkFrame({ at }: PlainCall, { unit, from, to }: FrameAst, { scope }: Env): void {
  const order = (bound: WindowFrame['from']) => ({ preceding: -1, current: 0, following: 1 })[bound.kind]
  const startsAtEnd = from.kind === 'following' && from.rows === null
  const endsAtStart = to.kind === 'preceding' && to.rows === null
  if (startsAtEnd || endsAtStart || order(from) > order(to)) throw scope.error('The frame ends before it starts.', at)
  const isPart = [from, to].some(
    (bound) => bound.kind !== 'current' && bound.rows !== null && !Number.isInteger(bound.rows),
  )
  if (unit !== 'range' && isPart) throw scope.error('A frame has a whole number of rows.', at)
}

/** The distance of two instants is one of seconds, of two dates one of days. */
function rangeOf(
  { at }: PlainCall,
  orders: readonly OrderOf<PlainAst>[],
  frame: FrameAst,
  env: Env,
): Pick<WindowOver, 'orderBy' | 'frame'> {
  const [order, ...more] = orders
  if (!order || more.length > 0) throw env.scope.error('A RANGE frame with a distance has one ORDER BY.', at)
  const typed = inWindow(bind(order.expr, env), order.expr, env)
  const key = distanceKey(typed, env)
  if (!key) throw env.scope.error('A RANGE frame with a distance is ordered by a number or a date.', at)
  const bound: Order = bindOrder(order, env, { ...typed, expr: key, type: 'float' })
  return { orderBy: [bound], frame }
}

function distanceKey({ expr, type, format, zone }: Typed, { scope: { context } }: Env): Expr | undefined {
  if (type === 'float') return expr
  if (type === 'int') return call('toFloat', expr)
  if (type !== 'instant') return undefined
  if (format !== 'date') return call('epoch', expr)
  const start = value('1970-01-01T00:00:00Z', 'instant')
  return call('toFloat', call('dateDiff', value('day', 'text'), start, expr, value(zone ?? context.timezone, 'text')))
}

/**
 * `max(x) over (partition by a order by toUnixTimestamp64Micro(at) range between unbounded preceding and 1 preceding)`: of the
 * rows before this one.
 */
function bindLatestBefore(
  ast: PlainCall,
  { partitionBy, orderBy, frame }: WindowOf<PlainAst>,
  env: Env,
): Typed | undefined {
  const [of] = ast.args
  const [order, ...more] = orderBy
  const [partition, ...others] = partitionBy
  const key = order?.expr
  const isMicroseconds = key?.kind === 'call' && key.name === 'toUnixTimestamp64Micro' && key.args.length === 1
  if (ast.name !== 'max' || !of || !partition || others.length > 0 || more.length > 0) return undefined
  if (!isMicroseconds || order?.descending || !frame || !isBeforeThisInstant(frame)) return undefined
  const value = inWindow(bind(of, env), of, env)
  const at = inWindow(bind(key.args[0] as PlainAst, env), key, env)
  const before: Expr = {
    kind: 'latestBefore',
    of: value.expr,
    partitionBy: inWindow(bind(partition, env), partition, env).expr,
    orderBy: at.expr,
  }
  return { ...value, expr: before, isNullable: true }
}

const isBeforeThisInstant = ({ unit, from, to }: FrameAst): boolean =>
  unit === 'range' && from.kind === 'preceding' && to.kind === 'preceding' && from.rows === null && to.rows === 1
