/** What becomes of a logical expression over events in Postgres. */
import { describe, expect, test } from 'vitest'
import { lowerPostgres } from '../../../../lib/engines/postgres/lower.ts'
import type { LowerContext } from '../../../../lib/engines/postgres/lower-context.ts'
import { printPostgres } from '../../../../lib/engines/postgres/print.ts'
import { call, column, compare, isNull, property, table, value } from '../../../../lib/tree/build.ts'
import type { Expr } from '../../../../lib/tree/expr.ts'
import type { Join, Select, TableSource } from '../../../../lib/tree/relation.ts'

const CONTEXT: LowerContext = {
  projectId: 7,
  timezone: 'UTC',
  slots: new Map([
    ['hot', { index: 0, uncoded: false }],
    ['mixed', { index: 1, uncoded: true }],
  ]),
  eventCounts: new Map(),
  hasPersonBacklog: false,
}
const BACKLOG = { ...CONTEXT, hasPersonBacklog: true }

/** The statement, with its values in the places of their parameters. */
function lowered(expr: Expr, from: TableSource, context: LowerContext, joins: readonly Join[] = []): string {
  const select: Select = { kind: 'select', columns: [{ expr, as: 'x' }], from, joins }
  const { text, params } = printPostgres(lowerPostgres(select, context))
  return text
    .replace(/\$(\d+)::\w+(\[\])?/g, (_, index) =>
      typeof params[index - 1] === 'string' ? `'${params[index - 1]}'` : String(params[index - 1]),
    )
    .replaceAll('"', '')
}
/** The column, and what is joined for it. */
function parts(expr: Expr, context = CONTEXT, from = table('events')) {
  const [, of, joins] =
    /^select (.*) as x from (?:events|persons|groups|distinct_ids)(?: as \w+)?(.*) where [^ ]* = 7$/.exec(
      lowered(expr, from, context),
    ) ?? [null, lowered(expr, from, context), null]
  return { of, joins: joins?.trim() }
}

const text = (t: string) => value(t, 'text')
const list = (...values: string[]) => ({ kind: 'list', values, type: 'text' }) as const
const event = column('events', 'event')
const session = call('toText', column('events', '$session_id'))
const group = call('toText', column('events', '$group_1'))
const hot = property('event', 'hot', 'text')
const mixed = property('event', 'mixed', 'text')
const cold = property('event', 'cold', 'text')
const idsOf = (key: string, test: string) =>
  `select dictionary.id as id from dictionary where (dictionary.project = 7 and dictionary.key = '${key}' and dictionary.value${test})`
const idOf = (key: string, test: string) => `(${idsOf(key, test)})`

const EXPRESSIONS: readonly (readonly [
  name: string,
  expr: Expr,
  of: string,
  joins?: string,
  context?: LowerContext,
])[] = [
  ['an instant', column('events', 'timestamp'), 'events.ts'],
  [
    'a name',
    event,
    `coalesce((select dictionary.value as value from dictionary where (dictionary.project = 7 and dictionary.id = events.event)), '')`,
  ],
  ['a name compared', compare(event, '=', text('a')), `events.event = coalesce(${idOf('$event', " = 'a'")}, -1)`],
  ['on either side', compare(text('a'), '=', event), `events.event = coalesce(${idOf('$event', " = 'a'")}, -1)`],
  ['not equal', compare(event, '!=', text('a')), `(not (events.event = coalesce(${idOf('$event', " = 'a'")}, -1)))`],
  [
    'a name in a list',
    { kind: 'in', expr: event, list: list('a') },
    `events.event = any(array(${idsOf('$event', ` = any('{a}')`)}))`,
  ],
  [
    'a name that matches',
    { kind: 'match', how: 'ilike', expr: event, pattern: 'a' },
    `events.event = any(array(${idsOf('$event', " ilike '%a%'")}))`,
  ],
  [
    'a session compared',
    compare(session, '=', text('s')),
    `((not (events.session is null)) and events.session = coalesce(${idOf('$session', " = 's'")}, -1))`,
  ],
  ['a session that is missing', isNull(column('events', '$session_id')), 'events.session is null'],
  [
    'a group compared',
    compare(group, '=', text('g')),
    `((not (events.group_1 is null)) and events.group_1 = coalesce((select groups.id as id from groups where (groups.project = 7 and groups.group_type_index = 1 and groups.group_key = 'g')), -1))`,
  ],
  ['a hot property', hot, `(events.properties ->> 'hot')`],
  ['a hot property compared', compare(hot, '=', text('a')), `events.slot_0 = coalesce(${idOf('p:hot', " = 'a'")}, -1)`],
  [
    'a hot property in a list',
    { kind: 'in', expr: hot, list: list('a') },
    `events.slot_0 = any(array(${idsOf('p:hot', ` = any('{a}')`)} union all select -1))`,
  ],
  ['a hot property that is missing', isNull(hot), 'events.slot_0 is null'],
  [
    'a hot property that values are ranked by',
    { kind: 'breakdownKey', of: hot },
    `coalesce(nullif(events.slot_0, ${idOf('p:hot', " = ''")}), -1)`,
  ],
  [
    'a slot with values that it cannot hold',
    compare(mixed, '=', text('a')),
    `(events.slot_1 = coalesce(${idOf('p:mixed', " = 'a'")}, -1) or (events.slot_1 = 0 and (events.properties ->> 'mixed') = 'a'))`,
  ],
  [
    'such a slot that values are ranked by',
    { kind: 'breakdownKey', of: mixed },
    `coalesce((events.properties ->> 'mixed'), '')`,
  ],
  ['a hot property as a number', property('event', 'hot', 'float'), `property_number(events.properties -> 'hot')`],
  ['another property', compare(cold, '=', text('a')), `(events.properties ->> 'cold') = 'a'`],
  ['another property that is missing', isNull(cold), `(events.properties ->> 'cold') is null`],
  ['a person', column('events', 'person_id'), 'events.person'],
  [
    'a person that may have been merged',
    column('events', 'person_id'),
    'coalesce(person_backlog.to_person, events.person)',
    'left join person_backlog on (person_backlog.project = 7 and person_backlog.from_person = events.person)',
    BACKLOG,
  ],
  [
    'a property of the person, hot for events',
    compare(property('person', 'hot', 'text'), '=', text('a')),
    `(persons.properties ->> 'hot') = 'a'`,
    'left join persons on (persons.project = 7 and persons.id = events.person)',
  ],
  [
    'a property of the person, who may have been merged',
    property('person', 'a', 'text'),
    `(persons.properties ->> 'a')`,
    'left join person_backlog on (person_backlog.project = 7 and person_backlog.from_person = events.person) ' +
      'left join persons on (persons.project = 7 and persons.id = coalesce(person_backlog.to_person, events.person))',
    BACKLOG,
  ],
  [
    'a property of a group',
    property('group_2', 'a', 'text'),
    `(group_2.properties ->> 'a')`,
    'left join groups as group_2 on (group_2.project = 7 and group_2.id = events.group_2)',
  ],
  [
    'a property of the session',
    property('session', '$session_duration', 'float'),
    'session.duration',
    'left join lateral (select session.* from session_rows as session where (session.project = 7 and session.session = events.session) limit 1) as session on true',
  ],
  [
    'membership of a cohort',
    { kind: 'inCohort', person: column('events', 'person_id'), cohort: 3 },
    'exists (select cohort_people.person as person from cohort_people where (cohort_people.project = 7 and cohort_people.cohort = 3 and cohort_people.person = events.person))',
  ],
]

