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
  /** (project, person) -> JSON of the person */
  | 'personJson'
  /** (project, group) -> JSON of the group */
  | 'groupJson'
  /** (instant, list of ascending starts) -> index from 0 of the last start that is not after the instant */
  | 'bucketIndex'
