/** Operators of printed syntax. */
/** How tightly a text holds together: what is looser stands in brackets. */
export const TIGHT = {
  named: 0,
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  sum: 5,
  product: 6,
  sign: 7,
  operand: 8,
} as const
export type Tightness = (typeof TIGHT)[keyof typeof TIGHT]

/** Functions of two arguments that are printed between them. */
export const OPERATORS: ReadonlyMap<string, readonly [symbol: string, tightness: Tightness]> = new Map([
  ['equals', ['=', TIGHT.comparison]],
  ['notEquals', ['!=', TIGHT.comparison]],
  ['less', ['<', TIGHT.comparison]],
  ['lessOrEquals', ['<=', TIGHT.comparison]],
  ['greater', ['>', TIGHT.comparison]],
  ['greaterOrEquals', ['>=', TIGHT.comparison]],
  ['like', ['like', TIGHT.comparison]],
  ['ilike', ['ilike', TIGHT.comparison]],
  ['notLike', ['not like', TIGHT.comparison]],
  ['notILike', ['not ilike', TIGHT.comparison]],
  ['in', ['in', TIGHT.comparison]],
  ['notIn', ['not in', TIGHT.comparison]],
  ['=~', ['=~', TIGHT.comparison]],
  ['!~', ['!~', TIGHT.comparison]],
  ['=~*', ['=~*', TIGHT.comparison]],
  ['!~*', ['!~*', TIGHT.comparison]],
  ['plus', ['+', TIGHT.sum]],
  ['minus', ['-', TIGHT.sum]],
  ['multiply', ['*', TIGHT.product]],
  ['divide', ['/', TIGHT.product]],
  ['modulo', ['%', TIGHT.product]],
])
/** Operators whose negation has a spelling of its own. */
export const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ['like', 'notLike'],
  ['ilike', 'notILike'],
  ['in', 'notIn'],
])
