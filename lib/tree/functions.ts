/** The functions that every dialect prints. */
export type SqlFunction =
  | 'countAll'
  /** Of counts. */
  | 'sum'
  | 'avg'
  /** Of any numbers; NaN where no number can hold it. */
  | 'numberSum'
  | 'numberAvg'
  | 'min'
  | 'max'
  | 'quantile'
  | 'coalesce'
  | 'countDistinct'
  | 'nullIf'
  | 'greatest'
  | 'least'
  /** Of numbers of our own, which stay within range. */
  | 'add'
  | 'subtract'
  | 'multiply'
  /** By nothing it is null. */
  | 'divide'
  /** Of any numbers; what no number can hold is null. */
  | 'numberAdd'
  | 'numberSubtract'
  | 'numberMultiply'
  | 'numberDivide'
  | 'numberModulo'
  | 'negate'
  | 'abs'
  | 'floor'
  | 'ceil'
  | 'truncate'
  | 'lower'
  | 'upper'
  | 'trim'
  /** (text, characters): without those characters at its end */
  | 'trimEnd'
  | 'length'
  | 'concat'
  /** Parts that are missing are empty; null for a text that would be too long. */
  | 'boundedConcat'
  | 'endsWith'
  /** Text ordered by code points. */
  | 'byCodePoint'
  | 'startsWith'
  /** (text, pattern): the whole text, `%` and `_` live. */
  | 'wholeLike'
  | 'wholeIlike'
  /** Text that is nothing but a number; null for any other. */
  | 'parseNumber'
  /** Text that is nothing but a whole number; null for any other. */
  | 'parseWhole'
  /** true, yes, on, 1 and their opposites; null for any other text. */
  | 'parseBoolean'
  /** A number that is whole; null for any other. */
  | 'whole'
  /** 1 for what is true, 0 for what is false */
  | 'booleanNumber'
  /** The shortest text of a number. */
  | 'numberText'
  /** (earlier instant, later instant) -> seconds with their fraction */
  | 'secondsBetween'
  | 'toFloat'
  | 'toText'
  /** Text without the slashes, question marks and hashes at its end; nothing left is a slash. */
  | 'trimUrl'
  /** (number, low, high, bins) -> the text of the bin that the number lies in */
  | 'bin'
  /** The set of the ids of a group, nulls left out. Sets can be intersected. */
  | 'idSet'
  /** (set, set) */
  | 'intersection'
  /** How many items a set or a list has. */
  | 'setSize'
  /** Of the rows of a group: their numbers, each once, in any order. */
  | 'numberList'
  | 'sortedNumbers'
  /** (numbers, number): is it one of them? */
  | 'hasNumber'
  /** A row for each id of a set. */
  | 'members'
  /** texts -> one list */
  | 'texts'
  /** (list of texts, none) -> JSON text of the list, empty texts as none */
  | 'textsJson'
  /** (unit, instant, zone): `sunday` and `week` are weeks, `5 minutes` and the like parts of an hour */
  | 'startOf'
  /** (part, instant, zone) */
  | 'datePart'
  /** (unit, from, to, zone) -> how many borders of the unit lie between */
  | 'dateDiff'
  /** (unit, number, instant, zone) */
  | 'dateAdd'
  /** seconds since 1970 */
  | 'epoch'
  | 'fromEpoch'
  /** (text, zone of texts that name none); null for what is no date */
  | 'parseInstant'
  /** (instant, zone, format: `%Y-%m-%d` and the like, see instant-format.ts) */
  | 'instantText'
  /** (JSON text, key ...) -> text; null where there is none */
  | 'jsonText'
  /** (text, part, replacement); null for a text that would be too long */
  | 'replaceAll'
  /** (text, from 1 or from the end where it is negative, length) */
  | 'substring'
  /** (text, length): all but so many where it is negative */
  | 'left'
  /** (text, part) -> index from 1, 0 where it is not */
  | 'position'
  | 'sqrt'
  | 'power'
  /** (number, digits) */
  | 'round'
  /** (list, index from 1) */
  | 'element'
  /** (mask, bit) */
  | 'hasBit'
  | 'cubeRoot'
  /** (instant, list of ascending starts) -> index from 0 of the last start that is not after the instant */
  | 'bucketIndex'
  /** (instant, list of starts, list of ends) -> a row for the index of each bucket that the instant lies in */
  | 'bucketIndexes'
