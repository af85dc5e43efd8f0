/** Constants and properties as HogQL writes them. */
import type { PlainAst } from '../../hogql/syntax.ts'
import type { Expr, PropertyRead } from '../../tree/expr.ts'
import { apply, literal } from './functions.ts'
import { field, type Names, propertyChain } from './names.ts'

/** An ISO instant: a text of UTC, whatever the zone of the project. */
export function instant(iso: string): PlainAst {
  const text = iso.replace('T', ' ').replace('Z', '').replace(/\.0+$/, '')
  return apply('toDateTime', literal(text), literal('UTC'))
}

/** A property, read as its type; HogQL reads it by its definition. */
export function propertyRead(e: PropertyRead, names: Names): PlainAst {
  const { owner, key } = propertyChain(e, names)
  const read = field(...owner, key)
  const registered = names.types(e.of, e.key)
  switch (e.type) {
    case 'text': {
      if (registered === 'text') return read
      // a property that is read as something else by its definition
      return e.of === 'session' ? apply('toString', read) : apply('nullIf', jsonText(e, names), literal(''))
    }
    case 'float':
    case 'int':
      return e.of === 'session' ? read : apply('toFloat', read)
    case 'boolean':
      return read
    case 'instant':
      return e.of === 'session' ? read : apply('toDateTime', read)
    default:
      return e.type satisfies never
  }
}

/** The text of a property's JSON, '' if there is none. */
export function jsonText(e: PropertyRead, names: Names): PlainAst {
  const { owner, key } = propertyChain(e, names)
  return apply('JSONExtractString', field(...owner), literal(key))
}

/** A property that is read as text although its definition says otherwise. */
export const isJsonText = (e: Expr, { types }: Names): boolean =>
  e.kind === 'property' && e.type === 'text' && e.of !== 'session' && types(e.of, e.key) !== 'text'
