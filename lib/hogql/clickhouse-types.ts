import type { Typed, ValueInfo } from './rules.ts'

/** What ClickHouse calls the type of a value: `Nullable(Float64)`, `Array(String)` (docs/hogql-values.md 9). */
export function clickhouseType(info: ValueInfo & Pick<Typed, 'elements'>, timezone: string): string {
  const { type, format, number, interval, isNullable, idOf, zone = timezone, elements } = info
  const named = (of: ValueInfo) => clickhouseType(of, timezone)
  const nullable = (name: string) => (isNullable ? `Nullable(${name})` : name)
  if (typeof type === 'object') {
    if (type.kind === 'array') return `Array(${named(type.of)})`
    if (type.kind === 'tuple') return `Tuple(${type.of.map(named).join(', ')})`
    return `Map(${named(type.key)}, ${named(type.value)})`
  }
  switch (type) {
    case 'null':
      return 'Nullable(Nothing)'
    case 'float':
      return nullable(
        interval ? `Interval${interval.charAt(0).toUpperCase()}${interval.slice(1)}` : (number ?? 'Float64'),
      )
    case 'int':
      return nullable('Int64')
    case 'boolean':
      return nullable(format === 'word' ? 'Bool' : 'UInt8')
    case 'instant':
      return nullable(
        format === 'date' ? 'Date' : format === 'seconds' ? `DateTime('${zone}')` : `DateTime64(6, '${zone}')`,
      )
    case 'texts':
      return elements ? `Array(${named(elements)})` : 'Array(String)'
    case 'numbers':
      return elements ? `Array(${named(elements)})` : 'Array(Float64)'
    case 'instants':
      return `Array(${named(elements ?? { type: 'instant', format: 'seconds' })})`
    case 'ids':
      return 'Array(String)'
    case 'id':
    case 'text':
      return nullable(idOf === 'person' || idOf === 'event' ? 'UUID' : 'String')
    default:
      return nullable('String')
  }
}
