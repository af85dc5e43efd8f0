/** Functions of arrays without lambdas (docs/hogql-values.md). */
import { call, compare, not, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { LanguageFunction } from '../../tree/language.ts'
import { commonInfo } from '../coerce.ts'
import { elementJson, orDefault, partsOf } from '../elements.ts'
import {
  boolean,
  type FunctionContext,
  type FunctionRule,
  ofTyped,
  type Typed,
  type ValueInfo,
  type ValueType,
} from '../rules.ts'
import {
  arrayOf,
  checkElements,
  decode,
  defaultOf,
  encode,
  invoke,
  isArray,
  isMap,
  isTuple,
  tupleOf,
} from '../values.ts'
import { TUPLE_RULES, tupleElement } from './tuples.ts'

const nothing: Typed = { expr: value(null, 'text'), type: 'null' }
const zero = value(0, 'float')
const numberOf = (expr: Expr, number: 'UInt32' | 'UInt64' = 'UInt64'): Typed => ({ expr, type: 'float', number })
const whole: ValueInfo = { type: 'float', number: 'UInt64' }
const infoOfElements = ({ type }: Typed): ValueInfo => (isArray(type) ? type.of : { type: 'null' })

/** What is made of one array keeps its elements. */
const kept = (fn: LanguageFunction): FunctionRule =>
  ofTyped(1, 1, ['array'], ([of = nothing]) => ({ expr: invoke(fn, of.expr), type: of.type }))

/** A number for each element. */
const numbered = (fn: LanguageFunction): FunctionRule =>
  ofTyped(1, 20, ['array'], (arrays) => ({ expr: invoke(fn, inStep(arrays)), type: arrayOf(whole) }))

/** Several arrays as one of tuples. */
const inStep = (arrays: readonly Typed[]): Expr =>
  arrays.length > 1 ? invoke('arrayZip', ...arrays.map(({ expr }) => expr)) : (arrays[0] ?? nothing).expr

/** (array, element) */
const seeking = (build: (array: Expr, sought: Expr, isPart: boolean) => Typed): FunctionRule =>
  ofTyped(2, 2, ['array', 'any'], ([of = nothing, sought = nothing], context) => {
    const isPart = typeof encode(sought, context).info.type === 'object'
    return build(of.expr, elementJson(sought, infoOfElements(of), context), isPart)
  })

const twoArrays = (fn: LanguageFunction): FunctionRule =>
  ofTyped(2, 2, ['array'], ([a = nothing, b = nothing]) => boolean(invoke(fn, a.expr, b.expr)))

/** Arrays whose elements stand in one. */
const united = (min: number, fn: LanguageFunction): FunctionRule =>
  ofTyped(min, 50, ['array'], (arrays, context) => ({
    expr: arrays.length > 1 ? invoke(fn, ...arrays.map(({ expr }) => expr)) : (arrays[0] ?? nothing).expr,
    type: arrayOf(commonElement(arrays.map(infoOfElements), context)),
  }))

function commonElement(infos: readonly ValueInfo[], context: FunctionContext): ValueInfo {
  checkElements(infos, context)
  return commonInfo(infos.map((info) => ({ ...info, expr: nothing.expr })))
}

/** (array, element) -> array */
const growing = (fn: LanguageFunction): FunctionRule =>
  ofTyped(2, 2, ['array', 'any'], ([of = nothing, added = nothing], context) => ({
    expr: invoke(fn, of.expr, elementJson(added, infoOfElements(of), context)),
    type: arrayOf(commonElement([infoOfElements(of), encode(added, context).info], context)),
  }))

/** (array, number[, element]): the element stands where none is. */
const filling = (fn: LanguageFunction, number: (expr: Expr) => Expr = (expr) => expr): FunctionRule =>
  ofTyped(2, 3, ['array', 'float', 'any'], ([of = nothing, size = nothing, given], context) => {
    const info = infoOfElements(of)
    const filler = elementJson(given ?? defaultOf(info), info, context)
    const { type } = given ? { type: arrayOf(commonElement([info, encode(given, context).info], context)) } : of
    return { expr: invoke(fn, of.expr, number(size.expr), filler), type }
  })

const negative = (expr: Expr): Expr => call('negate', expr)
const constantOf = ({ expr }: Typed): unknown => (expr.kind === 'value' ? expr.value : undefined)

/** `list[1]`, `map['key']`, `tuple[1]` */
const element = ofTyped(2, 2, ['any', 'any'], ([of = nothing, index = nothing], context) => {
  if (isTuple(of.type)) return tupleElement(of, index, context)
  if (isMap(of.type)) {
    const key = elementJson(index, of.type.key, context)
    return orDefault(decode(invoke('mapElement', of.expr, key), of.type.value), of.type.value)
  }
  const { expr, info } = partsOf(of, context)
  if (index.type !== 'float' && index.type !== 'int')
    throw context.error('An array is read at a whole number: list[1].')
  if (constantOf(index) === 0) throw context.error('SQL indexes start from one, not from zero: list[1].')
  return orDefault(decode(invoke('jsonElement', expr, index.expr), info), info)
})

const isNothingIn = (of: Typed, context: FunctionContext): Expr =>
  compare(invoke('arrayLength', partsOf(of, context).expr), '=', zero)

/** Arrays in arrays become one; tuples stay. */
const flatten = ofTyped(1, 1, ['array'], ([of = nothing]) => {
  let { expr } = of
  let info = infoOfElements(of)
  while (isArray(info.type)) {
    expr = invoke('arrayFlatten', expr)
    info = info.type.of
  }
  return { expr, type: arrayOf(info) }
})

const zip = ofTyped(1, 20, ['array'], (arrays) => ({
  expr: invoke('arrayZip', ...arrays.map(({ expr }) => expr)),
  type: arrayOf({ type: tupleOf(arrays.map(infoOfElements)) }),
}))

/** `range(5)`, `range(1, 5)`, `range(0, 10, 2)` */
const range = ofTyped(1, 3, ['float'], ([a = nothing, b, step], context) => {
  if (step && constantOf(step) === 0) throw context.error('The step of a range is not 0.')
  const [start, end] = b ? [a.expr, b.expr] : [zero, a.expr]
  return { expr: invoke('range', start, end, step?.expr ?? value(1, 'float')), type: arrayOf(whole) }
})

const numbers = (fn: LanguageFunction, info: ValueInfo = { type: 'float' }): FunctionRule =>
  ofTyped(1, 1, ['array'], ([of = nothing], context) => ({
    expr: invoke(fn, numbersOf(of, context)),
    type: arrayOf({ ...(infoOfElements(of).number ? { number: 'Int64' as const } : {}), ...info }),
  }))

function numbersOf(of: Typed, context: FunctionContext): Expr {
  const { type } = infoOfElements(of)
  if (type !== 'float' && type !== 'int' && type !== 'null') throw context.error('This should be an array of numbers.')
  return of.expr
}

export const ARRAY_RULES: Readonly<Record<string, FunctionRule>> = {
  ...TUPLE_RULES,
  arrayElement: element,
  hasAll: twoArrays('hasAll'),
  hasAny: twoArrays('hasAny'),
  hasSubstr: twoArrays('hasSubstr'),
  indexOf: seeking((of, sought) => numberOf(invoke('indexOf', of, sought))),
  countEqual: seeking((of, sought) => numberOf(invoke('countEqual', of, sought))),
  arrayConcat: united(1, 'arrayConcat'),
  arrayPushBack: growing('arrayPushBack'),
  arrayPushFront: growing('arrayPushFront'),
  arrayPopBack: kept('arrayPopBack'),
  arrayPopFront: kept('arrayPopFront'),
  arraySlice: ofTyped(2, 3, ['array', 'float'], ([of = nothing, start = nothing, size], context) => {
    if (constantOf(start) === 0) throw context.error('SQL indexes start from one, not from zero.')
    return { expr: invoke('arraySlice', of.expr, start.expr, size?.expr ?? value(null, 'float')), type: of.type }
  }),
  arrayResize: filling('arrayResize'),
  arrayReverse: kept('arrayReverse'),
  arrayRotateLeft: ofTyped(2, 2, ['array', 'float'], ([of = nothing, places = nothing]) => ({
    expr: invoke('arrayRotateLeft', of.expr, places.expr),
    type: of.type,
  })),
  arrayRotateRight: ofTyped(2, 2, ['array', 'float'], ([of = nothing, places = nothing]) => ({
    expr: invoke('arrayRotateLeft', of.expr, negative(places.expr)),
    type: of.type,
  })),
  arrayShiftLeft: filling('arrayShiftLeft'),
  arrayShiftRight: filling('arrayShiftLeft', negative),
  arrayDistinct: ofTyped(1, 1, ['array'], ([of = nothing]) => {
    const { isNullable: _, ...info } = infoOfElements(of)
    return { expr: invoke('arrayDistinct', of.expr), type: arrayOf(info) }
  }),
  arrayUniq: ofTyped(1, 20, ['array'], (arrays) => numberOf(invoke('arrayUniq', inStep(arrays)), 'UInt32')),
  arrayZip: zip,
  arrayFlatten: flatten,
  flatten,
  arrayCompact: kept('arrayCompact'),
  arrayEnumerate: numbered('arrayEnumerate'),
  arrayEnumerateUniq: numbered('arrayEnumerateUniq'),
  arrayEnumerateDense: numbered('arrayEnumerateDense'),
  range,
  arrayWithConstant: ofTyped(2, 2, ['float', 'any'], ([size = nothing, of = nothing], context) => {
    const { json, info } = encode(of, context)
    return { expr: invoke('arrayWithConstant', size.expr, json), type: arrayOf(info) }
  }),
  arrayCumSum: numbers('arrayCumSum'),
  arrayCumSumNonNegative: numbers('arrayCumSumNonNegative'),
  arrayDifference: numbers('arrayDifference'),
  arrayProduct: ofTyped(1, 1, ['array'], ([of = nothing], context) => ({
    expr: invoke('arrayProduct', numbersOf(of, context)),
    type: 'float',
  })),
  arrayAUC: ofTyped(2, 2, ['array'], ([scores = nothing, labels = nothing], context) => ({
    expr: invoke('arrayAUC', numbersOf(scores, context), numbersOf(labels, context)),
    type: 'float',
  })),
  arrayDotProduct: ofTyped(2, 2, ['array'], ([a = nothing, b = nothing], context) => ({
    expr: invoke('arrayDotProduct', numbersOf(a, context), numbersOf(b, context)),
    type: 'float',
  })),
}

/** What functions of texts and of the arrays of the tree are for arrays, tuples and maps that are JSON. */
const OF_ARRAYS: ReadonlyMap<string, FunctionRule> = new Map([
  [
    'length',
    ofTyped(1, 1, ['any'], ([of = nothing], context) => numberOf(invoke('arrayLength', partsOf(of, context).expr))),
  ],
  ['empty', ofTyped(1, 1, ['any'], ([of = nothing], context) => boolean(isNothingIn(of, context)))],
  ['notEmpty', ofTyped(1, 1, ['any'], ([of = nothing], context) => boolean(not(isNothingIn(of, context))))],
  ['isEmpty', ofTyped(1, 1, ['any'], ([of = nothing], context) => boolean(isNothingIn(of, context)))],
  ['isNotEmpty', ofTyped(1, 1, ['any'], ([of = nothing], context) => boolean(not(isNothingIn(of, context))))],
  ['reverse', kept('arrayReverse')],
  ['concat', united(2, 'arrayConcat')],
  ['arrayIntersect', united(1, 'arrayIntersect')],
  ['has', seeking((of, sought, isPart) => boolean(invoke(isPart ? 'hasNested' : 'has', of, sought)))],
])

/** Functions of sets of ids. */
const OF_SETS: readonly string[] = ['length', 'arrayIntersect', 'arrayJoin']

/** The rule for arrays of a function that has another for other values; `null` is an empty array where it must be one. */
export function arrayRule(name: string, [of]: readonly Typed[]): FunctionRule | undefined {
  const found = OF_ARRAYS.get(name)
  if (!found || !of) return undefined
  // what the tree holds as a list or set of numbers of its own has functions of its own
  if (of.type === 'ids') return OF_SETS.includes(name) ? undefined : found
  const isOfTree = of.type === 'numbers' && (!of.elements || of.expr.kind === 'column')
  return !isOfTree && (typeof of.type === 'object' || LISTS.includes(of.type)) ? found : undefined
}

const LISTS: readonly ValueType[] = ['texts', 'numbers', 'instants']
