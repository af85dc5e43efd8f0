/** The functions that every dialect prints. */
export type SqlFunction =
  | 'countAll'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'quantile'
  | 'coalesce'
  | 'countDistinct'
  | 'nullIf'
  | 'greatest'
  | 'least'
  | 'add'
  | 'subtract'
  | 'multiply'
  /** By nothing it is null. */
  | 'divide'
  | 'modulo'
  | 'abs'
  | 'floor'
  | 'ceil'
  | 'truncate'
  | 'lower'
  | 'upper'
  | 'trim'
  | 'length'
  | 'concat'
  | 'startsWith'
  /** (text, pattern): the whole text, `%` and `_` live. */
  | 'wholeLike'
  | 'wholeIlike'
  /** Text that is nothing but a number; null for any other. */
  | 'parseNumber'
  /** (earlier instant, later instant) -> seconds with their fraction */
  | 'secondsBetween'
  | 'toFloat'
  | 'toText'
  /** Text without the slashes, question marks and hashes at its end; nothing left is a slash. */
  | 'trimUrl'
  /** (number, low, high, bins) -> the text of the bin that the number lies in */
  | 'bin'
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
  /** (instant, zone, pattern of to_char) */
  | 'instantText'
  /** (JSON text, key ...) -> text; null where there is none */
  | 'jsonText'
  /** (text, part, replacement) */
  | 'replaceAll'
  /** (text, from 1, length) */
  | 'substring'
  /** (text, part) -> index from 1, 0 where it is not */
  | 'position'
  | 'sqrt'
  | 'power'
  /** (number, digits) */
  | 'round'
  /** (value, order ...) -> the values of a group */
  | 'collect'
  /** (value, condition, order) -> the value of the first row of a group where it holds */
  | 'firstWhere'
  /** the same of the last row */
  | 'lastWhere'
  /** numbers -> one list; the first number that differs decides which of two lists is greater */
  | 'numbers'
  /** (list, list) */
  | 'joinLists'
  /** (list, index from 1) */
  | 'element'
  /** The bits of any of a group */
  | 'bitOr'
  /** (mask, bit) */
  | 'hasBit'
  /** (events that a funnel walks over) -> true; the statement fails where they are too many */
  | 'checkFunnelWork'
  /** null of whatever type is wanted */
  | 'nothing'
  | 'cubeRoot'
  /** (project, person) -> JSON of the person */
  | 'personJson'
  /** (project, group) -> JSON of the group */
  | 'groupJson'
  /** (instant, list of ascending starts) -> index from 0 of the last start that is not after the instant */
  | 'bucketIndex'
