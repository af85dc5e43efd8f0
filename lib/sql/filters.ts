import type { PropertyType } from '../plan/context.ts'
import type { Condition, Filter, PropertyTest } from '../plan/filter.ts'
import {
  alwaysTrue,
  and,
  compare,
  type Expr,
  isNull,
  type List,
  not,
  or,
  type PropertyRead,
  type SqlType,
  value,
} from '../tree/query.ts'

const SQL_TYPES: Record<NonNullable<PropertyType>, SqlType> = {
  String: 'text',
  Numeric: 'float',
  Boolean: 'boolean',
  DateTime: 'instant',
}
const never = value(false, 'boolean')

/** A filter -> a condition that is true or false, never null (contract/trends.md 8). */
export function buildFilter(filter: Filter): Expr {
  switch (filter.kind) {
    case 'and':
      return and(...filter.args.map(buildFilter))
    case 'or':
      return filter.args.length === 0 ? alwaysTrue : or(...filter.args.map(buildFilter))
    case 'test':
      return buildTest(filter)
    default:
      return filter satisfies never
  }
}

function buildTest({ property, type, condition }: PropertyTest): Expr {
  const sqlType = type === null ? 'text' : SQL_TYPES[type]
  const read: PropertyRead = { kind: 'property', of: property.of, key: property.key, type: sqlType }
  return buildCondition(read, condition)
}

function buildCondition(read: PropertyRead, condition: Condition): Expr {
  switch (condition.is) {
    case 'anyOf':
      return anyOf(read, condition.values)
    case 'noneOf':
      // a missing property is none of them
      return condition.values.length === 0 ? alwaysTrue : or(isNull(read), not(anyOf(read, condition.values)))
    case 'contains':
    case 'matches': {
      const how = condition.is === 'contains' ? 'ilike' : 'regex'
      const any = or(...condition.patterns.map((pattern): Expr => ({ kind: 'match', how, expr: read, pattern })))
      return condition.negated ? or(isNull(read), not(any)) : any
    }
    case 'order':
      return compare(read, condition.op, value(condition.value, read.type))
    case 'within':
      return and(
        compare(read, '>=', value(condition.low, 'float')),
        compare(read, '<=', value(condition.high, 'float')),
      )
    case 'outside':
      return or(compare(read, '<', value(condition.low, 'float')), compare(read, '>', value(condition.high, 'float')))
    case 'set':
      return not(isNull(read))
    case 'notSet':
      return isNull(read)
    default:
      return condition satisfies never
  }
}

function anyOf(read: PropertyRead, values: readonly (string | number | boolean)[]): Expr {
  const [first] = values
  if (first === undefined) return never
  if (values.length === 1) return compare(read, '=', value(first, read.type))
  const list: List = { kind: 'list', values, type: read.type }
  return { kind: 'in', expr: read, list }
}
