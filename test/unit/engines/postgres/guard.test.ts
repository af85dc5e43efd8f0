/** No kind of query reads a row outside of the project or of a row policy: statements, run over a database. */
import { afterAll, assert, beforeAll, describe, expect, test } from 'vitest'
import type { EngineContext } from '../../../../lib/engines/engine.ts'
import type { LowerContext } from '../../../../lib/engines/postgres/lower-context.ts'
import { buildQuery } from '../../../../lib/logical/index.ts'
import { actorsOfList } from '../../../../lib/nodes/actors/list.ts'
import { parseFilter } from '../../../../lib/nodes/filter.ts'
import { planQuery } from '../../../../lib/plan/index.ts'
import type { RowPolicy } from '../../../../lib/plan/row-policy.ts'
import {
  and,
  call,
  column,
  common,
  compare,
  or,
  property,
  sameColumns,
  table,
  value,
} from '../../../../lib/tree/build.ts'
import type { Expr } from '../../../../lib/tree/expr.ts'
import type { Select, Source, Walks } from '../../../../lib/tree/relation.ts'
import { walkColumns } from '../../../../lib/tree/walk-columns.ts'
import { CONTEXT as CONTEXT_OF_PLANS, PROJECT } from '../../../golden/world.ts'
import { openEngine, type TestEngine } from '../../../support/engine.ts'

let database: TestEngine
const OPTIONS = { timeoutMs: 10_000 }
const text = (t: string) => value(t, 'text')

/** Everything of project 1 that is to be seen is called `seen`, the rest of it `hidden`, everything of project 2 `foreign`. */
const DATA = [
  `insert into persons (id, project, uuid, properties, created_at, has_profile) values
     (1, 1, '00000000-0000-4000-8000-000000000001', '{"name": "seen"}', '2024-01-01', true),
     (2, 1, '00000000-0000-4000-8000-000000000002', '{"name": "hidden"}', '2024-01-01', true),
     (3, 2, '00000000-0000-4000-8000-000000000003', '{"name": "foreign"}', '2024-01-01', true)`,
  `insert into groups (id, project, group_type_index, group_key, properties, created_at, is_identified) overriding system value values
     (1, 1, 0, 'seen', '{"name": "seen"}', '2024-01-01', true), (2, 1, 0, 'hidden', '{"name": "hidden"}', '2024-01-01', true),
     (3, 2, 0, 'foreign', '{"name": "foreign"}', '2024-01-01', true)`,
  `insert into distinct_ids (id, project, distinct_id, person) overriding system value values
     (1, 1, 'seen', 1), (2, 1, 'hidden', 2), (3, 2, 'foreign', 3)`,
  `insert into cohort_people (project, cohort, person) values (1, 1, 1), (1, 1, 2), (2, 1, 3)`,
  `insert into dictionary (id, project, key, value) overriding system value values
     (1, 1, '$event', 'seen'), (2, 1, '$event', 'hidden'), (3, 2, '$event', 'foreign'), (4, 1, '$session', 's')`,
  // an event of each name with the person and the group of the same name; of `seen` another one, of the hidden person and group
  `insert into events (ts, project, person, distinct_id, session, group_0, event, uuid, properties)
     select '2024-01-02', case n when 3 then 2 else 1 end, person, person, case n when 3 then null else 4 end, person, n,
            gen_random_uuid(), jsonb_build_object('name', name)
       from (values (1, 1, 'seen'), (2, 2, 'hidden'), (3, 3, 'foreign'), (1, 2, 'seen')) as e(n, person, name)`,
]

beforeAll(async () => {
  database = await openEngine()
  await database.engine.run(
    DATA.map((statement) => ({ text: statement, params: [] })),
    OPTIONS,
  )
}, 60_000)
afterAll(() => database.close())

const CONTEXT: LowerContext = {
  projectId: 1,
  timezone: 'UTC',
  slots: new Map(),
  eventCounts: new Map(),
  hasPersonBacklog: false,
}
const named = (read: Expr): Expr => compare(read, '=', text('seen'))
const POLICY: Required<RowPolicy> = {
  events: named(column('events', 'event')),
  persons: named(property('person', 'name', 'text', 'persons')),
  groups: { group_0: named(property('group_0', 'name', 'text', 'groups')) },
}

