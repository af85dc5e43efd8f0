/** Which values can stand beside each other: in an array, in the columns of a union, in what is chosen of. */
import type { ValueType } from './rules.ts'

/** Could values of the two types be elements of one array? Null and the empty array stand beside anything like them. */
export function areAlike(a: ValueType, b: ValueType): boolean {
  if (a === 'null' || b === 'null') return true
  if (kindOf(a) !== kindOf(b)) return false
  const [x, y] = [partsOf(a), partsOf(b)]
  return x.length === y.length && x.every((type, i) => areAlike(type, y[i] ?? 'null'))
}

function kindOf(type: ValueType): string {
  if (typeof type === 'object') return type.kind
  if (type === 'int' || type === 'boolean') return 'float'
  if (type === 'id' || type === 'properties') return 'text'
  return LISTS.has(type) ? 'array' : type
}

/** Arrays that the tree has as such. */
const LISTS: ReadonlyMap<ValueType, ValueType> = new Map<ValueType, ValueType>([
  ['texts', 'text'],
  ['numbers', 'float'],
  ['instants', 'instant'],
])

function partsOf(type: ValueType): readonly ValueType[] {
  if (typeof type !== 'object') return [LISTS.get(type) ?? 'null']
  if (type.kind === 'array') return [type.of.type]
  return type.kind === 'tuple' ? type.of.map((part) => part.type) : [type.key.type, type.value.type]
}