test.each(
  EXPRESSIONS.map(([name, expr, of, joins = '', context = CONTEXT]) => [name, { expr, of, joins, context }] as const),
)('%s', (_, { expr, of, joins, context }) => {
  expect(parts(expr, context)).toEqual({ of, joins })
})

describe('aliases', () => {
  test('of events, with what they lead to', () => {
    const read = parts(property('person', 'a', 'text', 'e'), CONTEXT, table('events', 'e'))
    expect(read).toEqual({
      of: `(e.person.properties ->> 'a')`,
      joins: 'left join persons as e.person on (e.person.project = 7 and e.person.id = e.person)',
    })
  })

  test('what a joined table leads to is joined to it, before the condition that reads it', () => {
    const on = compare(property('person', 'a', 'text', 'e'), '=', text('b'))
    const statement = lowered(value(1, 'int'), table('persons'), CONTEXT, [
      { source: table('events', 'e'), on, left: true },
    ])
    expect(statement).toBe(
      'select 1 as x from persons left join (events as e left join persons as e.person on (e.person.project = 7 and e.person.id = e.person)) ' +
        `on (e.project = 7 and (e.person.properties ->> 'a') = 'b') where persons.project = 7`,
    )
  })

  test('a lazy join never takes an alias that the query has', () => {
    const statement = lowered(property('person', 'a', 'text'), table('events'), CONTEXT, [
      { source: table('groups', 'persons'), on: value(true, 'boolean') },
    ])
    expect(statement).toContain(`(persons'.properties ->> 'a') as x from events left join persons as persons' on`)
  })

  test('nor one that is in between, in a subquery that reads a row of outside', () => {
    const query: Select = {
      kind: 'select',
      columns: [{ expr: property('person', 'a', 'text'), as: 'a' }],
      from: table('persons'),
    }
    const statement = lowered({ kind: 'scalarQuery', query }, table('events'), CONTEXT)
    expect(statement).toContain(`(select (persons'.properties ->> 'a') as a from persons where`)
    expect(statement).toContain(`from events left join persons as persons' on`)
  })

  test('the same alias twice is a mistake of ours', () => {
    const twice = [{ source: table('events'), on: value(true, 'boolean') }]
    expect(() => lowered(value(1, 'int'), table('events'), CONTEXT, twice)).toThrow('the alias events is there twice')
  })
})

test('an event that a left join does not find has no name', () => {
  const statement = lowered(column('e', 'event'), table('persons'), CONTEXT, [
    { source: table('events', 'e'), on: value(true, 'boolean'), left: true },
  ])
  expect(statement).toMatch(/^select case when e\.event is null then null else coalesce\(/)
})
