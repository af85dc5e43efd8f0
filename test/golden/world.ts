/** What the golden statements are made in. */
import type { Project } from '../../lib/core/project.ts'
import type { Statement } from '../../lib/core/statement.ts'
import { printHogql } from '../../lib/engines/hogql/print.ts'
import { lowerPostgres } from '../../lib/engines/postgres/lower.ts'
import type { LowerContext } from '../../lib/engines/postgres/lower-context.ts'
import { printPostgres } from '../../lib/engines/postgres/print.ts'
import { buildQuery } from '../../lib/logical/index.ts'
import type { QueryNode } from '../../lib/nodes/index.ts'
import type { PropertyType, QueryContext } from '../../lib/plan/context.ts'
import { propertyTypesOf } from '../../lib/plan/filter.ts'
import { planQuery } from '../../lib/plan/index.ts'
import type { Select } from '../../lib/tree/relation.ts'

export const PROJECT: Project = {
  id: 7,
  organizationId: '00000000-0000-4000-8000-000000000000',
  name: 'golden',
  apiToken: 'phc_golden',
  timezone: 'Europe/Berlin',
  weekStartDay: 1,
  testAccountFilters: [{ key: 'email', value: '@us.test', operator: 'not_icontains', type: 'person' }],
  pathCleaningFilters: [],
  configVersion: 1,
  slotKeys: ['$browser'],
}
const TYPES: [string, PropertyType][] = [
  ['event:amount', 'Numeric'],
  ['event:paid', 'Boolean'],
  ['event:due', 'DateTime'],
  ['event:plan', 'String'],
  ['person:age', 'Numeric'],
  ['group_2:size', 'Numeric'],
]
export const CONTEXT: QueryContext = {
  propertyTypes: new Map(TYPES),
  actions: new Map([
    [
      5,
      {
        name: 'bought',
        steps: [
          { event: '$autocapture', selector: 'div > button.cta', text: 'Buy', text_matching: 'contains' },
          { event: 'paid', url: '/shop', properties: [{ key: 'amount', value: 5, operator: 'gt', type: 'event' }] },
        ],
      },
    ],
  ]),
  cohorts: new Map([[3, { name: 'Payers', isCalculated: true, error: null }]]),
  variables: new Map(),
  earliest: null,
}
export const ENGINE_CONTEXT: LowerContext = {
  projectId: PROJECT.id,
  timezone: PROJECT.timezone,
  slots: new Map([
    ['$browser', { index: 0, uncoded: false }],
    ['$os', { index: 1, uncoded: true }],
  ]),
  eventCounts: new Map(),
  hasPersonBacklog: false,
}
const NOW = new Date('2024-03-15T12:00:00Z')

export const queries = (node: QueryNode) =>
  buildQuery(planQuery(node, { project: PROJECT, context: CONTEXT, now: NOW }))

/** The statements of a node, each in every dialect. */
export const printed = (node: QueryNode, context = ENGINE_CONTEXT): string[] =>
  queries(node).map((logical) => printedSelect(logical, context))

/** The statements that Postgres is given. */
export const statements = (node: QueryNode, context = ENGINE_CONTEXT): Statement[] =>
  queries(node).map((logical) => printPostgres(lowerPostgres(logical, context)))

export function printedSelect(logical: Select, context = ENGINE_CONTEXT): string {
  const { text, params } = printPostgres(lowerPostgres(logical, context))
  const values = params.map((param) => JSON.stringify(param)).join('\n')
  return `-- hogql\n${printHogql(logical, propertyTypesOf(CONTEXT))}\n\n-- postgres\n${text}\n\n-- params\n${values}\n`
}
