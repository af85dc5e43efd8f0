import { DateTime } from 'luxon'
import { invalid, notSupported, unavailable } from '../core/errors.ts'
import { bindExpression, bindText } from '../hogql/expressions.ts'
import { eventFields, type Fields } from '../hogql/fields.ts'
import { parseExpression } from '../hogql/parse/expressions.ts'
import { readPattern } from '../hogql/patterns.ts'
import { Scope } from '../hogql/scope.ts'
import { cohortId, type NodeGroup, type NodeTest } from '../nodes/filter.ts'
import { call, column } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Regex } from '../tree/regex.ts'
import type { PropertyOwner, SqlType } from '../tree/types.ts'
import { isInRange } from './calendar.ts'
import {
  type PropertyRef,
  type PropertyType,
  propertyTypeKey,
  type QueryContext,
  type ResolvedCohort,
  TYPED_OPERATORS,
} from './context.ts'
import { readDate } from './dates.ts'
import { sessionPropertyType } from './session.ts'

/** What a test asks of a property; values are converted to the property's type. */
export type Condition =
  | { readonly is: 'anyOf' | 'noneOf'; readonly values: readonly (string | number | boolean)[] }
  | {
      readonly is: 'contains' | 'containsExactly'
      readonly patterns: readonly string[]
      readonly negated: boolean
    }
  | { readonly is: 'matches'; readonly patterns: readonly Regex[]; readonly negated: boolean }
  | { readonly is: 'order'; readonly op: '<' | '<=' | '>' | '>=' | '='; readonly value: string | number | boolean }
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
/** A value of the attribute somewhere in the chain of elements passes. */
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
/** A column of the event, as text. */
export interface MetadataTest {
  readonly kind: 'metadata'
  readonly expr: Expr
  readonly type: SqlType
  readonly condition: Condition
}
export type Filter = ExpressionTest | MetadataTest | PropertyTest | EventTest | ElementTest | CohortTest | FilterGroup

export interface FilterInput {
  readonly context: QueryContext
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  readonly now: Date
  /** What expressions may name; those of an event unless given. */
  readonly fields?: Fields
  /** Filters on elements are planned where their selectors are read. */
  readonly element: (test: NodeTest) => Filter
}

/** Typed filters of a group. Throws a 400 naming the value for bounds, dates and expressions that make no sense. */
export function planFilter(group: NodeGroup, input: FilterInput): FilterGroup {
  return {
    kind: group.type === 'AND' ? 'and' : 'or',
    args: group.values.map((item) => ('operator' in item ? planTest(item, input) : planFilter(item, input))),
  }
}

function planTest(test: NodeTest, input: FilterInput): Filter {
  if (test.of === 'element') return input.element(test)
  if (test.of === 'event_metadata') return planMetadataTest(test, input)
  if (test.of === 'hogql') return planExpressionTest(test, input)
  if (test.of === 'cohort') return planCohortTest(test, input)
  const property = { of: test.of, key: test.key }
  const registered =
    test.of === 'session'
      ? sessionType(test)
      : textIfNoBoolean(test, input.context.propertyTypes.get(propertyTypeKey(property)) ?? null)
  const condition = planCondition(test, registered, input)
  const byInstant = test.operator.startsWith('is_date')
  const type = byInstant
    ? 'DateTime'
    : isBetween(test)
      ? 'Numeric'
      : TYPED_OPERATORS.includes(test.operator)
        ? registered
        : 'String'
  return { kind: 'test', property, type, condition }
}

/** Those that compare numbers, whatever is registered. */
export const isBetween = ({ operator }: NodeTest): boolean => operator === 'between' || operator === 'not_between'

function planMetadataTest(test: NodeTest, input: FilterInput): Filter {
  const isInstant =
    test.key === 'timestamp' && (test.operator.startsWith('is_date') || TYPED_OPERATORS.includes(test.operator))
  if (isBetween(test)) {
    if (isInstant) throw invalid(test.attr, `The operator ${test.operator} compares numbers.`)
    const number = call('parseNumber', metadataText(test.key, input))
    return { kind: 'metadata', expr: number, type: 'float', condition: planCondition(test, 'Numeric', input) }
  }
  return {
    kind: 'metadata',
    // an event without a session or a group has an empty text for it
    expr: isInstant || test.operator.endsWith('_set') ? column('events', test.key) : metadataText(test.key, input),
    type: isInstant ? 'instant' : 'text',
    condition: planCondition(test, isInstant ? 'DateTime' : 'String', input),
  }
}

/** A column of the event as text. */
export const metadataText = (name: string, input: FilterInput): Expr =>
  bindText({ kind: 'field', chain: [name], at: 0 }, scopeOf(input, name))

function planExpressionTest({ key, attr }: NodeTest, input: FilterInput): Filter {
  const { expr, type } = bindExpression(parseExpression(key, attr), scopeOf(input, attr))
  if (type !== 'boolean') throw invalid(attr, 'The expression of a filter must be true or false.', 'hogql_error')
  return { kind: 'expression', expr }
}

/** How the values of a property are read. */
export type PropertyTypes = (of: PropertyOwner, key: string) => SqlType

/** Properties are read as their definitions say, as text without one. */
export const propertyTypesOf =
  ({ propertyTypes }: Pick<QueryContext, 'propertyTypes'>): PropertyTypes =>
  (of, key) => {
    const type = of === 'session' ? sessionPropertyType(key) : propertyTypes.get(propertyTypeKey({ of, key }))
    return SQL_TYPES[type ?? 'String']
  }

