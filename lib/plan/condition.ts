/**
 * The filters of a plan. Their values are converted to the type by which the property is compared (docs/trends.md 8).
 */
import { DateTime } from 'luxon'
import { invalid } from '../core/errors.ts'
import { readPattern } from '../hogql/patterns.ts'
import type { NodeTest } from '../nodes/filter.ts'
import type { Expr } from '../tree/expr.ts'
import type { Regex } from '../tree/regex.ts'
import type { SqlType } from '../tree/types.ts'
import { isInRange } from './calendar.ts'
import { dateScope, type PlanScope, type PropertyRef, type PropertyType } from './context.ts'
import { readDate } from './dates.ts'

/** A condition on one value. Its values are converted to the property's type. */
export type Condition =
  | { readonly is: 'anyOf' | 'noneOf'; readonly values: readonly (string | number | boolean)[] }
  | {
      readonly is: 'contains' | 'containsExactly'
      readonly patterns: readonly string[]
      readonly negated: boolean
    }
  | { readonly is: 'matches'; readonly patterns: readonly Regex[]; readonly negated: boolean }
  | {
      readonly is: 'order'
      readonly op: '<' | '<=' | '>' | '>=' | '='
      readonly value: string | number | boolean
      /** The next time the value is another one. */
      readonly ofNow?: true
    }
  | { readonly is: 'within' | 'outside'; readonly low: number; readonly high: number }
  | { readonly is: 'set' | 'notSet' }

export interface PropertyTest {
  readonly kind: 'test'
  readonly property: PropertyRef
  readonly type: PropertyType
  readonly condition: Condition
}
export interface FilterGroup {
  readonly kind: 'and' | 'or'
  readonly args: readonly Filter[]
}
/** The event has this name. */
export interface EventTest {
  readonly kind: 'event'
  readonly name: string
}
/** Some element of the event's chain has a value of the attribute that meets the condition. */
export interface ElementTest {
  readonly kind: 'element'
  readonly attribute: 'text' | 'href'
  readonly condition: Condition
}
/** The event's person is in one of the cohorts, or in none. */
export interface CohortTest {
  readonly kind: 'cohort'
  readonly ids: readonly number[]
  readonly negated: boolean
}
/** A boolean expression over the event. */
export interface ExpressionTest {
  readonly kind: 'expression'
  readonly expr: Expr
}
/** A condition on a column of the event. */
export interface MetadataTest {
  readonly kind: 'metadata'
  readonly expr: Expr
  readonly type: SqlType
  readonly condition: Condition
}
export type Filter = ExpressionTest | MetadataTest | PropertyTest | EventTest | ElementTest | CohortTest | FilterGroup

/** The SQL type as which values of each registered type are read. */
export const SQL_TYPES: Readonly<Record<NonNullable<PropertyType>, SqlType>> = {
  String: 'text',
  Numeric: 'float',
  Boolean: 'boolean',
  DateTime: 'instant',
}

/** `between` and `not_between` compare numbers, even if the property is registered with another type. */
export const isBetween = ({ operator }: NodeTest): boolean => operator === 'between' || operator === 'not_between'

/**
 * The operator and the values of a test -> a condition on values of `type`. Throws 400 `invalid_input` naming the value
 * if the operator takes another number of values, a date cannot be read, or a pattern is invalid.
 */
