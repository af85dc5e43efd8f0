/** Forced filters -> the rows that a query sees (docs/viewers.md "What forced filters do"). */
import { assert } from '../core/assert.ts'
import { ApiError, invalid } from '../core/errors.ts'
import type { ForcedFilters } from '../core/forced-filters.ts'
import { groupOwner, type NodeTest, parseFilter } from '../nodes/filter.ts'
import type { Properties } from '../nodes/property-filter.ts'
import { column } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { GroupOwner } from '../tree/types.ts'
import type { PlanProject, PlanScope, QueryContext, Reference } from './context.ts'
import { planFilter } from './filter.ts'
import { buildFilter } from './filter-condition.ts'

/**
 * The rows that whoever asks may see, beside the project: conditions over the properties of each table, which has its own
 * name as alias; they read nothing of other tables. All of them hold for events, with the event's person and groups. A
 * person or group is seen if its own condition holds and, where there is any other, an event of it is seen.
 */
export interface RowPolicy {
  readonly events?: Expr
  readonly persons?: Expr
  /** By the type of the group. */
  readonly groups?: Readonly<Partial<Record<GroupOwner, Expr>>>
}

/** The properties that forced filters name. */
export const forcedReferences = (forced: ForcedFilters): Reference[] =>
  forced.map(({ type, key, group_type_index }) => ({
    of: type === 'group' ? groupOwner(group_type_index, 'group_type_index') : type,
    key,
  }))

/** Undefined if nothing is forced. Throws a 400 that shows nothing of a filter that cannot be applied. */
export function planForced(forced: ForcedFilters, scope: PlanScope): RowPolicy | undefined {
  if (forced.length === 0) return undefined
  try {
    return rowPolicy(forced, scope)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw invalid(null, 'The filters that are forced on this reader cannot be applied.')
  }
}

const NOTHING_KNOWN: QueryContext = {
  propertyTypes: new Map(),
  actions: new Map(),
  cohorts: new Map(),
  variables: new Map(),
  earliest: null,
}

/** For whoever sets them: throws a 400 that names the value of a filter that cannot be applied. */
export function checkForced(forced: ForcedFilters, project: PlanProject, now: Date): void {
  rowPolicy(forced, { project, now, context: NOTHING_KNOWN })
}

function rowPolicy(forced: ForcedFilters, scope: PlanScope): RowPolicy {
  const tests = parseFilter(forced as Properties, ['filters']).values as readonly NodeTest[]
  assert(tests.length === forced.length, 'each forced filter has a test')
  const ofTable = (of: NodeTest['of'], table: string): Expr | undefined => {
    const own = tests.filter((test) => test.of === of)
    if (own.length === 0) return undefined
    return buildFilter(planFilter({ type: 'AND', values: own }, scope), { table, person: column('persons', 'id') })
  }
  const [events, persons] = [ofTable('event', 'events'), ofTable('person', 'persons')]
  const owners = [...new Set(tests.map(({ of }) => of))].filter((of): of is GroupOwner => of.startsWith('group_'))
  const groups = Object.fromEntries(owners.map((of) => [of, ofTable(of, 'groups')]))
  return {
    ...(events ? { events } : {}),
    ...(persons ? { persons } : {}),
    ...(owners.length > 0 ? { groups } : {}),
  }
}
