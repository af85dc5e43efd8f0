/** The same value as another type, and the types that values are compared as. */
import { call, compare, value } from '../tree/build.ts'
import type { Expr, List } from '../tree/expr.ts'
import type { Scalar, SqlType } from '../tree/types.ts'
import { areAlike } from './alike.ts'
import { instantOfText } from './date-texts.ts'
import { classOfConstant } from './number-classes.ts'
import { partType } from './part-types.ts'
import { type FunctionContext, nullType, type SimpleType, type Typed, type ValueInfo, type ValueType } from './rules.ts'
import { zoneOf } from './zones.ts'

export function literal(v: Scalar): Typed {
  if (v === null) return { expr: value(null, 'text'), type: 'null' }
  const type = typeof v === 'number' ? 'float' : typeof v === 'boolean' ? 'boolean' : 'text'
  return { expr: value(v, type), type, ...(typeof v === 'number' ? classOfConstant(v) : {}) }
}

/** How the text of an instant looks, as a format of `formatDateTime`. */
const INSTANT_FORMATS = {
  date: '%F',
  seconds: '%F %T',
  micros: '%F %T.%f',
} as const

/** Throws a 400 where there is no way from the one type to the other. */
export function coerce(typed: Typed, wanted: ValueType, context: FunctionContext): Typed {
  const { expr, type } = typed
  if (type === wanted || wanted === 'null') return typed
  if (type === 'null' && typeof wanted === 'object')
    return { expr: { kind: 'function', fn: 'toJson', args: [value(null, 'text')] }, type: wanted }
  const list = type === 'null' && emptyList(wanted)
  if (list) return { expr: call('nullIf', list, list), type: wanted, isNullable: true }
  if (type === 'null') return { expr: value(null, nullType(wanted)), type: wanted, isNullable: true }
  if (typeof wanted === 'object') {
    const isLike = areAlike(type, wanted)
    if (typeof type === 'object' && isLike) return { expr, type: wanted }
    if (wanted.kind === 'array' && isLike && LISTS.includes(type))
      return { expr: { kind: 'function', fn: 'toJson', args: [expr] }, type: wanted }
  }
  if (wanted === 'text') return { expr: textOf(typed, context), type: 'text' }
  if (expr.kind === 'property' && typed.isRead && type === 'text' && isScalar(wanted))
    return { expr: { ...expr, type: wanted }, type: wanted }
  const coerced = typeof wanted === 'string' && COERCIONS[wanted]?.(expr, type, context)
  if (coerced) return { expr: coerced, type: wanted }
  throw context.error(`This is of type ${nameOf(type)}, and should be ${nameOf(wanted)}.`)
}

const ITEMS: ReadonlyMap<ValueType, SqlType> = new Map<ValueType, SqlType>([
  ['texts', 'text'],
  ['numbers', 'float'],
  ['instants', 'instant'],
  ['ids', 'int'],
])
/** Of an array or a set that the tree has as such; undefined for any other type. */
export function emptyList(type: ValueType): List | undefined {
  const item = ITEMS.get(type)
  return item && { kind: 'list', values: [], type: item }
}

/** Arrays that the tree has as such. */
const LISTS: readonly ValueType[] = ['texts', 'numbers', 'instants']

/** What errors call a type. */
const nameOf = (type: ValueType): string => (typeof type === 'string' ? type : type.kind)

const isScalar = (type: ValueType): type is 'float' | 'int' | 'boolean' | 'instant' =>
  type === 'float' || type === 'int' || type === 'boolean' || type === 'instant'

type Coercion = (expr: Expr, type: ValueType, context: FunctionContext) => Expr | undefined
const COERCIONS: Partial<Record<SimpleType, Coercion>> = {
  float: (expr, type) => {
    if (type === 'text') return call('parseNumber', expr)
    if (type === 'int') return expr.kind === 'value' ? { ...expr, type: 'float' } : call('toFloat', expr)
    return type === 'boolean' ? call('booleanNumber', expr) : undefined
  },
  // a constant is what it is called with
  int: (expr, type) =>
    type === 'float' && expr.kind === 'value' && Number.isInteger(expr.value) ? { ...expr, type: 'int' } : undefined,
  boolean: (expr, type) => {
    if (type === 'text') return call('parseBoolean', expr)
    return type === 'float' || type === 'int' ? compare(expr, '!=', value(0, 'float')) : undefined
  },
  instant: (expr, type, context) => {
    if (type === 'float' || type === 'int') return call('fromEpoch', expr)
    if (type !== 'text') return undefined
    if (expr.kind !== 'value') return call('parseInstant', expr, value(context.timezone, 'text'))
    const known = instantOfText(String(expr.value), context.timezone, context)
    if (known === null) throw context.error('This is no date.')
    return value(known.instant, 'instant')
  },
}

