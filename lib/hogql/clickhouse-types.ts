import type { ValueInfo } from './rules.ts'

/** What ClickHouse calls the type of a value: `Nullable(Float64)`, `Array(String)` (docs/hogql-values.md 9). */
export function clickhouseType({ type, format, number, interval, isNullable }: ValueInfo): string {
  const nullable = (name: string) => (isNullable ? `Nullable(${name})` : name)
  if (typeof type === 'object') {
    if (type.kind === 'array') return `Array(${clickhouseType(type.of)})`
    if (type.kind === 'tuple') return `Tuple(${type.of.map(clickhouseType).join(', ')})`
    return `Map(${clickhouseType(type.key)}, ${clickhouseType(type.value)})`
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
      return nullable(format === 'date' ? 'Date' : format === 'seconds' ? 'DateTime' : 'DateTime64(6)')
    case 'texts':
      return 'Array(String)'
    case 'numbers':
      return 'Array(Float64)'
    default:
      return nullable('String')
  }
}
