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
import { personOf } from './kept.ts'
import type { LowerContext } from './lower-context.ts'
import { and, compare, type Expr, or, type Select } from './physical.ts'
import type { Lead, Mention, Scope } from './scope.ts'

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
  const own = (test: Test | undefined, name: string) =>
    test ? [lowering.expr(ownTest(test, name, mention), scope)] : []
  const within = (id: Expr, query: Select): Expr => ({
    kind: 'inQuery',
    expr: id,
    query: lowering.select(query, context),
  })
  const { alias } = mention
  const { name } = mention.table
  const isLed = 'of' in mention
  const seenPersons = (person: Expr) => (rows.persons ? [within(person, personsWhere(rows.persons))] : [])
  switch (name) {
    case 'events':
      return [
        ...own(rows.events, 'events'),
        ...seenPersons(personOf(mention, scope)),
        ...heldGroups(rows).map(([owner, test]) => within(column(alias, owner), groupsWhere(owner, test))),
      ]
    case 'persons':
      // a row that is seen leads to no other person
      if (isLed || isOf(rows, 'persons')) return own(rows.persons, 'persons')
      return [
        ...own(rows.persons, 'persons'),
        within(column(alias, 'id'), eventsOf(PERSON, { ...rows, persons: undefined })),
      ]
    case 'groups':
      return groupRows(mention, rows, { own, within, isLed })
    case 'person_distinct_ids':
      if (isLed) return []
      return [
        ...seenPersons(column(alias, 'person')),
        ...(isOf(rows, 'persons') ? [] : [within(column(alias, 'id'), eventsOf(DISTINCT_ID, rows))]),
      ]
    case 'cohort_people':
    case 'static_cohort_people':
      return [
        ...seenPersons(column(alias, 'person')),
        ...(isOf(rows, 'persons') ? [] : [within(column(alias, 'person'), eventsOf(PERSON, rows))]),
      ]
    case 'sessions':
    case 'system.runs':
      return [value(false, 'boolean')]
    default:
      return name satisfies never
  }
}

/** The condition on the rows of a mention, whose alias it reads. */
function ownTest(test: Test, name: string, { alias }: Mention): Expr {
  assert(!some(test, ({ kind }) => kind === 'scalarQuery' || kind === 'inQuery'), 'a row policy has no subquery')
  return renameTable(test, name, alias)
}

const heldGroups = ({ groups = {} }: RowPolicy) => Object.entries(groups) as [GroupOwner, Test][]

/** Whether there are conditions on these alone. */
const isOf = (rows: RowPolicy, of: 'persons' | GroupOwner): boolean =>
  !rows.events && (of === 'persons' || !rows.persons) && heldGroups(rows).every(([owner]) => owner === of)

const PERSON: Expr = column('events', 'person_id')
const DISTINCT_ID: Expr = { kind: 'textNumber', of: column('events', 'distinct_id') }

/** The number of what the events that are seen lead to. */
function eventsOf(id: Expr, rows: { readonly [K in keyof RowPolicy]: RowPolicy[K] | undefined }): Select {
  const { events, persons, groups = {} } = rows
  const where = and(
    events ?? alwaysTrue,
    ...(persons ? [within(PERSON, personsWhere(persons))] : []),
    ...heldGroups({ groups }).map(([owner, test]) => within(column('events', `$${owner}`), groupsWhere(owner, test))),
  )
  return { kind: 'select', columns: [{ expr: id, as: 'id' }], from: table('events'), where }
}

const within = (expr: Expr, query: Select): Expr => ({ kind: 'inQuery', expr, query })

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
  where: and(isOfType('groups', owner, 'index'), test),
})

const isOfType = (alias: string, owner: GroupOwner, name: string) =>
  compare(column(alias, name), '=', value(GROUP_OWNERS.indexOf(owner), 'int'))

interface Conditions {
  readonly own: (test: Test | undefined, name: string) => Expr[]
  readonly within: (id: Expr, query: Select) => Expr
  readonly isLed: boolean
}

/** The groups of each type that are seen; those of an event that is seen are. */
function groupRows({ alias }: Mention, rows: RowPolicy, { own, within, isLed }: Conditions): Expr[] {
  const ofType = (owner: GroupOwner): Expr =>
    and(
      isOfType(alias, owner, 'group_type_index'),
      ...own(rows.groups?.[owner], 'groups'),
      ...(isLed || isOf(rows, owner)
        ? []
        : [within(column(alias, 'id'), eventsOf(column('events', `$${owner}`), rows))]),
    )
  return [or(...GROUP_OWNERS.map(ofType))]
}
