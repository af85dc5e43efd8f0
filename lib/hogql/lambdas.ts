/** Calls with lambdas: `arrayMap(x -> x * 2, [1, 2])` (docs/hogql-values.md). */

import { isAggregate, isWindow } from '../tree/aggregates.ts'
import { call, column, value } from '../tree/build.ts'
import type { Expr, LambdaCall } from '../tree/expr.ts'
import type { LambdaFunction } from '../tree/language.ts'
import { children, some } from '../tree/walk.ts'
import { asCondition } from './bound-conditions.ts'
import { coerce } from './coerce.ts'
import { orDefault, partsOf } from './elements.ts'
import { growsLittle } from './growth.ts'
import { boolean, type FunctionContext, type Typed, type ValueInfo, type ValueType } from './rules.ts'
import type { Scope } from './scope.ts'
import type { LambdaOf, PlainAst, PlainCall } from './syntax.ts'
import { arrayOf, as, decode, encode, infoOf, invoke, isMap, isTuple, mapOf } from './values.ts'

/** What a lambda may see of the binder that it is a part of. */
export interface LambdaEnv {
  readonly scope: Scope
  readonly bind: (ast: PlainAst, scope: Scope) => Typed
  readonly context: (at: number) => FunctionContext
}
/** The elements that a lambda is called with: those of arrays in step. */
interface Walk {
  readonly alias: string
  readonly arrays: readonly Expr[]
  readonly infos: readonly ValueInfo[]
  readonly of: Typed
  /** Computed for each element; the element itself if there is no lambda. */
  readonly body: Typed
  readonly context: FunctionContext
}
type Build = (walk: Walk) => Typed

const walked = (fn: LambdaFunction, { alias, arrays }: Walk, body: Expr): LambdaCall => ({
  kind: 'lambda',
  fn,
  alias,
  arrays,
  body,
})
const condition = (fn: LambdaFunction, walk: Walk): LambdaCall =>
  walked(fn, walk, asCondition(coerce(walk.body, 'boolean', walk.context).expr))
const firstInfo = ({ infos }: Walk): ValueInfo => infos[0] ?? { type: 'null' }

/** The elements of the first array that pass, or in another order; those of a map are its pairs. */
const chosen =
  (fn: LambdaFunction): Build =>
  (walk) => ({ expr: condition(fn, walk), type: isMap(walk.of.type) ? walk.of.type : arrayOf(firstInfo(walk)) })
const counted =
  (fn: LambdaFunction): Build =>
  (walk) => ({ expr: condition(fn, walk), type: 'float', number: 'UInt32' })
const tested =
  (fn: LambdaFunction): Build =>
  (walk) =>
    boolean(condition(fn, walk))
const found =
  (fn: LambdaFunction, isNull: boolean): Build =>
  (walk) => {
    const info = firstInfo(walk)
    const element = decode(condition(fn, walk), info)
    return isNull ? { ...element, isNullable: true } : orDefault(element, info)
  }
const split =
  (fn: LambdaFunction): Build =>
  (walk) => ({ expr: condition(fn, walk), type: arrayOf({ type: arrayOf(firstInfo(walk)) }) })

const map: Build = (walk) => {
  const { json, info } = encode(walk.body, walk.context)
  const isSmall = info.type === 'float' || info.type === 'boolean' || info.type === 'instant' || growsLittle(json)
  const item = isSmall ? json : invoke('jsonWithin', json, column(walk.alias, 'index'))
  return { expr: walked('arrayMap', walk, item), type: arrayOf(info) }
}

const total =
  (fn: LambdaFunction): Build =>
  (walk) => {
    const { number } = walk.body
    const whole = number && (number === 'Int64' ? number : ('UInt64' as const))
    const expr = walked(fn, walk, numberOf(walk))
    return fn === 'arraySum' && whole ? { expr, type: 'float', number: whole } : { expr, type: 'float' }
  }
/** Of nothing it is 0. */
const average: Build = (walk) => ({
  expr: call('coalesce', walked('arrayAvg', walk, numberOf(walk)), value(0, 'float')),
  type: 'float',
})

function numberOf({ body, context }: Walk): Expr {
  if (body.type === 'text') throw context.error('This should be an array of numbers.')
  return coerce(body, 'float', context).expr
}

/** What values are ordered by. */
function orderOf({ type, expr }: Typed, context: FunctionContext): Expr {
  if (type === 'text') return call('byCodePoint', expr)
  if (typeof type === 'object') return invoke('jsonOrder', expr)
  return type === 'boolean' ? coerce({ expr, type }, 'float', context).expr : expr
}

