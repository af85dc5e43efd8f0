/**
 * What a mention of a table shows to whoever is held to some rows (docs/viewers.md "What forced filters do"): the rows that
 * pass, and of tables about others those that rows lead to which are seen. A table without a rule shows nothing.
 */

import { assert } from '../../core/assert.ts'
import type { RowPolicy } from '../../plan/row-policy.ts'
import { alwaysTrue, column, table, value } from '../../tree/build.ts'
import type { Expr as Test } from '../../tree/expr.ts'
import { GROUP_OWNERS, type GroupOwner } from '../../tree/types.ts'
import { renameTable, some } from '../../tree/walk.ts'
import { aliasBeside } from './coded.ts'
import { personOf } from './kept.ts'
import type { LowerContext } from './lower-context.ts'
import { and, compare, type Expr, native, or, type Select, type SessionRows } from './physical.ts'
import type { Lead, Mention, Scope } from './scope.ts'
import { ofProject, stored } from './stored.ts'

/** How conditions and queries of ours are lowered where a mention stands. */
export interface Lowering {
  readonly expr: (e: Expr, scope: Scope) => Expr
  /** A query by itself, which sees none of the rows around it. */
  readonly select: (query: Select, context: LowerContext) => Select
}

/** The conditions on the rows of a mention, beside that of the project. */
export function policyOf(mention: Mention | Lead, scope: Scope, lowering: Lowering): Expr[] {
  const { rows, ...context } = scope.context
  if (!rows) return []
  const { alias, table } = mention
  const own = (test: Test | undefined, name: string) => (test ? [lowering.expr(ownTest(test, name, alias), scope)] : [])
  const within = (id: Expr, query: Select) => inRows(id, lowering.select(query, context))
  const led = (id: Expr, name: string) => inRows(id, seenEvents([name], context, rows, lowering))
  const seenPersons = (person: Expr) => (rows.persons ? [within(person, personsWhere(rows.persons))] : [])
  // a row that is seen leads to no other
  const isLed = 'of' in mention
  switch (table.name) {
    case 'events':
      return [
        ...own(rows.events, 'events'),
        ...seenPersons(personOf(mention, scope)),
        ...heldGroups(rows).map(([owner, test]) => within(column(alias, owner), groupsWhere(owner, test))),
      ]
    case 'persons':
      return [
        ...own(rows.persons, 'persons'),
        ...(isLed || isOf(rows, 'persons') ? [] : [led(column(alias, 'id'), 'person')]),
      ]
    case 'groups': {
      const ofType = (owner: GroupOwner): Expr =>
        and(
          compare(column(alias, 'group_type_index'), '=', indexOf(owner)),
          ...own(rows.groups?.[owner], 'groups'),
          ...(isLed || isOf(rows, owner) ? [] : [led(column(alias, 'id'), owner)]),
        )
      return [or(...GROUP_OWNERS.map(ofType))]
    }
    case 'person_distinct_ids':
      if (isLed) return []
      return [
        ...seenPersons(column(alias, 'person')),
        ...(isOf(rows, 'persons') ? [] : [led(column(alias, 'id'), 'distinct_id')]),
      ]
    case 'cohort_people':
    case 'static_cohort_people':
      return [
        ...seenPersons(column(alias, 'person')),
        ...(isOf(rows, 'persons') ? [] : [led(column(alias, 'person'), 'person')]),
      ]
    case 'sessions':
      // made of the events that are seen
      return []
    case 'system.runs':
      return [value(false, 'boolean')]
    default:
      return table.name satisfies never
  }
}

/** The condition on the rows of a mention. */
function ownTest(test: Test, name: string, alias: string): Expr {
  assert(!some(test, ({ kind }) => kind === 'scalarQuery' || kind === 'inQuery'), 'a row policy has no subquery')
  return renameTable(test, name, alias)
}