export function planCondition(test: NodeTest, type: PropertyType, scope: PlanScope): Condition {
  const { operator, values, attr } = test
  const typed = () => values.map((v) => toType(v, type, scope)).filter((v) => v !== null)
  switch (operator) {
    case 'exact':
    case 'in':
      return { is: 'anyOf', values: typed() }
    case 'is_not':
    case 'not_in':
      return { is: 'noneOf', values: typed() }
    case 'icontains':
    case 'not_icontains':
      return { is: 'contains', patterns: values.map(String), negated: operator === 'not_icontains' }
    case 'regex':
    case 'not_regex':
      return {
        is: 'matches',
        patterns: values.map((pattern) => readPattern(String(pattern), attr)),
        negated: operator === 'not_regex',
      }
    case 'gt':
      return order(test, '>', type, scope)
    case 'gte':
    case 'min':
      return order(test, '>=', type, scope)
    case 'lt':
      return order(test, '<', type, scope)
    case 'lte':
    case 'max':
      return order(test, '<=', type, scope)
    case 'between':
    case 'not_between':
      return { is: operator === 'between' ? 'within' : 'outside', ...bounds(test) }
    case 'is_set':
      return { is: 'set' }
    case 'is_not_set':
      return { is: 'notSet' }
    case 'is_date_exact':
      return { is: 'order', op: '=', ...instant(test, scope) }
    case 'is_date_before':
      return { is: 'order', op: '<', ...instant(test, scope) }
    case 'is_date_after':
      return { is: 'order', op: '>', ...instant(test, scope) }
    default:
      return operator satisfies never
  }
}

function order(test: NodeTest, op: '<' | '<=' | '>' | '>=', type: PropertyType, scope: PlanScope): Condition {
  const [first] = test.values
  if (test.values.length !== 1 || first === undefined)
    throw invalid(test.attr, `The operator ${test.operator} takes one value.`)
  const value = toType(first, type, scope)
  // a value that is not of the property's type cannot be compared: no event passes
  return value === null ? { is: 'anyOf', values: [] } : { is: 'order', op, value }
}

function bounds(test: NodeTest): { low: number; high: number } {
  const [low, high] = test.values.map(toNumber)
  if (test.values.length !== 2 || low == null || high == null)
    throw invalid(test.attr, `The operator ${test.operator} takes two numbers.`)
  if (low > high) throw invalid(test.attr, `The operator ${test.operator} takes the smaller number first.`)
  return { low, high }
}

function instant(test: NodeTest, scope: PlanScope): { readonly value: string; readonly ofNow?: true } {
  const [first] = test.values
  if (test.values.length !== 1) throw invalid(test.attr, `The operator ${test.operator} takes one date.`)
  const { at, relative } = readDate(String(first), dateScope(scope), test.attr)
  return { value: at.toUTC().toISO() ?? '', ...(relative && relative.position === null ? { ofNow: true } : {}) }
}

/** The value converted to the property's type; null if it cannot be converted. */
function toType(v: string | number | boolean, type: PropertyType, scope: PlanScope): string | number | boolean | null {
  switch (type) {
    case 'Numeric':
      return toNumber(v)
    case 'Boolean':
      return String(v).toLowerCase() === 'true' ? true : String(v).toLowerCase() === 'false' ? false : null
    case 'DateTime':
      return instantOf(v, scope.project.timezone)
    default:
      return String(v)
  }
}

/** A decimal number. A text is a number exactly if the database reads it as one; else the answer is null. */
function toNumber(v: string | number | boolean): number | null {
  if (typeof v === 'boolean' || (typeof v === 'string' && !/^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(v)))
    return null
  return Number.isFinite(Number(v)) ? Number(v) : null
}

/**
 * A date text, epoch seconds or epoch milliseconds -> ISO instant in UTC; null if it is none of them. A text without an
 * offset is in `timezone`.
 */
export function instantOf(v: string | number | boolean, timezone: string): string | null {
  const text = String(v).trim()
  const at = /^(\d{9,10}|\d{13})$/.test(text)
    ? DateTime.fromMillis(Number(text) * (text.length === 13 ? 1 : 1_000))
    : DateTime.fromISO(text.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T'), { zone: timezone })
  // luxon takes offsets of 16 hours and more, which no place has and the database refuses
  if (/:\d\d.*[-+](1[6-9]|[2-9]\d)(:?\d\d)?$/.test(text)) return null
  return isInRange(at) ? (at.toUTC().toISO() ?? null) : null
}