const sorted =
  (fn: LambdaFunction): Build =>
  (walk) => ({
    expr: walked(fn, walk, orderOf(comparable(walk), walk.context)),
    type: arrayOf(firstInfo(walk)),
  })

function comparable({ body, context }: Walk): Typed {
  return typeof body.type === 'string' && !ORDERED.includes(body.type) ? coerce(body, 'text', context) : body
}
const ORDERED: readonly ValueType[] = ['text', 'float', 'int', 'boolean', 'instant', 'null']

const extreme =
  (fn: 'arrayMin' | 'arrayMax'): Build =>
  (walk) => {
    const { json, info } = encode(walk.body, walk.context)
    if (typeof info.type === 'object') {
      const inOrder = walked(
        'arraySort',
        { ...walk, arrays: [walked('arrayMap', walk, json)] },
        invoke('jsonOrder', column(walk.alias, 'value_1')),
      )
      return orDefault(decode(invoke('jsonElement', inOrder, value(fn === 'arrayMin' ? 1 : -1, 'float')), info), info)
    }
    const key = decode(json, info)
    return orDefault(decode(walked(fn, walk, orderOf(key, walk.context)), info), info)
  }

const apply: Build = (walk) => {
  const { type } = walk.body
  if (!isTuple(type) || type.of.length !== 2) throw walk.context.error('mapApply gives pairs: (k, v) -> (k, v + 1).')
  return {
    expr: walked('arrayMap', walk, walk.body.expr),
    type: mapOf(type.of[0] as ValueInfo, type.of[1] as ValueInfo),
  }
}

/** What a name is called with, and whether it needs a lambda. */
const LAMBDAS: ReadonlyMap<string, { readonly build: Build; readonly isOptional?: boolean }> = new Map([
  ['arrayMap', { build: map }],
  ['arrayFilter', { build: chosen('arrayFilter') }],
  ['arrayFill', { build: chosen('arrayFill') }],
  ['arrayReverseFill', { build: chosen('arrayReverseFill') }],
  ['arraySplit', { build: split('arraySplit') }],
  ['arrayReverseSplit', { build: split('arrayReverseSplit') }],
  ['arrayFirst', { build: found('arrayFirst', false) }],
  ['arrayLast', { build: found('arrayLast', false) }],
  ['arrayFirstOrNull', { build: found('arrayFirst', true) }],
  ['arrayLastOrNull', { build: found('arrayLast', true) }],
  ['arrayFirstIndex', { build: counted('arrayFirstIndex') }],
  ['arrayLastIndex', { build: counted('arrayLastIndex') }],
  ['arrayCount', { build: counted('arrayCount'), isOptional: true }],
  ['arrayExists', { build: tested('arrayExists'), isOptional: true }],
  ['arrayAll', { build: tested('arrayAll'), isOptional: true }],
  ['arraySum', { build: total('arraySum'), isOptional: true }],
  ['arrayAvg', { build: average, isOptional: true }],
  ['arrayMin', { build: extreme('arrayMin'), isOptional: true }],
  ['arrayMax', { build: extreme('arrayMax'), isOptional: true }],
  ['arraySort', { build: sorted('arraySort'), isOptional: true }],
  ['arrayReverseSort', { build: sorted('arrayReverseSort'), isOptional: true }],
  ['mapFilter', { build: chosen('arrayFilter') }],
  ['mapApply', { build: apply }],
])

/** Functions without lambdas of their own: what the lambda gives is their array. */
const OF_MAPPED = ['arrayCumSum', 'arrayCumSumNonNegative', 'arrayDifference', 'arrayProduct', 'arrayCompact']

/** Undefined for a call that needs no lambda and has none of elements. */
export function bindLambda(ast: PlainCall, env: LambdaEnv): Typed | undefined {
  if (ast.name === 'arrayFold') return bindFold(ast, env)
  const known = LAMBDAS.get(ast.name)
  if (!known) return undefined
  const [lambda, arrays] = argumentsOf(ast, env, known.isOptional ?? false)
  const inputs = arrays.map((array) => env.bind(array, env.scope))
  // what the tree holds as a list or set of numbers of its own has functions of its own
  if (!lambda && inputs.some(({ type, elements }) => type === 'numbers' && !elements)) return undefined
  return known.build(walkOf(ast, lambda, inputs, env))
}

/** `arrayCumSum(x -> x * 2, list)` as `arrayCumSum(arrayMap(x -> x * 2, list))`. */
export function withMapped(ast: PlainCall): PlainCall {
  const [lambda] = ast.args
  if (lambda?.kind !== 'lambda' || !OF_MAPPED.includes(ast.name)) return ast
  return { ...ast, args: [{ ...ast, name: 'arrayMap' }] }
}

