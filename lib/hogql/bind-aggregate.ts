/** Calls of aggregates in a query: which rows count, what the parts of the name say, what is refused. */
import { and } from '../tree/build.ts'
import type { Expr, WindowOver } from '../tree/expr.ts'
import { BASES, type Base } from './aggregates/bases.ts'
import { type Computed, compute } from './aggregates/compute.ts'
import { type AggregateName, parseAggregateName } from './aggregates/names.ts'
import { taken } from './aggregates/rows.ts'
import { computeShape, extraArguments, type Shape } from './aggregates/shapes.ts'
import { hasAggregate, hasWindow } from './aggregation.ts'
import { bind, type Env, functionContext } from './bind.ts'
import { asCondition } from './bound-conditions.ts'
import { coerce } from './coerce.ts'
import type { Typed } from './rules.ts'
import { callOf, type PlainAst, type PlainCall } from './syntax.ts'

/** Throws a 400 for a call that is not as the aggregate asks. */
export function bindAggregate(written: PlainCall, env: Env, over?: WindowOver): Typed {
  const { scope, place } = env
  const ast = separated(written)
  const name = parseAggregateName(ast.name)
  const base = name && BASES.get(name.base)
  if (!name || !base) throw scope.error(`Unsupported function call '${ast.name}(...)'.`, ast.at)
  if (place === 'row') throw scope.error(`Aggregation '${ast.name}' cannot be used here.`, ast.at)
  if (place === 'inside')
    throw scope.error(
      `Aggregation '${ast.name}' cannot be nested inside another aggregation${env.aggregation ? ` '${env.aggregation}'` : ''}.`,
      ast.at,
    )
  if (name.base === 'json_agg')
    return bind(
      callOf<PlainAst>('toJSONString', ast.at, { ...ast, name: ast.name.replace('json_agg', 'groupArray') }),
      env,
    )
  const args = ast.args.map((arg) => bindArgument(arg, ast, env, over !== undefined))
  return computed(ast, name, base, args, env, over)
}

/** `groupConcat(', ')(x)` as `string_agg(x, ', ')`. */
function separated(ast: PlainCall): PlainCall {
  if (!ast.name.startsWith('groupConcat')) return ast
  const [of, ...more] = ast.args
  const separator: PlainAst = ast.params[0] ?? { kind: 'literal', value: '', at: ast.at }
  return {
    ...ast,
    name: ast.name.replace('groupConcat', 'string_agg'),
    params: [],
    args: of ? [of, separator, ...more] : [],
  }
}

/** A window stands over groups, and over their aggregates. */
function bindArgument(arg: PlainAst, ast: PlainCall, env: Env, isWindow: boolean): Typed {
  const typed = bind(arg, isWindow ? env : { ...env, place: 'inside', aggregation: ast.name })
  if (hasWindow(typed.expr))
    throw env.scope.error('A window function cannot stand inside of another or of an aggregate.', arg.at)
  if (!isWindow && hasAggregate(typed.expr))
    throw env.scope.error(`An aggregate cannot be nested inside another aggregation '${ast.name}'.`, arg.at)
  return typed
}

function computed(
  ast: PlainCall,
  name: AggregateName,
  base: Base,
  all: readonly Typed[],
  env: Env,
  over?: WindowOver,
): Typed {
  const context = functionContext(env.scope, ast.at)
  const { suffixes } = name
  const conditions = suffixes.filter((suffix) => suffix === 'If').length
  const shapes = suffixes.filter((suffix): suffix is Shape => SHAPES.includes(suffix))
  const [shape] = shapes
  if (shapes.length > 1) throw context.error(`Unsupported function call '${ast.name}(...)'.`)
  checkArguments(ast, base, shape, conditions, env)
  const args = all.slice(0, all.length - conditions)
  const filters = all.slice(args.length).map((typed) => asCondition(coerce(typed, 'boolean', context).expr))
  const ofNothing = suffixes.findLast((suffix) => suffix === 'OrNull' || suffix === 'OrDefault')
  const of: Computed = {
    base,
    params: paramsOf(ast, base, env),
    rows: {
      distinct: ast.distinct || suffixes.includes('Distinct'),
      ...(filters.length > 0 ? { filter: and(...filters) as Expr } : {}),
      ...(over ? { over } : {}),
    },
    ...(ofNothing ? { ofNothing } : {}),
    context,
  }
  if (shape) return computeShape(shape, name.base, args, of)
  const fitted = args.map((arg, i) =>
    taken(
      arg,
      base.takes[Math.min(i, base.takes.length - 1)] ?? 'any',
      functionContext(env.scope, ast.args[i]?.at ?? ast.at),
    ),
  )
  return compute(name.base, fitted, of)
}

const SHAPES: readonly string[] = ['ArgMin', 'ArgMax', 'Array', 'ForEach', 'Map', 'State', 'Merge']

function checkArguments(ast: PlainCall, base: Base, shape: Shape | undefined, conditions: number, env: Env): void {
  const extra = extraArguments(shape)
  const isMerge = shape === 'Merge'
  const min = (isMerge ? 1 : base.min) + extra.least + conditions
  const max = (isMerge ? 1 : base.max) + extra.most + conditions
  const found = ast.args.length
  if (found >= min && found <= max) return
  const expected = min === max ? `${min} argument${min === 1 ? '' : 's'}` : `between ${min} and ${max} arguments`
  throw env.scope.error(`Aggregation '${ast.name}' requires ${expected}, found ${found}`, ast.at)
}

function paramsOf(ast: PlainCall, { params }: Base, { scope }: Env): number[] {
  const { min, max, least, most } = params ?? { min: 0, max: 0, least: 0, most: 0 }
  const found = ast.params.length
  if (found < min || found > max) {
    const expected = min === max ? `${min} parameter${min === 1 ? '' : 's'}` : `between ${min} and ${max} parameters`
    throw scope.error(`Aggregation '${ast.name}' requires ${expected} in brackets of their own, found ${found}`, ast.at)
  }
  return ast.params.map((param) => {
    const number = param.kind === 'literal' ? param.value : null
    if (typeof number !== 'number' || number < least || number > most || (most > 1 && !Number.isInteger(number)))
      throw scope.error(
        `Aggregation '${ast.name}' takes a number from ${least} to ${most} first: ${ast.name}(${least})(x).`,
        param.at,
      )
    return number
  })
}
