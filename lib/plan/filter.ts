/** Plans filters: the filters of a node -> typed conditions on events or persons (docs/trends.md 8). */
import { invalid, notSupported, unavailable } from '../core/errors.ts'
import { bindExpression, bindText } from '../hogql/expressions.ts'
import { eventFields } from '../hogql/fields.ts'
import { type BindContext, Scope } from '../hogql/scope.ts'
import { cohortId, type NodeGroup, type NodeTest } from '../nodes/filter.ts'
import { call, column } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { PropertyOwner, SqlType } from '../tree/types.ts'
import { type Filter, type FilterGroup, instantOf, isBetween, planCondition, SQL_TYPES } from './condition.ts'
import {
  type PlanScope,
  type PropertyType,
  propertyTypeKey,
  type QueryContext,
  type ResolvedCohort,
  TYPED_OPERATORS,
} from './context.ts'
import { planElement } from './element.ts'
import { sessionPropertyType } from './session.ts'
import { syntaxOf } from './syntax.ts'

/**
 * A group of filters -> typed conditions. Throws 400 naming the value if a bound, a date, a pattern or an expression is
 * invalid, or if a cohort does not exist; 503 if a cohort is not calculated yet.
 */
export function planFilter(group: NodeGroup, scope: PlanScope): FilterGroup {
  return {
    kind: group.type === 'AND' ? 'and' : 'or',
    args: group.values.map((item) => ('operator' in item ? planTest(item, scope) : planFilter(item, scope))),
  }
}

function planTest(test: NodeTest, scope: PlanScope): Filter {
  if (test.of === 'element') return planElement(test, scope)
  if (test.of === 'event_metadata') return planMetadataTest(test, scope)
  if (test.of === 'hogql') return planExpressionTest(test, scope)
  if (test.of === 'cohort') return planCohortTest(test, scope)
  const property = { of: test.of, key: test.key }
  const registered =
    test.of === 'session'
      ? sessionType(test)
      : textIfNoBoolean(test, scope.context.propertyTypes.get(propertyTypeKey(property)) ?? null)
  const condition = planCondition(test, registered, scope)
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

function planMetadataTest(test: NodeTest, scope: PlanScope): Filter {
  const isInstant =
    test.key === 'timestamp' && (test.operator.startsWith('is_date') || TYPED_OPERATORS.includes(test.operator))
  if (isBetween(test)) {
    if (isInstant) throw invalid(test.attr, `The operator ${test.operator} compares numbers.`)
    const number = call('parseNumber', metadataText(test.key, scope))
    return { kind: 'metadata', expr: number, type: 'float', condition: planCondition(test, 'Numeric', scope) }
  }
  return {
    kind: 'metadata',
    // as text, a missing session is ''; only `is_set` and dates read the column itself
    expr: isInstant || test.operator.endsWith('_set') ? column('events', test.key) : metadataText(test.key, scope),
    type: isInstant ? 'instant' : 'text',
    condition: planCondition(test, isInstant ? 'DateTime' : 'String', scope),
  }
}

/** A column of the event as text. */
export const metadataText = (name: string, scope: PlanScope): Expr =>
  bindText({ kind: 'field', chain: [name], at: 0 }, bindingScope(scope, name))

function planExpressionTest(test: NodeTest, scope: PlanScope): Filter {
  const { key, attr } = test
  const { expr, type } = bindExpression(syntaxOf(test, key, attr), bindingScope(scope, attr))
  if (type !== 'boolean') throw invalid(attr, 'The expression of a filter must be true or false.', 'hogql_error')
  return { kind: 'expression', expr }
}

/** The SQL type as which a property is read. */
export type PropertyTypes = (of: PropertyOwner, key: string) => SqlType

/** Properties are read by the type of their definition; a property without a type is read as text. */
export const propertyTypesOf =
  ({ propertyTypes }: Pick<QueryContext, 'propertyTypes'>): PropertyTypes =>
  (of, key) => {
    const type = of === 'session' ? sessionPropertyType(key) : propertyTypes.get(propertyTypeKey({ of, key }))
    return SQL_TYPES[type ?? 'String']
  }

/**
 * The binder's scope for an expression over the rows of a query. `attr`: the place of the expression in the request.
 */
export const bindingScope = (scope: PlanScope, attr: string): Scope =>
  Scope.of(scope.fields ?? eventFields, bindContext(scope, attr))

/** The facts that a text is bound with. `attr`: its place in the request. */
export function bindContext({ project, context, now }: PlanScope, attr: string): BindContext {
  const { timezone, weekStartDay } = project
  return {
    attr,
    timezone,
    weekStartDay,
    now: now.toISOString(),
    instant: (text, zone = timezone) => instantOf(text, zone),
    propertyType: propertyTypesOf(context),
  }
}

function planCohortTest({ values, operator, attr }: NodeTest, scope: PlanScope): Filter {
  const ids = values.map((value) => cohortId(value, attr))
  for (const id of ids) requireCohort(id, attr, scope)
  return { kind: 'cohort', ids, negated: operator === 'not_in' || operator === 'is_not' }
}

/**
 * The cohort with an id, if its members are calculated. Throws 400 naming `attr` if there is no such cohort or its
 * calculation failed, 503 if it is still being calculated.
 */
export function requireCohort(id: number, attr: string, { context: { cohorts } }: PlanScope): ResolvedCohort {
  const cohort = cohorts.get(id)
  if (!cohort) throw invalid(attr, `Cohort with ID ${id} does not exist.`, 'does_not_exist')
  if (cohort.isCalculated) return cohort
  if (cohort.error) throw invalid(attr, `Cohort ${id} could not be calculated: ${cohort.error}`)
  throw unavailable(`Cohort ${id} is being calculated.`, 2)
}

/** A boolean property is compared as text if a value of the filter is neither `true` nor `false`. */
const textIfNoBoolean = ({ values }: NodeTest, type: PropertyType): PropertyType =>
  type === 'Boolean' && values.some((value) => !/^(true|false)$/i.test(String(value))) ? 'String' : type

function sessionType({ key, attr }: NodeTest): PropertyType {
  const type = sessionPropertyType(key)
  if (type === undefined) throw notSupported(attr, `The session property ${key}`)
  return type
}
