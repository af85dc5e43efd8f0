/** The plan of Postgres for a statement in words: what is read by which index, joined and sorted, and how many rows it expects. */
import type { Statement } from '../../core/statement.ts'
import type { Row } from '../engine.ts'

/** Gives one row, with the plan as JSON. */
export const explaining = ({ text, params }: Statement): Statement => ({
  text: `explain (format json) ${text}`,
  params,
})

interface Plan {
  readonly 'Node Type': string
  readonly 'Plan Rows'?: number
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Join Type'?: string
  readonly Strategy?: string
  readonly 'Parent Relationship'?: string
  readonly Plans?: readonly Plan[]
}

/** Table of the database -> what queries call it. */
const TABLES: ReadonlyMap<string, string> = new Map([
  ['events', 'events'],
  ['persons', 'persons'],
  ['distinct_ids', 'person_distinct_ids'],
  ['groups', 'groups'],
  ['cohort_people', 'cohort_people'],
  ['cohorts', 'cohorts'],
  ['dictionary', 'names and values'],
  ['person_backlog', 'merged persons'],
  ['runs', 'system.runs'],
])
const STEPS: ReadonlyMap<string, (plan: Plan) => string> = new Map<string, (plan: Plan) => string>([
  ['Seq Scan', (plan) => `all of ${tableOf(plan)}`],
  ['Index Scan', (plan) => `rows of ${tableOf(plan)} by the index ${plan['Index Name']}`],
  ['Index Only Scan', (plan) => `${tableOf(plan)} from the index ${plan['Index Name']} alone`],
  ['Bitmap Heap Scan', (plan) => `rows of ${tableOf(plan)} that were found`],
  ['Bitmap Index Scan', (plan) => `found by the index ${plan['Index Name']}`],
  ['Nested Loop', (plan) => `${joinOf(plan)} row by row`],
  ['Hash Join', (plan) => `${joinOf(plan)} by a hash`],
  ['Merge Join', (plan) => `${joinOf(plan)} of sorted rows`],
  [
    'Aggregate',
    ({ Strategy }) =>
      Strategy === 'Plain'
        ? 'aggregate of all rows'
        : Strategy === 'Hashed'
          ? 'groups by a hash'
          : 'groups of sorted rows',
  ],
  ['WindowAgg', () => 'windows'],
  ['Sort', () => 'sort'],
  ['Incremental Sort', () => 'sort of what is sorted in part'],
  ['Unique', () => 'different rows'],
  ['Limit', () => 'first rows'],
  ['Append', () => 'one after the other'],
  ['SetOp', () => 'intersection or difference'],
  ['CTE Scan', () => 'rows of a WITH'],
  ['Subquery Scan', () => 'rows of a query'],
  ['Function Scan', () => 'rows of a function'],
  ['Memoize', () => 'what was found before'],
])

/** A line for each step, those that it takes its rows from below it; no constants and no names of what is in the rows. */
export function planInWords([row]: readonly Row[]): string[] {
  const plans = row?.['QUERY PLAN'] as readonly { readonly Plan: Plan }[] | undefined
  return plans?.[0] ? stepsOf(plans[0].Plan, 0) : []
}

function stepsOf(plan: Plan, depth: number): string[] {
  const { 'Node Type': type, 'Plan Rows': rows = 0, 'Parent Relationship': as, Plans: inputs = [] } = plan
  const when = as === 'InitPlan' ? 'once: ' : as === 'SubPlan' ? 'for each row: ' : ''
  const step = STEPS.get(type)?.(plan)
  const below = inputs.flatMap((input) => stepsOf(input, step ? depth + 1 : depth))
  // steps that only carry rows from one to the other say nothing
  if (!step && inputs.length > 0) return below
  return [`${'  '.repeat(depth)}${when}${step ?? 'one row'}: about ${Math.round(rows)} rows`, ...below]
}

const tableOf = (plan: Plan): string => TABLES.get(plan['Relation Name'] ?? '') ?? 'a table'
const joinOf = ({ 'Join Type': type = 'Inner' }: Plan): string => `join (${type.toLowerCase()})`
