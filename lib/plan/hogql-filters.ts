/** What `{filters}` of a SQL text stands for (docs/hogql.md 10). */
import { hogqlError } from '../hogql/error.ts'
import { tableFields } from '../hogql/fields.ts'
import type { SelectAst } from '../hogql/syntax.ts'
import type { NodeGroup } from '../nodes/filter.ts'
import type { HogqlFilters } from '../nodes/hogql/node.ts'
import { and, column, compare, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import { mapChildren, renameTable } from '../tree/walk.ts'
import { iso, startOfDay } from './calendar.ts'
import { dateScope, type PlanScope } from './context.ts'
import { ALL_TIME, readDate } from './dates.ts'
import { planFilter } from './filter.ts'
import { buildFilter } from './filter-condition.ts'
import { testAccountFilter } from './test-accounts.ts'

type Table = 'events' | 'sessions' | 'groups'
/** The column that the dates of the filters bound. */
const INSTANTS: Readonly<Record<Table, string>> = {
  events: 'timestamp',
  sessions: '$start_timestamp',
  groups: 'created_at',
}

/** The table of a select that the filters concern, and its alias. */
interface Filtered {
  readonly table: Table
  readonly alias: string
}

/**
 * The condition on the rows of a select that the filters of its query say. `at`: the place of the placeholder in the
 * text, `attr`: that of the text. Throws a 400 if the select reads no table that has filters, or one that lacks what
 * they filter by.
 */
export function filtersCondition(
  filters: HogqlFilters,
  select: SelectAst,
  scope: PlanScope,
  { at, attr }: { readonly at: number; readonly attr: string },
): Expr {
  const filtered = filteredTable(select)
  if (!filtered) throw hogqlError(NO_TABLE, at, attr)
  const { table, alias } = filtered
  const from = dateOf(filters, 'from', scope)
  const to = dateOf(filters, 'to', scope)
  const instant = column(alias, INSTANTS[table])
  const groups = [filters.filter, testAccountFilter(filters, scope.project)].filter(({ values }) => values.length > 0)
  return and(
    ...groups.map((group) => rowsCondition(group, filtered, scope, { at, attr })),
    ...(to === null ? [] : [compare(instant, '<', value(to, 'instant'))]),
    ...(from === null ? [] : [compare(instant, '>=', value(from, 'instant'))]),
  )
}

const NO_TABLE =
  "Cannot use 'filters' placeholder in a SELECT clause that does not select from the events, sessions, logs, traces or groups table."

/** Events if the select reads any, else the first table that has filters. */
export function filteredTable({ from, joins }: SelectAst): Filtered | undefined {
  const tables = [from, ...joins.map(({ source }) => source)].flatMap((source): Filtered[] => {
    if (source?.kind !== 'table' || !Object.hasOwn(INSTANTS, source.name)) return []
    return [{ table: source.name as Table, alias: source.alias ?? source.name }]
  })
  return tables.find(({ table }) => table === 'events') ?? tables[0]
}

function rowsCondition(
  group: NodeGroup,
  { table, alias }: Filtered,
  scope: PlanScope,
  { at, attr }: { readonly at: number; readonly attr: string },
): Expr {
  const condition = () => buildFilter(planFilter(group, scope))
  if (table === 'events') return renameTable(condition(), 'events', alias)
  const reads = table === 'sessions' ? (of: string) => of === 'session' : (of: string) => of.startsWith('group_')
  if (!everyTest(group, reads))
    throw hogqlError(
      table === 'sessions'
        ? 'Can only use session properties in a filter when selecting from only the sessions table.'
        : 'Can only use group properties in a filter when selecting from only the groups table.',
      at,
      attr,
    )
  return table === 'sessions' ? ofSessions(condition(), alias) : renameTable(condition(), 'events', alias)
}

const everyTest = ({ values }: NodeGroup, reads: (of: string) => boolean): boolean =>
  values.every((item) => ('operator' in item ? reads(item.of) : everyTest(item, reads)))

/** The properties of an event's session are columns of the session itself. */
function ofSessions(e: Expr, alias: string): Expr {
  if (e.kind !== 'property') return mapChildren(e, (child) => ofSessions(child, alias))
  const field = tableFields('sessions', alias)?.([e.key])
  return field?.kind === 'column' ? field.typed.expr : { ...e, table: alias }
}

/**
 * An end of the range of the filters as an ISO instant; null if it is open. A day stands for its midnight, also that of
 * the end. Throws 400 `invalid_input` if it is no date.
 */
export function dateOf(filters: HogqlFilters, end: 'from' | 'to', scope: PlanScope): string | null {
  const text = end === 'from' ? filters.dateFrom : filters.dateTo
  if (text === null || (end === 'from' && text === ALL_TIME)) return null
  const { at, relative } = readDate(text, dateScope(scope), `${filters.attr}__dateRange__date_${end}`)
  const ofDays = relative && !relative.position && !OF_CLOCK.includes(relative.unit)
  return iso(ofDays ? startOfDay(at) : at)
}

const OF_CLOCK: readonly string[] = ['h', 'M', 's']