/** The values of the only column, sorted: for each context. */
async function runEach(select: Select, ...contexts: readonly EngineContext[]): Promise<unknown[][]> {
  const statements = contexts.map((context) => database.engine.compile(select, context))
  const results = await database.engine.run(statements, OPTIONS)
  return results.map((rows) => rows.map((row) => Object.values(row)[0]).toSorted())
}
const run = async (select: Select, context: EngineContext = CONTEXT) => (await runEach(select, context))[0] ?? []
const under = (rows: RowPolicy): LowerContext => ({ ...CONTEXT, rows })
const select = (expr: Expr, from: Source, more: Partial<Select> = {}): Select => ({
  kind: 'select',
  columns: [{ expr, as: 'x' }],
  from,
  ...more,
})
const EVENTS = table('events')
const eventName = (alias: string) => column(alias, 'event')
const names = select(eventName('events'), EVENTS)
const always = value(true, 'boolean')
const walks: Walks = {
  kind: 'walks',
  alias: 'walk',
  actor: column('events', 'person_id'),
  from: '2024-01-01T00:00:00Z',
  to: '2024-01-05T00:00:00Z',
  filter: always,
  steps: [
    {
      test: or(...['seen', 'hidden', 'foreign'].map((name) => compare(eventName('events'), '=', text(name)))),
      event: null,
      isOptional: false,
      first: null,
    },
  ],
  exclusions: [],
  order: 'ordered',
  windowSeconds: 60,
  breakdown: null,
  entries: null,
}

/** Queries that give names of events, by where they mention the table. */
const OF_EVENTS: Readonly<Record<string, Select>> = {
  from: names,
  'an alias': select(eventName('e'), table('events', 'e')),
  'a subquery': select(column('q', 'x'), { kind: 'query', alias: 'q', query: names }),
  'a common table': select(column('c', 'x'), common('c'), { with: [{ name: 'c', query: names }] }),
  'a common table called events': select(column('events', 'x'), common('events'), {
    with: [{ name: 'events', query: names }],
  }),
  'a common table called events, and the table': select(column('e', 'x'), common('events', 'e'), {
    with: [{ name: 'events', query: names }],
    where: { kind: 'inQuery', expr: column('e', 'x'), query: select(eventName('events'), EVENTS) },
  }),
  'a common table called as the dictionary': select(column('d', 'x'), common('dictionary', 'd'), {
    with: [{ name: 'dictionary', query: names }],
  }),
  'a common table in a common table': select(column('b', 'x'), common('b'), {
    with: [
      { name: 'a', query: names },
      { name: 'b', query: select(column('a', 'x'), common('a')) },
    ],
  }),
  'a union': select(column('u', 'x'), { kind: 'union', alias: 'u', queries: [names, names] }),
  'a join': select(eventName('e'), table('persons'), {
    joins: [{ source: table('events', 'e'), on: always }],
  }),
  'a left join': select(call('coalesce', eventName('e'), text('seen')), table('persons'), {
    joins: [{ source: table('events', 'e'), on: compare(eventName('e'), '!=', text('seen')), left: true }],
  }),
  'two tables of events': select(eventName('b'), table('events', 'a'), {
    joins: [{ source: table('events', 'b'), on: always }],
  }),
  'a scalar query': select(
    { kind: 'scalarQuery', query: select(call('max', eventName('events')), EVENTS) },
    table('persons'),
  ),
  'a scalar query that reads a row of outside': select(
    {
      kind: 'scalarQuery',
      query: select(call('min', eventName('e')), table('events', 'e'), {
        where: compare(column('e', 'timestamp'), '=', column('events', 'timestamp')),
      }),
    },
    EVENTS,
  ),
  buckets: select(column('b', 'x'), {
    kind: 'buckets',
    alias: 'b',
    bounds: [{ from: '2024-01-01T00:00:00Z', to: '2024-01-05T00:00:00Z' }],
    overlapping: false,
    interval: 'day',
    weekStartDay: 0,
    timezone: 'UTC',
    each: names,
  }),
  pairs: select(column('p', 'value'), EVENTS, {
    joins: [{ source: { kind: 'propertyPairs', alias: 'p', of: column('events', 'properties') }, on: always }],
  }),
}

describe('events', () => {
  test.each(Object.entries(OF_EVENTS))('%s', async (_, query) => {
    const [all, visible] = await runEach(query, CONTEXT, under({ events: POLICY.events }))
    expect(all).not.toContain('foreign')
    expect(new Set(visible)).toEqual(new Set(['seen']))
  })

  test('without a policy all of the project are seen', async () => {
    expect(await run(names)).toEqual(['hidden', 'seen', 'seen'])
    expect(await run(OF_EVENTS['two tables of events'] as Select)).toHaveLength(9)
  })

  test('walks', async () => {
    const query: Select = { kind: 'select', columns: sameColumns('walk', walkColumns(walks)), from: walks }
    const actors = select(column('w', 'actor'), { kind: 'query', alias: 'w', query })
    expect(await run(actors)).toEqual([1, 2])
    const ofOne = and(POLICY.events, named(column('events', 'distinct_id')))
    expect(await run(actors, under({ events: ofOne }))).toEqual([1])
  })

  test('a policy may read what the events lead to, also in the condition of a left join', async () => {
    const rows = { events: named(property('person', 'name', 'text')) }
    expect(await run(select(column('events', 'distinct_id'), EVENTS), under(rows))).toEqual(['seen'])
    const joined = select(column('e', 'distinct_id'), table('persons'), {
      joins: [
        {
          source: table('events', 'e'),
          on: compare(column('e', 'person_id'), '=', column('persons', 'id')),
          left: true,
        },
      ],
    })
    // and no person without such events is seen
    expect(new Set(await run(joined, under(rows)))).toEqual(new Set(['seen']))
  })

  test('sessions are computed from the events that are seen', async () => {
    const sessions = select(column('sessions', 'distinct_id'), table('sessions'))
    const ofOne = (name: string) => under({ events: compare(column('events', 'distinct_id'), '=', text(name)) })
    const length = select(property('session', '$session_duration', 'float'), EVENTS)
    for (const name of ['seen', 'hidden']) expect(await run(sessions, ofOne(name))).toEqual([name])
    expect(await run(sessions, ofOne('foreign'))).toEqual([])
    expect(await run(length, ofOne('seen'))).toEqual([0])
  })
})

