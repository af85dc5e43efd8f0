import { DateTime } from 'luxon'
import type { Project } from '../core/project.ts'
import { fieldsOf } from '../hogql/desugar.ts'
import { eventFields, type Fields } from '../hogql/fields.ts'
import type { Ast } from '../hogql/syntax.ts'
import type { ActionStep } from '../nodes/action.ts'
import { type ActorsNode, actorsInsight } from '../nodes/actors/node.ts'
import type { NodeBreakdowns } from '../nodes/breakdown.ts'
import type { CohortGroup } from '../nodes/cohort.ts'
import { cohortId, type NodeGroup, parseFilter } from '../nodes/filter.ts'
import type { FunnelsNode } from '../nodes/funnels/node.ts'
import type { InsightKind, InsightNode, Kind, Nodes, QueryNode } from '../nodes/index.ts'
import type { NodeEntity, NodeText } from '../nodes/insight.ts'
import { fieldsOfActors, isCell } from './actors.ts'
import type { CountedEvents, QueryNames, Reference } from './context.ts'
import { givenNames } from './given-names.ts'
import { periodOf, startsWithFirstEvent } from './period.ts'
import { hogqlOf, namedInSql, namesInSql, numbersOf, sqlReferences, sqlTexts } from './sql-names.ts'
import { orderSyntaxOf, syntaxOf } from './syntax.ts'
import { testAccountFilter } from './test-accounts.ts'

/** The insight whose events a node reads; null if it reads none. */
export const insightOf = (node: QueryNode): InsightNode | null =>
  (INSIGHTS[node.kind] as (node: QueryNode) => InsightNode | null)(node)

const INSIGHTS: { readonly [K in Kind]: (node: Nodes[K]) => InsightNode | null } = {
  TrendsQuery: (node) => node,
  FunnelsQuery: (node) => node,
  RetentionQuery: (node) => node,
  LifecycleQuery: (node) => node,
  StickinessQuery: (node) => node,
  PathsQuery: (node) => node,
  FunnelCorrelationQuery: ({ point }) => point?.source ?? null,
  ActorsQuery: ({ source }) => source && actorsInsight(source),
  HogQLQuery: () => null,
  EventsQuery: ({ source }) => source && actorsInsight(source),
}

/** The parts of an insight, beside its filters, that name events, actions and properties. */
interface InsightParts {
  /** Series, steps and exclusions. */
  readonly entities: readonly NodeEntity[]
  readonly breakdown?: Pick<NodeBreakdowns, 'parts' | 'cohorts'> | null
  /** Expressions. */
  readonly aggregates: readonly NodeText[]
  /** The funnel whose steps choose the events. */
  readonly funnel?: FunnelsNode | null
}

const PARTS: { readonly [K in InsightKind]: (node: Nodes[K]) => InsightParts } = {
  TrendsQuery: ({ series, breakdown }) => ({
    entities: series,
    breakdown,
    aggregates: series.flatMap(({ mathHogql }) => mathHogql ?? []),
  }),
  FunnelsQuery: funnelParts,
  RetentionQuery: ({ target, returning, breakdown }) => ({ entities: [target, returning], breakdown, aggregates: [] }),
  LifecycleQuery: ({ series }) => ({ entities: series, aggregates: [] }),
  StickinessQuery: ({ series }) => ({
    entities: series,
    aggregates: series.flatMap(({ mathHogql }) => mathHogql ?? []),
  }),
  PathsQuery: ({ expression, funnel }) => {
    const ofFunnel = funnel && funnelParts(funnel.source)
    return {
      entities: ofFunnel?.entities ?? [],
      aggregates: [...(ofFunnel?.aggregates ?? []), ...(expression ? [expression] : [])],
      funnel: funnel?.source ?? null,
    }
  },
}

function funnelParts({ series, exclusions, aggregateBy, breakdown }: FunnelsNode): InsightParts {
  return { entities: [...series, ...exclusions], breakdown, aggregates: aggregateBy ? [aggregateBy] : [] }
}

const partsOf = (insight: InsightNode): InsightParts =>
  (PARTS[insight.kind] as (node: InsightNode) => InsightParts)(insight)

/** The point of a correlation whose people are listed: it has an entity and filters of its own. */
const pointOf = (node: QueryNode) =>
  (node.kind === 'ActorsQuery' || node.kind === 'EventsQuery') && node.source?.kind === 'CorrelationPoint'
    ? node.source
    : null

/**
 * The property keys and cohorts that a node and its test-account filters name; the context is loaded for them. Parses
 * the expressions of the node. Throws 400 `hogql_syntax_error` naming an expression that cannot be parsed.
 */
const references = (node: QueryNode, testAccounts: NodeGroup): Reference[] =>
  unique([...ownReferences(node, testAccounts), ...sqlReferences(node)])