const heldGroups = ({ groups = {} }: RowPolicy) => Object.entries(groups) as [GroupOwner, Test][]

/** Whether there are conditions on these alone. */
const isOf = (rows: RowPolicy, of: 'persons' | GroupOwner): boolean =>
  !rows.events && (of === 'persons' || !rows.persons) && heldGroups(rows).every(([owner]) => owner === of)

/** Many rows: the database chooses how to look. */
const inRows = (expr: Expr, query: Select): Expr => ({ kind: 'inQuery', expr, query, isLarge: true })

/** The sessions of the events that are seen, as `session_rows` has those of all. */
export const seenSessions = (
  alias: string,
  context: LowerContext,
  rows: RowPolicy,
  lowering: Lowering,
): SessionRows => ({
  kind: 'sessionRows',
  events: seenEvents(['project', 'session', 'ts', 'event', 'properties', 'distinct_id'], context, rows, lowering),
  alias,
})

/** A person as lists show it, with the distinct ids that are seen. */
export function seenPerson(json: Expr, person: Expr, { rows, ...context }: LowerContext, lowering: Lowering): Expr {
  if (!rows || isOf(rows, 'persons')) return json
  const alias = aliasBeside('distinct_ids', person)
  const id = column(alias, 'id')
  const texts: Select = {
    kind: 'select',
    columns: [{ expr: column(alias, 'distinct_id'), as: 'distinct_id' }],
    from: stored('distinct_ids', alias),
    where: and(
      ofProject(alias, context.projectId),
      compare(column(alias, 'person'), '=', person),
      inRows(id, seenEvents(['distinct_id'], context, rows, lowering)),
    ),
    orderBy: [{ expr: id }],
    limit: MOST_DISTINCT_IDS,
  }
  return native('withDistinctIds', json, { kind: 'scalarQuery', query: texts })
}
/** As many as a person shows (migrations/0011_actors.sql). */
const MOST_DISTINCT_IDS = 100

/** Columns of events as the database has them. */
const COLUMNS: ReadonlyMap<string, Expr> = new Map<string, Expr>([
  ['project', column('events', 'team_id')],
  ['person', column('events', 'person_id')],
  ['session', column('events', '$session_id')],
  ['ts', column('events', 'timestamp')],
  ['event', { kind: 'textNumber', of: column('events', 'event') }],
  ['properties', column('events', 'properties')],
  ['distinct_id', { kind: 'textNumber', of: column('events', 'distinct_id') }],
  ...GROUP_OWNERS.map((owner) => [owner, column('events', `$${owner}`)] as const),
])

/** Columns of the events that are seen. `context`: that of the project alone. */
function seenEvents(names: readonly string[], context: LowerContext, rows: RowPolicy, lowering: Lowering): Select {
  const within = (name: string, query: Select) => inRows(column('events', name), query)
  const columns = names.map((as) => {
    const expr = COLUMNS.get(as)
    assert(expr, `events have the column ${as}`)
    return { expr, as }
  })
  const where = and(
    rows.events ?? alwaysTrue,
    ...(rows.persons ? [within('person_id', personsWhere(rows.persons))] : []),
    ...heldGroups(rows).map(([owner, test]) => within(`$${owner}`, groupsWhere(owner, test))),
  )
  return lowering.select({ kind: 'select', columns, from: table('events'), where }, context)
}

const personsWhere = (where: Expr): Select => ({
  kind: 'select',
  columns: [{ expr: column('persons', 'id'), as: 'id' }],
  from: table('persons'),
  where,
})

const groupsWhere = (owner: GroupOwner, test: Expr): Select => ({
  kind: 'select',
  columns: [{ expr: column('groups', 'id'), as: 'id' }],
  from: table('groups'),
  where: and(compare(column('groups', 'index'), '=', indexOf(owner)), test),
})

const indexOf = (owner: GroupOwner) => value(GROUP_OWNERS.indexOf(owner), 'int')
