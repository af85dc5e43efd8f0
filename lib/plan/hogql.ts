/** Plans HogQLQuery: a text -> the query that it says (docs/hogql.md). */
import { hogqlError } from '../hogql/error.ts'
import { bindResult, type ResultQuery } from '../hogql/result.ts'
import { rewriteQuery } from '../hogql/rewrite.ts'
import type { Ast, InCohortOf, QueryAst, SelectAst } from '../hogql/syntax.ts'
import type { HogqlNode } from '../nodes/hogql/node.ts'
import { renameTable } from '../tree/walk.ts'
import { planAction } from './action.ts'
import type { PlanScope } from './context.ts'
import { bindContext, requireCohort } from './filter.ts'
import { buildFilter } from './filter-condition.ts'
import { filteredTable } from './hogql-filters.ts'
import { actionName } from './hogql-references.ts'
import { fillPlaceholders } from './placeholders.ts'
import { querySyntax } from './syntax.ts'

export interface HogqlPlan {
  readonly kind: 'HogQLQuery'
  /** What the text says, with its placeholders filled. */
  readonly syntax: QueryAst
  readonly result: ResultQuery
  readonly timezone: string
}

/** The node of a SQL query -> its plan. Throws a 400 that names the place if the text says no query. */
export function planHogql(node: HogqlNode, scope: PlanScope): HogqlPlan {
  const { filled, resolved } = resolvedSyntax(node, scope)
  return {
    kind: 'HogQLQuery',
    syntax: filled,
    result: bindResult(resolved, bindContext(scope, node.text.attr), scope),
    timezone: scope.project.timezone,
  }
}

/** The syntax with its placeholders filled, and with the cohorts and actions that it names. */
export function resolvedSyntax(node: HogqlNode, scope: PlanScope) {
  const filled = fillPlaceholders(querySyntax(node.text), node, scope)
  return { filled, resolved: resolveDefinitions(filled, node.text.attr, scope) }
}

/** Cohorts by their numbers, and the conditions of actions in place of their names. */
export const resolveDefinitions = (query: QueryAst, attr: string, scope: PlanScope): QueryAst =>
  rewriteQuery(query, (ast, select) => {
    if (ast.kind === 'inCohort') return { ...ast, cohort: cohortOf(ast, attr, scope) }
    const action = actionName(ast)
    return action === undefined ? undefined : matchesAction(action, ast, select, attr, scope)
  })

function cohortOf({ cohort, at }: InCohortOf<Ast>, attr: string, scope: PlanScope): number {
  const { cohorts } = scope.context
  const named =
    typeof cohort === 'number' ? [cohort] : [...cohorts].flatMap(([id, { name }]) => (name === cohort ? [id] : []))
  const [id, another] = named
  if (id === undefined || !cohorts.has(id))
    throw hogqlError(`Could not find a cohort ${JSON.stringify(cohort)}.`, at, attr)
  if (another !== undefined) throw hogqlError(`There are several cohorts ${JSON.stringify(cohort)}.`, at, attr)
  requireCohort(id, attr || 'query', scope)
  return id
}

function matchesAction(name: number | string, { at }: Ast, select: SelectAst, attr: string, scope: PlanScope): Ast {
  const { actions } = scope.context
  const found = typeof name === 'number' ? actions.get(name) : [...actions.values()].find((each) => each.name === name)
  if (!found) throw hogqlError(`Could not find an action ${JSON.stringify(name)}.`, at, attr)
  const events = filteredTable(select)
  if (events?.table !== 'events') throw hogqlError('An action has events: the select reads none.', at, attr)
  const condition = buildFilter(planAction(found.steps, scope))
  return { kind: 'bound', typed: { expr: renameTable(condition, 'events', events.alias), type: 'boolean' }, at }
}
