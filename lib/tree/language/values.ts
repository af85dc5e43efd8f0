import type { FunctionResults } from './results.ts'

/** The ways between values and the JSON that arrays, tuples and maps are made of. */
export const VALUE_FUNCTIONS = {
  /** A value as JSON; null stays null, which is the element null of an array. Numbers that JSON has not are texts. */
  toJson: 'json',
  /** (value ...) -> JSON array; null is an element like others */
  jsonArray: 'json',
  jsonTuple: 'json',
  /** (key, value ...): an array of pairs */
  jsonMap: 'json',
  /** JSON (an element of an array, a field) -> value; JSON null is null */
  jsonToText: 'text',
  jsonToFloat: 'float',
  jsonToBoolean: 'boolean',
  jsonToInstant: 'instant',
  /** (array, index from 1, or from the end where it is negative) -> JSON; null outside */
  jsonElement: 'json',
  /** (array, JSON): is it one of the elements? JSON null is found, too. */
  jsonHas: 'boolean',
  /** A row for each element of an array over a group. */
  elements: 'json',
  /** The JSON text of an object or an array without the blanks that the database writes; any other text as it is. */
  compactJson: 'text',
  /** (JSON, types of its parts): the text of an array, a tuple or a map */
  valueText: 'text',
  /** The same as JSON, maps being objects and instants texts. */
  valueJson: 'text',
  /** What orders JSON arrays and tuples: texts of which the one that comes first is less; equal for equal values. */
  jsonOrder: 'text',
} as const satisfies FunctionResults
