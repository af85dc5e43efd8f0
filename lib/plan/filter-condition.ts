import { alwaysTrue, and, call, column, compare, isNull, not, or, property, value, valueOfNow } from '../tree/build.ts'
import type { Expr, List, Match } from '../tree/expr.ts'
import type { SqlType } from '../tree/types.ts'
import { type Condition, type ElementTest, type Filter, type PropertyTest, SQL_TYPES } from './condition.ts'

const never = value(false, 'boolean')

/** The rows that a filter tests: the alias of their table, and the expression for the person of a row. */
export interface FilteredRows {
  readonly table: string
  readonly person: Expr
}
const EVENT_ROWS: FilteredRows = { table: 'events', person: column('events', 'person_id') }

/**
 * A filter -> a condition on the rows of a table, by default events (docs/trends.md 8). A row passes only if the
 * condition is true: null counts as false.
 */
export function buildFilter(filter: Filter, rows: FilteredRows = EVENT_ROWS): Expr {
  const build = (arg: Filter) => buildFilter(arg, rows)
  switch (filter.kind) {
    case 'and':
      return and(...filter.args.map(build))
    case 'or':
      return filter.args.length === 0 ? alwaysTrue : or(...filter.args.map(build))
    case 'cohort': {
      const any = or(...filter.ids.map((cohort): Expr => ({ kind: 'inCohort', person: rows.person, cohort })))
      return filter.negated ? not(any) : any
    }
    case 'expression':
      return call('coalesce', filter.expr, never)
    case 'metadata':
      return buildCondition(filter.expr, filter.type, filter.condition)
    case 'test':
      return buildTest(filter, rows)
    case 'event':
      return compare(column('events', 'event'), '=', value(filter.name, 'text'))
    case 'element':
      return buildElementTest(filter)
    default:
      return filter satisfies never
  }
}

function buildTest({ property: { of, key }, type, condition }: PropertyTest, { table }: FilteredRows): Expr {
  const sqlType = type === null ? 'text' : SQL_TYPES[type]
  return buildCondition(property(of, key, sqlType, table), sqlType, condition)
}

const CHAIN = property('event', '$elements_chain', 'text')

/**
 * Does some element of the event's chain meet the condition? A negated condition holds if no element meets the positive
 * one.
 */
function buildElementTest({ attribute, condition }: ElementTest): Expr {
  const any = (positive: Condition): Expr => ({
    kind: 'anyElement',
    attribute,
    chain: CHAIN,
    test: buildCondition(column('element', 'value'), 'text', positive),
  })
  if (condition.is === 'noneOf') return not(any({ ...condition, is: 'anyOf' }))
  if (condition.is === 'notSet') return not(any({ is: 'set' }))
  if ('negated' in condition && condition.negated) return not(any({ ...condition, negated: false }))
  return any(condition)
}

function buildCondition(read: Expr, type: SqlType, condition: Condition): Expr {
  switch (condition.is) {
    case 'anyOf':
      return anyOf(read, type, condition.values)
    case 'noneOf':
      // a missing property equals none of the values, so it passes
      return condition.values.length === 0 ? alwaysTrue : or(isNull(read), not(anyOf(read, type, condition.values)))
    case 'contains':
    case 'containsExactly': {
      const how = condition.is === 'contains' ? 'ilike' : 'like'
      return anyMatch(
        read,
        condition.patterns.map((pattern) => ({ kind: 'match', how, expr: read, pattern })),
        condition.negated,
      )
    }
    case 'matches':
      return anyMatch(
        read,
        condition.patterns.map((pattern) => ({ kind: 'match', how: 'regex', expr: read, pattern })),
        condition.negated,
      )
    case 'order':
      return {
        ...compare(read, condition.op, condition.ofNow ? valueOfNow(condition.value) : value(condition.value, type)),
        ...(type === 'text' && condition.op !== '=' ? { byCodePoint: true } : {}),
      }
    case 'within':
      return and(
        compare(read, '>=', value(condition.low, 'float')),
        compare(read, '<=', value(condition.high, 'float')),
      )
    case 'outside':
      // a missing property is not between the bounds, so it passes
      return or(
        isNull(read),
        compare(read, '<', value(condition.low, 'float')),
        compare(read, '>', value(condition.high, 'float')),
      )
    case 'set':
      return not(isNull(read))
    case 'notSet':
      return isNull(read)
    default:
      return condition satisfies never
  }
}

/** Does one of the patterns match (negated: none)? No pattern matches a missing property. */
const anyMatch = (read: Expr, matches: readonly Match[], negated: boolean): Expr =>
  negated ? or(isNull(read), not(or(...matches))) : or(...matches)

function anyOf(read: Expr, type: SqlType, values: readonly (string | number | boolean)[]): Expr {
  const [first] = values
  if (first === undefined) return never
  if (values.length === 1) return compare(read, '=', value(first, type))
  const list: List = { kind: 'list', values, type }
  return { kind: 'in', expr: read, list }
}
