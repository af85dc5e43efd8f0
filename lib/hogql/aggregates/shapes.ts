/** Aggregates inside of arrays, of the values of maps, of rows at an end, of what was aggregated before. */
import { value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { Typed, ValueInfo } from '../rules.ts'
import { arrayOf, invoke, isArray, isMap, isTuple, mapOf, toArray, tupleOf } from '../values.ts'
import { BASES, type Base } from './bases.ts'
import { type Computed, compute, named, ofItems } from './compute.ts'
import type { Suffix } from './names.ts'
import { collected, parameters, taken } from './rows.ts'

export type Shape = Extract<Suffix, 'Array' | 'ForEach' | 'Map' | 'ArgMin' | 'ArgMax' | 'State' | 'Merge'>

/** How many arguments more a shape takes. */
export const extraArguments = (shape: Shape | undefined): { least: number; most: number } =>
  shape === 'ArgMin' || shape === 'ArgMax' ? { least: 1, most: 1 } : { least: 0, most: shape === 'Map' ? 1 : 0 }

export function computeShape(shape: Shape, name: string, args: readonly Typed[], of: Computed): Typed {
  switch (shape) {
    case 'Array':
      return ofItems([elementOf(args, of)], invoke('flattened', rowsOf(args, of)), of)
    case 'ForEach': {
      const each = named([elementOf(args, of)], of)
      return { type: arrayOf(each.info), expr: ofAll('aggregateEach', each.name, rowsOf(args, of), of) }
    }
    case 'Map':
      return args.length === 2 ? ofPairs(args, of) : ofMaps(args, of)
    case 'ArgMin':
    case 'ArgMax':
      return atEnd(shape, args, of)
    case 'State':
      return state(name, args, of)
    case 'Merge':
      return merge(name, args, of)
    default:
      return shape satisfies never
  }
}

function only(args: readonly Typed[], { context }: Computed): Typed {
  const [arg, ...more] = args
  if (!arg || more.length > 0) throw context.error('This aggregate takes one argument.')
  return arg
}

function elementOf(args: readonly Typed[], of: Computed): ValueInfo {
  const { type } = toArray(only(args, of), of.context)
  return isArray(type) ? type.of : { type: 'null' }
}

const rowsOf = (args: readonly Typed[], of: Computed): Expr =>
  collected(
    args.map((arg) => toArray(arg, of.context)),
    of.rows,
    of.context,
  )

const ofAll = (
  fn: 'aggregateEach' | 'aggregateValues' | 'aggregatePairs',
  name: string,
  rows: Expr,
  { base, params }: Computed,
) => invoke(fn, value(name, 'text'), rows, parameters(base.levels ?? params))

function ofMaps(args: readonly Typed[], of: Computed): Typed {
  const { type, expr } = only(args, of)
  if (!isMap(type)) throw of.context.error('This is no map.')
  const each = named([type.value], of)
  const rows = collected([{ expr, type }], of.rows, of.context)
  return { type: mapOf(type.key, each.info), expr: ofAll('aggregateValues', each.name, rows, of) }
}

/** An array of keys and one of their values. */
function ofPairs(args: readonly Typed[], of: Computed): Typed {
  const [keys, values] = args.map((arg) => elementOf([arg], of)) as [ValueInfo, ValueInfo]
  const each = named([values], of)
  return {
    type: tupleOf([{ type: arrayOf(keys) }, { type: arrayOf(each.info) }]),
    expr: ofAll('aggregatePairs', each.name, rowsOf(args, of), of),
  }
}

/** Of the rows where the last argument is least or greatest. */
function atEnd(shape: 'ArgMin' | 'ArgMax', args: readonly Typed[], of: Computed): Typed {
  const key = args.at(-1)
  const values = args.slice(0, -1)
  const item = values.length === 0 ? key : only(values, of)
  if (!key || !item) throw of.context.error('This aggregate takes what its rows are chosen by.')
  const takes = of.base.takes[0] ?? 'any'
  const [first, by] = [taken(item, takes, of.context), taken(key, 'ordered', of.context)]
  const rows = collected([first, by], of.rows, of.context)
  return ofItems([first], invoke(shape === 'ArgMin' ? 'atLeast' : 'atMost', rows), of)
}

/** Those whose results are aggregated as their arguments are. */
const OWN_STATE: readonly string[] = ['sum', 'min', 'max', 'any', 'anyLast']

/** What was seen so far: the values themselves where the result does not say enough. */
function state(name: string, args: readonly Typed[], of: Computed): Typed {
  const arguments_ = args.map((arg, i) => taken(arg, of.base.takes[i] ?? of.base.takes.at(-1) ?? 'any', of.context))
  if (OWN_STATE.includes(name) || name === 'count') return compute(name, arguments_, of)
  const base = BASES.get('groupArray') as Base
  const [arg] = arguments_
  if (arguments_.length === 1 && arg) return compute('groupArray', [arg], { ...of, base, params: [] })
  const type = arrayOf({ type: tupleOf(arguments_) })
  return { type, expr: collected(arguments_, of.rows, of.context) }
}

function merge(name: string, args: readonly Typed[], of: Computed): Typed {
  if (name === 'count') {
    const base = BASES.get('sum') as Base
    const count = taken(only(args, of), 'number', of.context)
    return { ...compute('sum', [count], { ...of, base }), number: 'UInt64' }
  }
  if (OWN_STATE.includes(name)) return compute(name, [taken(only(args, of), of.base.takes[0] ?? 'any', of.context)], of)
  const element = elementOf(args, of)
  const infos = isTuple(element.type) && of.base.max > 1 ? element.type.of : [element]
  return ofItems(infos, invoke('flattened', rowsOf(args, of)), of)
}
