import type { FunctionResults } from './results.ts'

/**
 * Functions of arrays, tuples and maps. A map is an array of its pairs, so that its keys stay in their order and are of any
 * type. Elements and what is looked for among them are JSON.
 */
export const ARRAY_FUNCTIONS = {
  arrayLength: 'float',
  /** (array, element), which is no array */
  has: 'boolean',
  hasNested: 'boolean',
  hasAll: 'boolean',
  hasAny: 'boolean',
  hasSubstr: 'boolean',
  /** From 1; 0 where it is not. */
  indexOf: 'float',
  countEqual: 'float',
  arrayConcat: 'json',
  arrayPushBack: 'json',
  arrayPushFront: 'json',
  arrayPopBack: 'json',
  arrayPopFront: 'json',
  /** (array, start, size; null for all that follow) */
  arraySlice: 'json',
  /** (array, size, element) */
  arrayResize: 'json',
  arrayReverse: 'json',
  arrayRotateLeft: 'json',
  /** (array, places, element) */
  arrayShiftLeft: 'json',
  arrayDistinct: 'json',
  arrayUniq: 'float',
  arrayIntersect: 'json',
  arrayZip: 'json',
  /** The elements of its elements. */
  arrayFlatten: 'json',
  arrayCompact: 'json',
  arrayEnumerate: 'json',
  arrayEnumerateUniq: 'json',
  arrayEnumerateDense: 'json',
  /** (start, end, step) */
  range: 'json',
  /** (size, element) */
  arrayWithConstant: 'json',
  arrayCumSum: 'json',
  arrayCumSumNonNegative: 'json',
  arrayDifference: 'json',
  arrayProduct: 'float',
  /** (scores, labels) */
  arrayAUC: 'float',
  arrayDotProduct: 'float',
  /** (element, how many there are): the element; the statement ends if it is too large for so many */
  jsonWithin: 'json',
  /** (keys, values) */
  mapFromArrays: 'json',
  /** (map, key) -> value; null where it is not */
  mapElement: 'json',
  /** (map, 1 | 2): its keys or its values */
  mapSide: 'json',
  mapAdd: 'json',
  mapSubtract: 'json',
  /** The map with the pairs of another, which come first where both have a key. */
  mapUpdate: 'json',
} as const satisfies FunctionResults
