import { DateTime } from 'luxon'
import type { Project } from '../core/project.ts'
import { fieldsOf } from '../hogql/desugar.ts'
import { eventFields, type Fields } from '../hogql/fields.ts'
import { parseExpression } from '../hogql/parse/expressions.ts'
import type { ActionStep } from '../nodes/action.ts'
import { type ActorsNode, actorsInsight } from '../nodes/actors/node.ts'
import type { CohortGroup } from '../nodes/cohort.ts'
import { cohortId, type NodeGroup, parseFilter } from '../nodes/filter.ts'
import type { FunnelsNode } from '../nodes/funnels/node.ts'
import type { InsightNode, QueryNode } from '../nodes/index.ts'
import { bare, fieldsOfActors, isCell, orderOf } from './actors.ts'
import type { CountedEvents, QueryNames, Reference } from './context.ts'
import { ALL_TIME } from './dates.ts'
import { funnelsRange } from './funnels.ts'
import { testAccountFilter } from './test-accounts.ts'

/** The insight whose events a node reads; null for none. */
export const insightOf = (node: QueryNode): InsightNode | null =>
  node.kind === 'ActorsQuery'
    ? node.source && actorsInsight(node.source)
    : node.kind === 'FunnelCorrelationQuery'
      ? (node.point?.source ?? null)
      : node

/** Everything in an insight that events are matched with. */
const entitiesOf = (insight: InsightNode) =>
  insight.kind === 'FunnelsQuery' ? [...insight.series, ...insight.exclusions] : insight.series

/** The property keys and cohorts that a node and the test-account filters it uses name; the context loads what is known of them. */
export function references(node: QueryNode, testAccounts: NodeGroup): Reference[] {
  const insight = insightOf(node)
  return unique([
    ...(insight ? insightReferences(insight, testAccounts) : []),
    ...(node.kind === 'ActorsQuery' ? actorsReferences(node) : []),
  ])
}

function actorsReferences(node: ActorsNode): Reference[] {
  const fields = fieldsOfActors(node)
  const texts = [...node.select, ...(node.orderBy ?? []).map((item) => orderOf(item).of)]
  const of = node.source?.kind === 'CorrelationPoint' ? node.source : null
  return [
    ...(of ? [of.properties, ...(of.entity ? [of.entity.filter] : [])] : []).flatMap((filter) =>
      groupReferences(filter),
    ),
    ...texts.flatMap(({ text, attr }) => (isCell(text) ? [] : expressionReferences(bare(text), attr, fields))),
    ...groupReferences(node.filter, fields),
  ]
}

function insightReferences(node: InsightNode, testAccounts: NodeGroup): Reference[] {
  const refs: Reference[] = [
    ...[node.filter, testAccounts, ...entitiesOf(node).map((entity) => entity.filter)].flatMap((filter) =>
      groupReferences(filter),
    ),
    ...(node.breakdown?.parts ?? []).flatMap(({ of, property, attr }) =>
      of === 'hogql' ? expressionReferences(property, attr) : of === 'event_metadata' ? [] : [{ of, key: property }],
    ),
    ...aggregatesOf(node).flatMap(({ text, attr }) => expressionReferences(text, attr)),
    ...(node.breakdown?.cohorts ?? []).flatMap((id) =>
      id === 'all' ? [] : [{ of: 'cohort' as const, key: String(id) }],
    ),
  ]
  return refs
}

function aggregatesOf(node: InsightNode) {
  if (node.kind === 'FunnelsQuery') return node.aggregateBy ? [node.aggregateBy] : []
  return node.series.flatMap(({ mathHogql }) => mathHogql ?? [])
}

const unique = (refs: readonly Reference[]) => [...new Map(refs.map((ref) => [`${ref.of}:${ref.key}`, ref])).values()]

/** The test-account filters that a node uses, as a group. */
export function testAccountsOf(node: QueryNode, project: Project): NodeGroup {
  const insight = insightOf(node)
  return insight ? testAccountFilter(insight, project) : { type: 'AND', values: [] }
}

/** Everything that is to be loaded before a node can be planned. */
export function queryNames(node: QueryNode, project: Project, now: Date): QueryNames {
  const insight = insightOf(node)
  const events = insight?.series.flatMap(({ actionId, event }) => (actionId === null ? [event] : []))
  return {
    references: references(node, testAccountsOf(node, project)),
    actions: actionReferences(node),
    earliestOf: insight?.dateFrom === ALL_TIME ? (events ?? []) : null,
    counted: insight?.kind === 'FunnelsQuery' ? countedEvents(insight, project, now) : null,
  }
}

const COUNTED_DAYS = 90

/** The events of a funnel's steps in its range, of a long one at the end: an engine may choose its way by their numbers. */
function countedEvents(node: FunnelsNode, project: Project, now: Date): CountedEvents | null {
  const events = [...new Set(node.series.map(({ event }) => event).filter((event) => event !== null))]
  if (events.length < 2) return null
  const { from, to } = funnelsRange(node, project, now).range
  const first = DateTime.max(from, to.minus({ days: COUNTED_DAYS }))
  return { events, from: first.toISODate() ?? '', to: to.toISODate() ?? '' }
}

/** What a cohort's filters name. */
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

/** The actions that a node counts. */
export function actionReferences(node: QueryNode): number[] {
  const insight = insightOf(node)
  const more = node.kind === 'ActorsQuery' && node.source?.kind === 'CorrelationPoint' ? [node.source.entity] : []
  const entities = [...(insight ? entitiesOf(insight) : []), ...more.filter((entity) => entity !== null)]
  return entities.flatMap(({ actionId }) => (actionId === null ? [] : [actionId]))
}

/** The property keys and cohorts in an action's steps. */
export const stepReferences = (steps: readonly ActionStep[]): Reference[] =>
  steps.flatMap((step) => groupReferences(parseFilter(step.properties ?? [], ['steps'])))

/** The properties that an expression names. */
const expressionReferences = (text: string, attr: string, fields: Fields = eventFields): Reference[] =>
  fieldsOf(parseExpression(text, attr)).flatMap((chain): Reference[] => {
    const field = fields(chain)
    return field?.kind === 'property' ? [{ of: field.of, key: field.key }] : []
  })

function groupReferences(group: NodeGroup, fields: Fields = eventFields): Reference[] {
  return group.values.flatMap((item) => {
    if (!('operator' in item)) return groupReferences(item, fields)
    if (item.of === 'element' || item.of === 'event_metadata') return []
    if (item.of === 'hogql') return expressionReferences(item.key, item.attr, fields)
    if (item.of === 'cohort') return item.values.map((id) => ({ of: 'cohort', key: String(cohortId(id, item.attr)) }))
    return [{ of: item.of, key: item.key }]
  })
}