function ownReferences(node: QueryNode, testAccounts: NodeGroup): Reference[] {
  const insight = insightOf(node)
  return [
    ...(insight ? insightReferences(insight, testAccounts) : []),
    ...pointReferences(node),
    ...(node.kind === 'ActorsQuery' ? actorsReferences(node) : []),
    ...(node.kind === 'EventsQuery'
      ? [node.filter, testAccounts]
          .flatMap((filter) => groupReferences(filter))
          .concat(stepReferences(node.steps ?? []))
      : []),
    ...hogqlReferences(node, testAccounts),
  ]
}

function actorsReferences(node: ActorsNode): Reference[] {
  const fields = fieldsOfActors(node)
  const syntax = [
    ...node.select.map((item) => syntaxOf(item, item.text, item.attr)),
    ...(node.orderBy ?? []).map((item) => orderSyntaxOf(item).expr),
  ]
  return [
    ...syntax.flatMap((ast) => (isCell(ast) ? [] : syntaxReferences(ast, fields))),
    ...groupReferences(node.filter, fields),
  ]
}

/** The points of numbers have filters of their own. */
function pointReferences(node: QueryNode): Reference[] {
  const point = pointOf(node)
  const filters = point ? [point.properties, ...(point.entity ? [point.entity.filter] : [])] : []
  return filters.flatMap((filter) => groupReferences(filter))
}

function hogqlReferences(node: QueryNode, testAccounts: NodeGroup): Reference[] {
  const hogql = hogqlOf(node)
  return hogql
    ? [...(hogql.filters ? [hogql.filters.filter] : []), testAccounts].flatMap((filter) => groupReferences(filter))
    : []
}

function insightReferences(node: InsightNode, testAccounts: NodeGroup): Reference[] {
  const { aggregates, breakdown } = partsOf(node)
  return [
    ...[...filtersOf(node), testAccounts].flatMap((filter) => groupReferences(filter)),
    ...(breakdown?.parts ?? []).flatMap((part): Reference[] => {
      const { of, property, attr } = part
      if (of === 'hogql') return expressionReferences(part, property, attr)
      return of === 'event_metadata' ? [] : [{ of, key: property }]
    }),
    ...aggregates.flatMap((item) => expressionReferences(item, item.text, item.attr)),
    ...breakdownCohorts(node),
  ]
}

/** The filters of an insight, those of its entities and of its funnel included. */
function filtersOf(node: InsightNode): NodeGroup[] {
  const { entities, funnel } = partsOf(node)
  return [node.filter, ...(funnel ? [funnel.filter] : []), ...entities.map(({ filter }) => filter)]
}

const breakdownCohorts = (node: InsightNode): Reference[] =>
  (partsOf(node).breakdown?.cohorts ?? []).flatMap((id) => (id === 'all' ? [] : [{ of: 'cohort', key: String(id) }]))

const unique = (refs: readonly Reference[]) => [...new Map(refs.map((ref) => [`${ref.of}:${ref.key}`, ref])).values()]

/** The project's test-account filters, if the node uses them; else an empty group. */
export function testAccountsOf(node: QueryNode, project: Project): NodeGroup {
  const insight = insightOf(node)
  const parts = [
    node.kind === 'EventsQuery' ? node : null,
    hogqlOf(node)?.filters,
    ...(insight ? [insight, partsOf(insight).funnel] : []),
  ]
  const filtered = parts.find((each) => each?.filterTestAccounts)
  return filtered ? testAccountFilter(filtered, project) : NO_FILTERS
}

const NO_FILTERS: NodeGroup = { type: 'AND', values: [] }

/** Parses all expressions of a node. Throws 400 `hogql_syntax_error` naming one that cannot be parsed. */
export function checkExpressions(node: QueryNode, project: Project): void {
  references(node, testAccountsOf(node, project))
}

/**
 * The names that must be loaded before a node can be planned. `now`: the instant of the query. Throws 400
 * `hogql_syntax_error` if an expression cannot be parsed, `invalid_input` if a date cannot be read.
 */
export function queryNames(node: QueryNode, project: Project, now: Date): QueryNames {
  const insight = insightOf(node)
  const parts = insight && partsOf(insight)
  const funnel = insight?.kind === 'FunnelsQuery' ? insight : parts?.funnel
  const counting = insight?.kind === 'PathsQuery' ? funnel : (funnel ?? insight)
  const startsFirst = [insight, parts?.funnel].some((each) => each && startsWithFirstEvent(each))
  return {
    references: references(node, testAccountsOf(node, project)),
    actions: actionReferences(node),
    named: namedInSql(node),
    earliestOf: insight && startsFirst ? countedNames(insight) : null,
    counted: counting ? countedEvents(counting, project, now) : null,
    given: givenNames(node, eventNames(node), ownReferences(node, NO_FILTERS)),
  }
}

/** The names of the events that a node counts or lists, beside those of its actions and its SQL. */
const eventNames = (node: QueryNode): string[] => [
  ...entitiesOf(node).flatMap((entity) => entity?.event ?? []),
  ...(node.kind === 'EventsQuery' ? (node.events ?? []) : []),
]

function entitiesOf(node: QueryNode): (NodeEntity | null)[] {
  const insight = insightOf(node)
  return [...(insight ? partsOf(insight).entities : []), pointOf(node)?.entity ?? null]
}

