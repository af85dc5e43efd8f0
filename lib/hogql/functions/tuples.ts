/** Functions of tuples, whose parts are known one by one, and of maps. */
import { call, compare, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { SqlFunction } from '../../tree/functions.ts'
import type { LanguageFunction } from '../../tree/language.ts'
import { coerce, commonInfo } from '../coerce.ts'
import { elementJson } from '../elements.ts'
import {
  boolean,
  type FunctionContext,
  type FunctionRule,
  isTrue,
  ofTyped,
  type Typed,
  type ValueInfo,
} from '../rules.ts'
import {
  arrayFrom,
  arrayOf,
  decode,
  encode,
  invoke,
  isArray,
  isMap,
  isTuple,
  mapOf,
  toArray,
  tupleFrom,
} from '../values.ts'

const nothing: Typed = { expr: value(null, 'text'), type: 'null' }

/** `(1, 'a').1` */
export function tupleElement(of: Typed, index: Typed, context: FunctionContext): Typed {
  const place = index.expr.kind === 'value' ? index.expr.value : undefined
  if (!isTuple(of.type)) throw context.error('This is no tuple.')
  if (typeof place !== 'number') throw context.error('A part of a tuple is named by its number: (1, 2).1')
  const info = of.type.of[place - 1]
  if (!info) throw context.error(`The tuple has ${of.type.of.length} parts.`)
  return decode(invoke('jsonElement', of.expr, value(place, 'float')), info)
}

function partsOf(of: Typed, context: FunctionContext): readonly Typed[] {
  if (!isTuple(of.type)) throw context.error('This is no tuple.')
  return of.type.of.map((info, i) => decode(invoke('jsonElement', of.expr, value(i + 1, 'float')), info))
}

/** Two tuples part by part, or each part of one with a number. */
const computed = (fn: SqlFunction, second: 'tuple' | 'number'): FunctionRule =>
  ofTyped(2, 2, ['any'], ([a = nothing, b = nothing], context) => {
    const left = partsOf(a, context)
    const right = second === 'tuple' ? partsOf(b, context) : left.map(() => b)
    if (left.length !== right.length) throw context.error('The tuples have as many parts each.')
    return tupleFrom(
      left.map((part, i) => numberFrom(fn, [part, right[i] ?? nothing], context)),
      context,
    )
  })

function numberFrom(fn: SqlFunction, parts: readonly Typed[], context: FunctionContext): Typed {
  const isNullable = parts.some((part) => part.isNullable || part.type === 'null')
  const expr = call(fn, ...parts.map((part) => coerce(part, 'float', context).expr))
  return { expr, type: 'float', ...(isNullable ? { isNullable } : {}) }
}

const sum = (numbers: readonly Expr[]): Expr =>
  numbers.reduce((total, number) => call('numberAdd', total, number), value(0, 'float'))

/** Keys and values, in turn. */
const map = ofTyped(0, 200, ['any'], (args, context) => {
  if (args.length % 2 !== 0) throw context.error("Function 'map' expects keys and values in turn.")
  const keys = arrayFrom(
    args.filter((_, i) => i % 2 === 0),
    context,
  )
  const values = arrayFrom(
    args.filter((_, i) => i % 2 === 1),
    context,
  )
  return mapFrom(keys, values, pairsOf(keys, values))
})

/** Arrays whose elements are written out are put together as they stand. */
function pairsOf(keys: Typed, values: Typed): Expr {
  const written = (of: Typed): readonly Expr[] | undefined =>
    of.expr.kind === 'function' && of.expr.fn === 'jsonArray' ? of.expr.args : undefined
  const [left, right] = [written(keys), written(values)]
  if (!left || !right) return invoke('mapFromArrays', keys.expr, values.expr)
  return invoke('jsonMap', ...left.flatMap((key, i) => [key, right[i] ?? nothing.expr]))
}

const elementOf = ({ type }: Typed): ValueInfo => (isArray(type) ? type.of : { type: 'null' })
const mapFrom = (keys: Typed, values: Typed, expr: Expr): Typed => ({
  expr,
  type: mapOf(elementOf(keys), elementOf(values)),
})

function mapType(of: Typed, { error }: FunctionContext) {
  if (!isMap(of.type)) throw error('This is no map.')
  return of.type
}

const side = (number: 1 | 2): FunctionRule =>
  ofTyped(1, 1, ['any'], ([of = nothing], context) => {
    const { key, value: held } = mapType(of, context)
    return { expr: invoke('mapSide', of.expr, value(number, 'int')), type: arrayOf(number === 1 ? key : held) }
  })

const united = (fn: LanguageFunction): FunctionRule =>
  ofTyped(2, 20, ['any'], (maps, context) => {
    const types = maps.map((of) => mapType(of, context))
    const [key, held] = [types.map((type) => type.key), types.map((type) => type.value)].map((infos) =>
      commonInfo(infos.map((info) => ({ ...info, expr: nothing.expr }))),
    ) as [ValueInfo, ValueInfo]
    return { expr: invoke(fn, ...maps.map(({ expr }) => expr)), type: mapOf(key, held) }
  })

export const TUPLE_RULES: Readonly<Record<string, FunctionRule>> = {
  tuple: ofTyped(0, 100, ['any'], tupleFrom),
  array: ofTyped(0, 1000, ['any'], arrayFrom),
  tupleElement: ofTyped(2, 3, ['any'], ([of = nothing, index = nothing], context) => tupleElement(of, index, context)),
  tuplePlus: computed('numberAdd', 'tuple'),
  vectorSum: computed('numberAdd', 'tuple'),
  tupleMinus: computed('numberSubtract', 'tuple'),
  vectorDifference: computed('numberSubtract', 'tuple'),
  tupleMultiply: computed('numberMultiply', 'tuple'),
  tupleDivide: computed('numberDivide', 'tuple'),
  tupleMultiplyByNumber: computed('numberMultiply', 'number'),
  tupleDivideByNumber: computed('numberDivide', 'number'),
  tupleNegate: ofTyped(1, 1, ['any'], ([of = nothing], context) =>
    tupleFrom(
      partsOf(of, context).map((part) => numberFrom('negate', [part], context)),
      context,
    ),
  ),
  dotProduct: ofTyped(2, 2, ['any'], ([a = nothing, b = nothing], context) => {
    if (!isTuple(a.type))
      return { expr: invoke('arrayDotProduct', toArray(a, context).expr, toArray(b, context).expr), type: 'float' }
    const [left, right] = [partsOf(a, context), partsOf(b, context)]
    if (left.length !== right.length) throw context.error('The tuples have as many parts each.')
    return {
      expr: sum(left.map((part, i) => numberFrom('numberMultiply', [part, right[i] ?? nothing], context).expr)),
      type: 'float',
    }
  }),
  tupleHammingDistance: ofTyped(2, 2, ['any'], ([a = nothing, b = nothing], context) => {
    const [left, right] = [partsOf(a, context), partsOf(b, context)]
    if (left.length !== right.length) throw context.error('The tuples have as many parts each.')
    const differs = left.map((part, i) =>
      call('booleanNumber', {
        kind: 'not',
        arg: isTrue(compare(encode(part, context).json, '=', encode(right[i] ?? nothing, context).json)),
      }),
    )
    return { expr: sum(differs), type: 'float', number: 'UInt64' }
  }),
  tupleToNameValuePairs: ofTyped(1, 1, ['any'], ([of = nothing], context) =>
    arrayFrom(
      partsOf(of, context).map((part, i) =>
        tupleFrom([{ expr: value(String(i + 1), 'text'), type: 'text' }, part], context),
      ),
      context,
    ),
  ),
  map,
  mapFromArrays: ofTyped(2, 2, ['array'], ([keys = nothing, values = nothing]) =>
    mapFrom(keys, values, invoke('mapFromArrays', keys.expr, values.expr)),
  ),
  mapKeys: side(1),
  mapValues: side(2),
  mapContains: ofTyped(2, 2, ['any'], ([of = nothing, key = nothing], context) =>
    boolean(
      invoke('has', invoke('mapSide', of.expr, value(1, 'int')), elementJson(key, mapType(of, context).key, context)),
    ),
  ),
  mapAdd: united('mapAdd'),
  mapSubtract: united('mapSubtract'),
  mapUpdate: united('mapUpdate'),
}