/** The scope of an expression over the rows of a query. */
export const scopeOf = (
  { context: { propertyTypes }, timezone, weekStartDay, now, fields = eventFields }: Omit<FilterInput, 'element'>,
  attr: string,
): Scope => {
  return Scope.of(fields, {
    attr,
    timezone,
    weekStartDay,
    now: now.toISOString(),
    instant: (text, zone = timezone) => dateText(text, { timezone: zone }),
    propertyType: propertyTypesOf({ propertyTypes }),
  })
}

/** How values of a registered type are read. */
export const SQL_TYPES: Readonly<Record<NonNullable<PropertyType>, SqlType>> = {
  String: 'text',
  Numeric: 'float',
  Boolean: 'boolean',
  DateTime: 'instant',
}

function planCohortTest({ values, operator, attr }: NodeTest, { context }: FilterInput): Filter {
  const ids = values.map((value) => cohortId(value, attr))
  for (const id of ids) requireCohort(id, attr, context)
  return { kind: 'cohort', ids, negated: operator === 'not_in' || operator === 'is_not' }
}

/** Throws 400 for a cohort that is not there or cannot be calculated, 503 for one that is not calculated yet. */
export function requireCohort(id: number, attr: string, { cohorts }: QueryContext): ResolvedCohort {
  const cohort = cohorts.get(id)
  if (!cohort) throw invalid(attr, `Cohort with ID ${id} does not exist.`, 'does_not_exist')
  if (cohort.isCalculated) return cohort
  if (cohort.error) throw invalid(attr, `Cohort ${id} could not be calculated: ${cohort.error}`)
  throw unavailable(`Cohort ${id} is being calculated.`, 2)
}

/** A value that is neither true nor false can only be compared as text. */
const textIfNoBoolean = ({ values }: NodeTest, type: PropertyType): PropertyType =>
  type === 'Boolean' && values.some((value) => !/^(true|false)$/i.test(String(value))) ? 'String' : type

function sessionType({ key, attr }: NodeTest): PropertyType {
  const type = sessionPropertyType(key)
  if (type === undefined) throw notSupported(attr, `The session property ${key}`)
  return type
}

/** What the operator of a test asks of a value of `type`. */
export function planCondition(test: NodeTest, type: PropertyType, input: FilterInput): Condition {
  const { operator, values, attr } = test
  const typed = () => values.map((v) => toType(v, type, input)).filter((v) => v !== null)
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
      return order(test, '>', type, input)
    case 'gte':
    case 'min':
      return order(test, '>=', type, input)
    case 'lt':
      return order(test, '<', type, input)
    case 'lte':
    case 'max':
      return order(test, '<=', type, input)
    case 'between':
    case 'not_between':
      return { is: operator === 'between' ? 'within' : 'outside', ...bounds(test) }
    case 'is_set':
      return { is: 'set' }
    case 'is_not_set':
      return { is: 'notSet' }
    case 'is_date_exact':
      return { is: 'order', op: '=', value: instant(test, input) }
    case 'is_date_before':
      return { is: 'order', op: '<', value: instant(test, input) }
    case 'is_date_after':
      return { is: 'order', op: '>', value: instant(test, input) }
    default:
      return operator satisfies never
  }
}

function order(test: NodeTest, op: '<' | '<=' | '>' | '>=', type: PropertyType, input: FilterInput): Condition {
  const [first] = test.values
  if (test.values.length !== 1 || first === undefined)
    throw invalid(test.attr, `The operator ${test.operator} takes one value.`)
  const value = toType(first, type, input)
  // nothing is above or below a value that is not of the property's type
  return value === null ? { is: 'anyOf', values: [] } : { is: 'order', op, value }
}

function bounds(test: NodeTest): { low: number; high: number } {
  const [low, high] = test.values.map(number)
  if (test.values.length !== 2 || low == null || high == null)
    throw invalid(test.attr, `The operator ${test.operator} takes two numbers.`)
  if (low > high) throw invalid(test.attr, `The operator ${test.operator} takes the smaller number first.`)
  return { low, high }
}

function instant(test: NodeTest, input: FilterInput): string {
  const [first] = test.values
  if (test.values.length !== 1) throw invalid(test.attr, `The operator ${test.operator} takes one date.`)
  return readDate(String(first), input.timezone, input.now, input.weekStartDay, test.attr).at.toUTC().toISO() ?? ''
}

/** The value as the property's type compares it; null where it cannot be one. */
function toType(
  v: string | number | boolean,
  type: PropertyType,
  input: FilterInput,
): string | number | boolean | null {
  switch (type) {
    case 'Numeric':
      return number(v)
    case 'Boolean':
      return String(v).toLowerCase() === 'true' ? true : String(v).toLowerCase() === 'false' ? false : null
    case 'DateTime':
      return dateText(v, input)
    default:
      return String(v)
  }
}

/** A plain number, as the database reads numbers in text. */
function number(v: string | number | boolean): number | null {
  if (typeof v === 'boolean' || (typeof v === 'string' && !/^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(v)))
    return null
  return Number.isFinite(Number(v)) ? Number(v) : null
}

function dateText(v: string | number | boolean, { timezone }: Pick<FilterInput, 'timezone'>): string | null {
  const text = String(v).trim()
  const at = /^(\d{9,10}|\d{13})$/.test(text)
    ? DateTime.fromMillis(Number(text) * (text.length === 13 ? 1 : 1_000))
    : DateTime.fromISO(text.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T'), { zone: timezone })
  // an offset that no place has
  if (/:\d\d.*[-+](1[6-9]|[2-9]\d)(:?\d\d)?$/.test(text)) return null
  return isInRange(at) ? (at.toUTC().toISO() ?? null) : null
}