/** The names of the events that an insight counts, beside those of its actions; null: any. */
const countedNames = (insight: InsightNode): (string | null)[] =>
  insight.kind === 'PathsQuery'
    ? [null]
    : partsOf(insight).entities.flatMap(({ actionId, event }) => (actionId === null ? [event] : []))

const COUNTED_DAYS = 90

/** The event names of an insight and the last days of its range: an engine chooses its strategy by their row counts. */
function countedEvents(node: InsightNode, project: Project, now: Date): CountedEvents {
  const entities = node.kind === 'FunnelsQuery' ? node.series : partsOf(node).entities
  const names = entities.flatMap(({ event }) => event ?? [])
  const isNamed = names.length === entities.length
  const { from, to } = periodOf(node, { project, now }).range
  const first = DateTime.max(from, to.minus({ days: COUNTED_DAYS }))
  return { events: isNamed ? [...new Set(names)] : null, from: first.toISODate() ?? '', to: to.toISODate() ?? '' }
}

/** The property keys, cohorts and action ids that the filters of a cohort name. */
export function cohortReferences(group: CohortGroup): { refs: Reference[]; actions: number[] } {
  const inner = group.values.map((item): { refs: Reference[]; actions: number[] } => {
    if ('values' in item) return cohortReferences(item)
    if (item.type === 'cohort') return { refs: [{ of: 'cohort', key: String(Number(item.value)) }], actions: [] }
    if (item.type === 'person') return { refs: [{ of: 'person', key: String(item.key) }], actions: [] }
    const pairs = [
      [item.key, item.event_type],
      [item.seq_event, item.seq_event_type],
    ]
    return {
      refs: stepReferences([{ properties: item.event_filters ?? [] }]),
      actions: pairs.flatMap(([id, type]) => (type === 'actions' && /^\d{1,9}$/.test(String(id)) ? [Number(id)] : [])),
    }
  })
  return { refs: unique(inner.flatMap(({ refs }) => refs)), actions: inner.flatMap(({ actions }) => actions) }
}

/** The ids of the actions that a node counts. */
const actionReferences = (node: QueryNode): number[] => [...numbersOf(namesInSql(node).actions), ...entityActions(node)]

const entityActions = (node: QueryNode): number[] => [
  ...(node.kind === 'EventsQuery' && node.actionId !== null ? [node.actionId] : []),
  ...entitiesOf(node).flatMap((entity) => entity?.actionId ?? []),
]

/** Does a node name an action or a cohort, whose definition may change? Parses no expression. */
export function namesDefinitions(node: QueryNode, testAccounts: NodeGroup): boolean {
  if (entityActions(node).length > 0) return true
  const hogql = hogqlOf(node)
  if ((hogql?.variables.length ?? 0) > 0 || sqlTexts(node).some(({ text }) => DEFINITIONS.test(text))) return true
  const insight = insightOf(node)
  const point = pointOf(node)
  const filters = [
    testAccounts,
    ...(insight ? filtersOf(insight) : []),
    ...(hogql?.filters ? [hogql.filters.filter] : []),
    ...(point ? [point.properties, ...(point.entity ? [point.entity.filter] : [])] : []),
    ...(node.kind === 'ActorsQuery' || node.kind === 'EventsQuery' ? [node.filter] : []),
  ]
  return filters.some(namesCohort) || (insight !== null && breakdownCohorts(insight).length > 0)
}

/** What a text names cohorts and actions with. */
const DEFINITIONS = /\bcohort|\bmatchesAction\b/i

const namesCohort = ({ values }: NodeGroup): boolean =>
  values.some((item) => ('operator' in item ? item.of === 'cohort' : namesCohort(item)))

/** The property keys and cohorts in an action's steps. */
export const stepReferences = (steps: readonly ActionStep[]): Reference[] =>
  steps.flatMap((step) => groupReferences(parseFilter(step.properties ?? [], ['steps'])))

/** The properties that an expression names. */
const expressionReferences = (owner: object, text: string, attr: string, fields: Fields = eventFields): Reference[] =>
  syntaxReferences(syntaxOf(owner, text, attr), fields)

const syntaxReferences = (ast: Ast, fields: Fields): Reference[] =>
  fieldsOf(ast).flatMap((chain): Reference[] => {
    const field = fields(chain)
    return field?.kind === 'property' ? [{ of: field.of, key: field.key }] : []
  })

function groupReferences(group: NodeGroup, fields: Fields = eventFields): Reference[] {
  return group.values.flatMap((item) => {
    if (!('operator' in item)) return groupReferences(item, fields)
    if (item.of === 'element' || item.of === 'event_metadata') return []
    if (item.of === 'hogql') return expressionReferences(item, item.key, item.attr, fields)
    if (item.of === 'cohort') return item.values.map((id) => ({ of: 'cohort', key: String(cohortId(id, item.attr)) }))
    return [{ of: item.of, key: item.key }]
  })
}