/** Queries that give names of persons or groups. */
const OF_OTHERS: Readonly<Record<string, Select>> = {
  persons: select(property('person', 'name', 'text', 'persons'), table('persons')),
  'an alias of persons': select(property('person', 'name', 'text', 'p'), table('persons', 'p')),
  'the person of an event': select(property('person', 'name', 'text'), EVENTS),
  'the person of an event with an alias': select(property('person', 'name', 'text', 'e'), table('events', 'e')),
  'the person of a joined event': select(property('person', 'name', 'text', 'e'), table('groups'), {
    joins: [{ source: table('events', 'e'), on: compare(property('person', 'name', 'text', 'e'), '!=', text('')) }],
  }),
  groups: select(property('group_0', 'name', 'text', 'groups'), table('groups')),
  'the group of an event': select(property('group_0', 'name', 'text'), EVENTS),
  'distinct ids': select(column('person_distinct_ids', 'distinct_id'), table('person_distinct_ids')),
  'members of a cohort': select(property('person', 'name', 'text', 'cohort_people'), table('cohort_people')),
}

const NOW = new Date('2024-02-01T00:00:00Z')
const SCOPE = { project: PROJECT, context: CONTEXT_OF_PLANS, now: NOW }

describe('persons and groups', () => {
  test.each(['person', 'group_0'] as const)('a list of each %s', async (of) => {
    const list = actorsOfList({
      of,
      filter: parseFilter([], []),
      choice: { part: 'e' },
      newestFirst: true,
      limit: 10,
      offset: 0,
    })
    const [query] = buildQuery(planQuery(list, SCOPE))
    assert(query)
    const [all, visible] = await runEach(query, CONTEXT, under({ persons: POLICY.persons, groups: POLICY.groups }))
    const name = (cell: unknown) => (cell as { properties: { name: string } }).properties.name
    expect(all?.map(name).sort()).toEqual(['hidden', 'seen'])
    expect(visible?.map(name)).toEqual(['seen'])
  })

  test.each(Object.entries(OF_OTHERS))('%s', async (_, query) => {
    const hidden = under({ persons: POLICY.persons, groups: POLICY.groups })
    const [all, visible = []] = await runEach(query, CONTEXT, hidden)
    expect(new Set(all)).toEqual(new Set(['hidden', 'seen']))
    expect(new Set(visible.filter((name) => name !== null))).toEqual(new Set(['seen']))
  })

  test('persons whose events are still to be moved', async () => {
    const query = OF_OTHERS['the person of an event with an alias'] as Select
    expect(
      new Set(await run(query, { ...under({ persons: POLICY.persons }), hasPersonBacklog: true } as LowerContext)),
    ).toEqual(new Set(['seen']))
  })
})

describe('what is no table of the catalog', () => {
  const refused = expect.objectContaining({ status: 400 })
  const compile = (query: Select) => () => database.engine.compile(query, CONTEXT)
  test.each(['personal_api_keys', 'dictionary', 'distinct_ids', 'pg_user', 'toString', ''])('%s', (name) => {
    const read = select(column(name, 'x'), table(name))
    expect(compile(read)).toThrow(refused)
    expect(compile(select(always, EVENTS, { joins: [{ source: table(name, 'other'), on: always }] }))).toThrow(refused)
    expect(compile(select({ kind: 'scalarQuery', query: read }, EVENTS))).toThrow(refused)
    // nor under the name of a common table that is not there, or not yet
    const unknown = select(column(name, 'x'), common(name))
    expect(compile(unknown)).toThrow(refused)
    expect(compile(select(always, EVENTS, { with: [{ name, query: unknown }] }))).toThrow(refused)
  })

  test('columns that the catalog does not have', () => {
    expect(compile(select(column('events', 'project'), EVENTS))).toThrow('events has no column project')
    expect(compile(select(column('e', 'slot_0'), table('events', 'e')))).toThrow('events has no column slot_0')
  })
})