function textOf(typed: Typed, context: FunctionContext): Expr {
  const { expr, type, format, idOf } = typed
  if (typeof type === 'object') return textOfParts(expr, typed, context)
  switch (type) {
    case 'text':
      return expr
    case 'float':
      return call('numberText', expr)
    case 'boolean':
      return format === 'word' ? call('toText', expr) : call('numberText', call('booleanNumber', expr))
    case 'instant': {
      const pattern = INSTANT_FORMATS[format === 'date' || format === 'seconds' ? format : 'micros']
      return call('instantText', expr, value(zoneOf(typed, context), 'text'), value(pattern, 'text'))
    }
    case 'texts':
    case 'numbers':
    case 'instants': {
      const of = typed.elements ?? ELEMENTS[type]
      return textOfParts({ kind: 'function', fn: 'toJson', args: [expr] }, { type: { kind: 'array', of } }, context)
    }
    case 'ids':
      throw context.error('An array cannot be read as text.')
    case 'id':
      // an id that comes out of a query does not say itself what it is of
      return idOf === undefined ? call('toText', expr) : call('toText', expr, value(idOf, 'text'))
    default:
      return call('toText', expr)
  }
}

const ELEMENTS: Readonly<Record<'texts' | 'numbers' | 'instants', ValueInfo>> = {
  texts: { type: 'text' },
  numbers: { type: 'float' },
  instants: { type: 'instant', format: 'seconds' },
}
const textOfParts = (json: Expr, info: ValueInfo, context: FunctionContext): Expr => ({
  kind: 'function',
  fn: 'valueText',
  args: [json, value(partType(info, context), 'text')],
})

/** The text that JSON functions read of a property, whatever its type. */
export const textOfJson = ({ expr, isRead }: Typed): Typed | undefined =>
  expr.kind === 'property' && isRead ? { expr: { ...expr, type: 'text' }, type: 'text' } : undefined

/**
 * What values are compared as: numbers where one is a number, instants where one is an instant, true and false where one
 * is, else text. Where one of them is chosen, a text that is no property's stays one.
 */
export function commonType(values: readonly Typed[], isComparison: boolean): ValueType {
  const known = new Set(values.map(({ type }) => type).filter((type) => type !== 'null'))
  const part = commonPart(values)
  if (part) return part
  // JSON as a whole has no null of its own
  if (known.has('properties') && values.some(({ type }) => type === 'null')) return 'text'
  if (known.size <= 1) return known.has('id') && !areOfOneKind(values) ? 'text' : ([...known][0] ?? 'null')
  if (known.has('instant')) return 'instant'
  if (!isComparison && values.some(({ type, isRead }) => type === 'text' && !isRead)) return 'text'
  if (known.has('float') || known.has('int')) return 'float'
  return known.has('boolean') && known.size === 2 && known.has('text') ? 'boolean' : 'text'
}

/** Of arrays, tuples or maps: the one whose elements say most. */
function commonPart(values: readonly Typed[]): ValueType | undefined {
  if (values.every(({ type }) => typeof type !== 'object')) return undefined
  const parts = values.flatMap(({ type, elements }): Exclude<ValueType, SimpleType>[] => {
    if (typeof type === 'object') return [type]
    return type === 'texts' || type === 'numbers' || type === 'instants'
      ? [{ kind: 'array', of: elements ?? ELEMENTS[type] }]
      : []
  })
  return parts.find((type) => type.kind !== 'array' || type.of.type !== 'null') ?? parts[0]
}

/** What is known of values that stand together: in an array, in the columns of a union. */
export function commonInfo(values: readonly Typed[]): ValueInfo {
  const type = commonType(values, false)
  const known = values.find((each) => each.type === type || typeof each.type === 'object')
  const { expr: _, isRead: __, elements: ___, isNeverEmpty: ____, ...info } = known ?? { expr: null, type }
  const isNullable = values.some((each) => each.isNullable || each.type === 'null')
  const isNeverEmpty = values.every((each) => each.isNeverEmpty)
  return { ...info, type, ...(isNullable ? { isNullable } : {}), ...(isNeverEmpty ? { isNeverEmpty } : {}) }
}

/** The numbers of two columns of ids say nothing of each other, unless both hold persons or groups of one type. */
function areOfOneKind(values: readonly Typed[]): boolean {
  // null is compared with the text: an event without a session or group has an empty one
  const kinds = new Set(values.map(({ type, idOf }) => (type === 'id' ? idOf : undefined)))
  return kinds.size === 1 && !kinds.has(undefined)
}