function argumentsOf(
  ast: PlainCall,
  { scope }: LambdaEnv,
  isOptional: boolean,
): [LambdaOf<PlainAst> | undefined, readonly PlainAst[]] {
  const [first, ...rest] = ast.args
  if (first?.kind === 'lambda') {
    if (rest.length === 0) throw scope.error(`Function '${ast.name}' expects an array behind its lambda.`, ast.at)
    return [first, rest]
  }
  if (!isOptional)
    throw scope.error(`Function '${ast.name}' expects a lambda first: ${ast.name}(x -> x, list).`, ast.at)
  if (ast.args.length !== 1) throw scope.error(`Function '${ast.name}' expects a lambda before several arrays.`, ast.at)
  return [undefined, ast.args]
}

/** No alias of a text has a blank at its end. */
const aliasIn = ({ lambdas }: Scope): string => `each_${lambdas + 1} `

function walkOf(
  ast: PlainCall,
  lambda: LambdaOf<PlainAst> | undefined,
  inputs: readonly Typed[],
  env: LambdaEnv,
): Walk {
  const context = env.context(ast.at)
  const parts = inputs.map((input) => partsOf(input, context))
  const alias = aliasIn(env.scope)
  const infos = parts.map(({ info }) => info)
  const walk = { alias, arrays: parts.map(({ expr }) => expr), infos, of: inputs[0] as Typed, context }
  const values = infos.map((info, i) => decode(column(alias, `value_${i + 1}`), info))
  if (!lambda) return { ...walk, body: values[0] as Typed }
  return { ...walk, body: bindBody(lambda, valuesFor(lambda, values, env), alias, env) }
}

/** A lambda of several names over one array of tuples is called with their parts. */
function valuesFor(
  { names, at }: LambdaOf<PlainAst>,
  values: readonly Typed[],
  { scope }: LambdaEnv,
): readonly Typed[] {
  const [only] = values
  if (names.length === values.length) return values
  if (values.length === 1 && only && isTuple(only.type) && only.type.of.length === names.length)
    return only.type.of.map((info, i) => decode(invoke('jsonElement', only.expr, value(i + 1, 'float')), info))
  throw scope.error(`The lambda takes ${names.length}, and there are ${values.length}.`, at)
}

function bindBody(lambda: LambdaOf<PlainAst>, values: readonly Typed[], alias: string, env: LambdaEnv): Typed {
  const scope = env.scope.inner()
  for (const [i, name] of lambda.names.entries()) scope.addName(name, () => values[i])
  const body = env.bind(lambda.body, scope)
  if (aggregatesIn(body.expr).some((aggregate) => readsElements(aggregate, alias)))
    throw scope.error('An aggregate in a lambda cannot be one of the elements: see arrayReduce.', lambda.body.at)
  return body
}

const aggregatesIn = (e: Expr): readonly Expr[] =>
  isAggregate(e) || isWindow(e) ? [e] : children(e).flatMap(aggregatesIn)
const readsElements = (e: Expr, alias: string): boolean =>
  some(e, (part) => part.kind === 'column' && part.table === alias)

/** `arrayFold((acc, x) -> acc + x, [1, 2], 0)` */
function bindFold(ast: PlainCall, env: LambdaEnv): Typed {
  const [lambda, ...rest] = ast.args
  const first = rest.at(-1)
  const context = env.context(ast.at)
  if (lambda?.kind !== 'lambda' || !first || rest.length < 2 || lambda.names.length !== rest.length)
    throw context.error(
      'arrayFold takes a lambda, arrays and what it begins with: arrayFold((acc, x) -> acc + x, list, 0).',
    )
  const { json, info } = encode(env.bind(first, env.scope), context)
  const parts = rest.slice(0, -1).map((array) => partsOf(env.bind(array, env.scope), context))
  const alias = aliasIn(env.scope)
  const values = parts.map((part, i) => decode(column(alias, `value_${i + 1}`), part.info))
  const body = bindBody(lambda, [decode(column(alias, 'accumulator'), info), ...values], alias, env)
  const next = encode(as(body, info, context), context).json
  const expr: LambdaCall = {
    kind: 'lambda',
    fn: 'arrayFold',
    alias,
    arrays: parts.map((part) => part.expr),
    body: growsLittle(next) || info.type === 'float' ? next : invoke('jsonWithin', next, value(1, 'int')),
    initial: json,
  }
  return {
    ...infoOf(decode(expr, info)),
    ...decode(expr, info),
    isNullable: info.isNullable || body.isNullable || false,
  }
}
