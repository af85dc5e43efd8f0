import type { FunctionResults } from './results.ts'

/**
 * Functions of JSON documents. A document is a text that was read, or a column of properties; what is not there, and a text
 * that cannot be read, is null. The functions that give what it holds give the default of their type for that; with a second
 * argument, which is the text of the document, they are null where that is.
 */
export const JSON_FUNCTIONS = {
  /** text -> document */
  jsonDocument: 'json',
  /** (document, key) */
  jsonKey: 'json',
  /** (document, place from 1, or from the end where it is negative) */
  jsonAt: 'json',
  jsonString: 'text',
  jsonRaw: 'text',
  jsonInt: 'float',
  jsonUInt: 'float',
  jsonFloat: 'float',
  /** True is 1. */
  jsonNumeric: 'float',
  jsonBool: 'boolean',
  jsonExists: 'boolean',
  jsonLength: 'float',
  jsonKind: 'text',
  jsonKeys: 'json',
  jsonItems: 'json',
  jsonPairs: 'json',
  /** The items of an array as texts, or as numbers. */
  jsonTexts: 'json',
  jsonNumbers: 'json',
  /** (document, type): null for a value of another type */
  jsonTyped: 'json',
  jsonPairsTyped: 'json',
  /** (document, place): the key there */
  jsonKeyAt: 'text',
} as const satisfies FunctionResults
