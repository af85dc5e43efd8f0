/** Arrays, tuples and maps: values as JSON, and back (docs/hogql-values.md). */
import { call, column, table, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { LanguageFunction } from '../tree/language.ts'
import { areAlike } from './alike.ts'
import { coerce, commonInfo, emptyList } from './coerce.ts'
import type { ArrayType, FunctionContext, MapType, TupleType, Typed, ValueInfo, ValueType } from './rules.ts'

export const invoke = (fn: LanguageFunction, ...args: readonly Expr[]): Expr => ({ kind: 'function', fn, args })

export const isArray = (type: ValueType): type is ArrayType => typeof type === 'object' && type.kind === 'array'
export const isTuple = (type: ValueType): type is TupleType => typeof type === 'object' && type.kind === 'tuple'
export const isMap = (type: ValueType): type is MapType => typeof type === 'object' && type.kind === 'map'

export const arrayOf = (of: ValueInfo): ArrayType => ({ kind: 'array', of })
export const tupleOf = (of: readonly ValueInfo[]): TupleType => ({ kind: 'tuple', of })
export const mapOf = (key: ValueInfo, of: ValueInfo): MapType => ({ kind: 'map', key, value: of })

/** What is known of a value, without the value. */
export const infoOf = ({ expr: _, isRead: __, elements: ___, ...info }: Typed): ValueInfo => info

/** The value as JSON. True and false are 1 and 0 unless they are of the type Bool; an id is its text. */
export function encode(typed: Typed, context: FunctionContext): { json: Expr; info: ValueInfo } {
  const { expr, type, format } = typed
  if (typeof type === 'object') return { json: expr, info: infoOf(typed) }
  if (type === 'null') return { json: invoke('toJson', value(null, 'text')), info: { type, isNullable: true } }
  if (type === 'boolean' && format !== 'word')
    return {
      json: invoke('toJson', coerce(typed, 'float', context).expr),
      info: { ...infoOf(typed), type: 'float', number: 'UInt8' },
    }
  if (type === 'texts' || type === 'numbers' || type === 'instants' || type === 'ids') {
    const array = toArray(typed, context)
    return { json: array.expr, info: infoOf(array) }
  }
  if (type === 'id' || type === 'properties') return encode(coerce(typed, 'text', context), context)
  return { json: invoke('toJson', expr), info: infoOf(typed) }
}

/** The value that JSON holds, which `info` describes. */
export function decode(json: Expr, info: ValueInfo): Typed {
  const { type } = info
  switch (type) {
    case 'float':
    case 'int':
      return { ...info, type: 'float', expr: invoke('jsonToFloat', json) }
    case 'boolean':
      return { ...info, expr: invoke('jsonToBoolean', json) }
    case 'instant':
      return { ...info, expr: invoke('jsonToInstant', json) }
    case 'null':
      return { ...info, expr: value(null, 'text') }
    case 'text':
      return { ...info, expr: invoke('jsonToText', json) }
    default:
      return { ...info, expr: json }
  }
}

/** Values as the elements of one array, which have one type. */
export function arrayFrom(items: readonly Typed[], context: FunctionContext): Typed {
  checkElements(items, context)
  const of = commonInfo(items)
  const encoded = items.map((item) => encode(as(item, of, context), context))
  const info = encoded.find(({ info: { type } }) => type !== 'null')?.info ?? of
  const isNullable = items.some((item) => item.isNullable || item.type === 'null')
  const { isNullable: _, ...plain } = info
  return {
    expr: invoke('jsonArray', ...encoded.map(({ json }) => json)),
    type: arrayOf({ ...plain, ...(isNullable ? { isNullable } : {}) }),
  }
}

/** Throws a 400 for elements that no array has beside each other. */
export function checkElements(infos: readonly ValueInfo[], { error }: FunctionContext): void {
  const types = infos.map(({ type }) => type).filter((type) => type !== 'null')
  const [one] = types
  if (one && !types.every((type) => areAlike(type, one))) throw error('The elements of an array are of one type.')
}

/** The value as one of the type that `info` says, where its own is another. */
export function as(typed: Typed, info: ValueInfo, context: FunctionContext): Typed {
  if (typed.type === info.type) return typed
  const isNullable = typed.isNullable || typed.type === 'null'
  return { ...coerce(typed, info.type, context), ...(isNullable ? { isNullable: true } : {}) }
}

export function tupleFrom(items: readonly Typed[], context: FunctionContext): Typed {
  const encoded = items.map((item) => encode(item, context))
  return {
    expr: invoke('jsonTuple', ...encoded.map(({ json }) => json)),
    type: tupleOf(encoded.map(({ info }) => info)),
  }
}

/** An array of the tree (texts, numbers, instants) as JSON; JSON arrays as they are. Throws a 400 for what is no array. */
export function toArray(typed: Typed, context: FunctionContext): Typed {
  const { expr, type } = typed
  if (isArray(type)) return typed
  if (type === 'ids' && typed.idOf) return { expr: textsOfIds(expr, typed.idOf), type: arrayOf({ type: 'text' }) }
  const item = typed.elements ?? ITEMS.get(type)
  if (!item) throw context.error('This is no array.')
  return { expr: invoke('toJson', expr), type: arrayOf(item) }
}

/** No alias of a text has a blank at its end. */
const MEMBERS = 'members '

/** The texts of a set of the ids of persons or groups. */
function textsOfIds(set: Expr, idOf: string): Expr {
  const member = column(MEMBERS, 'id')
  const text: Expr = { kind: 'aggregate', fn: 'groupArray', args: [invoke('toJson', call('toText', member))] }
  return {
    kind: 'scalarQuery',
    query: {
      kind: 'select',
      columns: [{ expr: text, as: 'texts' }],
      from: table(idOf === 'person' ? 'persons' : 'groups', MEMBERS),
      where: call('hasNumber', set, member),
    },
  }
}

const ITEMS: ReadonlyMap<ValueType, ValueInfo> = new Map<ValueType, ValueInfo>([
  ['texts', { type: 'text' }],
  ['numbers', { type: 'float' }],
  ['instants', { type: 'instant', format: 'seconds' }],
])

/** ClickHouse's default of a type: 0, '', [] and so on; null where values may be null. */
export function defaultOf(info: ValueInfo): Typed {
  const { type, isNullable } = info
  const list = emptyList(type)
  if (list) return { ...info, expr: isNullable ? call('nullIf', list, list) : list }
  if (isNullable || type === 'null') return { ...info, ...as0(type) }
  if (type === 'float' || type === 'int') return { ...info, expr: value(0, 'float'), type: 'float' }
  if (type === 'boolean') return { ...info, expr: value(false, 'boolean') }
  if (type === 'instant') return { ...info, expr: value('1970-01-01T00:00:00Z', 'instant') }
  if (typeof type === 'string') return { ...info, expr: value('', 'text') }
  return {
    ...info,
    expr: type.kind === 'tuple' ? invoke('jsonTuple', ...type.of.map(defaultJson)) : invoke('jsonArray'),
  }
}

function defaultJson(info: ValueInfo): Expr {
  const { expr, type } = defaultOf(info)
  return typeof type === 'object' ? expr : invoke('toJson', expr)
}

const as0 = (type: ValueType): { expr: Expr } => ({
  expr:
    typeof type === 'object'
      ? invoke('toJson', value(null, 'text'))
      : value(
          null,
          type === 'float' || type === 'int' ? 'float' : type === 'boolean' || type === 'instant' ? type : 'text',
        ),
})

/** What a JSON object holds under the keys, as text: null where there is none. */
export const jsonPart = (typed: Typed, keys: readonly string[], context: FunctionContext): Typed => ({
  expr: call('jsonText', coerce(typed, 'text', context).expr, ...keys.map((key) => value(key, 'text'))),
  type: 'text',
  isNullable: true,
})
