/** What Postgres loads for a plan, and how long an isolate keeps it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Project } from '../../../../lib/core/project.ts'
import type { LowerContext } from '../../../../lib/engines/postgres/lower-context.ts'
import type { QueryNames } from '../../../../lib/plan/context.ts'
import { PROJECT as GOLDEN } from '../../../golden/world.ts'
import { openEngine, type TestEngine } from '../../../support/engine.ts'

const OPTIONS = { timeoutMs: 10_000 }
const NOTHING: QueryNames = { references: [], actions: [], earliestOf: null, counted: null }

let database: TestEngine
let project: Project

const sql = (text: string, ...params: (string | number)[]) => database.engine.run([{ text, params }], OPTIONS)
const load = (names: Partial<QueryNames>, of = project, fresh = false) =>
  database.engine.context(of, { ...NOTHING, ...names }, OPTIONS, fresh)

beforeAll(async () => {
  database = await openEngine()
  await sql(`insert into organizations (id, name, slug) values ($1::uuid, 'o', 'o')`, GOLDEN.organizationId)
  const [made] = await sql(
    `insert into projects (organization_id, name, api_token, timezone, config_version)
     values ($1::uuid, 'p', 'phc_context', 'Europe/Berlin', 7) returning id`,
    GOLDEN.organizationId,
  )
  const id = Number(made?.[0]?.id)
  project = { ...GOLDEN, id, configVersion: 7 }
  await sql(
    `insert into property_definitions (project, type, group_type_index, name, property_type) values
     ($1::int4, 1, -1, 'size', 'Numeric'), ($1, 2, -1, 'size', 'String'), ($1, 3, 1, 'size', 'DateTime'),
     ($1, 3, 2, 'size', 'Boolean'), ($1 + 1, 1, -1, 'other', 'Numeric')`,
    id,
  )
  await sql(
    `insert into actions (id, project_id, name, steps, refs) values
     (5, $1::int4, 'bought', '[{"event": "paid"}]', '[["event", "size"], ["group_1", "size", 3, 1], ["cohort", "9"]]')`,
    id,
  )
  await sql(
    `insert into cohorts (id, project_id, name, filters, last_error_message) values (9, $1::int4, 'Payers', '{}', 'slow')`,
    id,
  )
  await sql(`update property_slots set uncoded = true where project = $1 and property_key = '$os'`, id)
}, 60_000)
afterAll(() => database.close())

test('types belong to their owner, those of an action come with it', async () => {
  const { plan, isFresh } = await load({
    references: [
      { of: 'person', key: 'size' },
      { of: 'group_2', key: 'size' },
      { of: 'event', key: 'other' },
    ],
    actions: [5],
  })
  expect(isFresh).toBe(true)
  expect(Object.fromEntries(plan.propertyTypes)).toEqual({
    'person:size': 'String',
    'group_2:size': 'Boolean',
    'event:size': 'Numeric',
    'group_1:size': 'DateTime',
  })
  expect(plan.actions.get(5)).toEqual({ name: 'bought', steps: [{ event: 'paid' }] })
  expect(plan.cohorts.get(9)).toEqual({ name: 'Payers', isCalculated: false, error: 'slow' })
})

test('facts of the engine alone: slots, numbers of events, rows of merged persons', async () => {
  await sql(
    `with names as (insert into dictionary (project, key, value) values ($1::int4, '$event', 'paid') returning id)
     insert into bucket_version (project, day, event, shard, n, version)
     select $1, day, id, shard, 10, 1 from names, (values ('2024-03-01'::date, 0), ('2024-03-01', 1), ('2024-04-01', 0)) b(day, shard)`,
    project.id,
  )
  const counted = { events: ['paid', 'left'], from: '2024-03-01', to: '2024-03-31' }
  const own = (await load({ counted })).engine as LowerContext
  expect(own).toMatchObject({ projectId: project.id, timezone: 'Europe/Berlin', hasPersonBacklog: false })
  expect([...own.eventCounts]).toEqual([['paid', 20]])
  expect(own.slots.get('$browser')).toEqual({ index: 0, uncoded: false })
  expect(own.slots.get('$os')).toEqual({ index: 1, uncoded: true })
  await sql('insert into person_backlog values ($1, 1, 2)', project.id)
  const later = { ...counted, to: '2024-04-30' }
  expect((await load({ counted: later })).engine).toMatchObject({ hasPersonBacklog: true })
})

test('a context is kept until the version of the project moves', async () => {
  const names = { references: [{ of: 'event', key: 'size' }] } as const
  await load(names)
  const before = database.calls()
  expect((await load(names)).isFresh).toBe(false)
  expect(database.calls()).toBe(before)
  expect((await load(names, project, true)).isFresh).toBe(true)
  expect(database.calls()).toBe(before + 1)
  // members that are not known yet may be known a moment later
  await load({ actions: [5] })
  expect((await load({ actions: [5] })).isFresh).toBe(true)
  // an earlier first event may have come
  const earliest = { earliestOf: ['paid'] }
  expect((await load(earliest)).plan.earliest).toBeNull()
  expect((await load(earliest)).isFresh).toBe(true)

  await sql(`update projects set config_version = 8, timezone = 'Asia/Tokyo' where id = $1`, project.id)
  // isolates that know the version of before are told at the next load
  expect((await load(names)).isFresh).toBe(false)
  const moved = await load(names, project, true)
  expect(moved.project).toMatchObject({ id: project.id, configVersion: 8, timezone: 'Asia/Tokyo' })
  expect(moved.engine.timezone).toBe('Asia/Tokyo')
  expect((await load(names, moved.project)).isFresh).toBe(false)
})

test('compiled statements are not run for a project that has a newer version', async () => {
  const one = { text: 'select 1 as n', params: [] }
  const stale = await database.engine.runCompiled({ ...project, configVersion: 7 }, [one], OPTIONS)
  expect(stale).toMatchObject({ newer: { configVersion: 8 } })
  const current = 'newer' in stale ? stale.newer : project
  expect(await database.engine.runCompiled(current, [one], OPTIONS)).toEqual({ rows: [[{ n: 1 }]] })
  const before = database.calls()
  expect(await database.engine.runCompiled(current, [], OPTIONS)).toEqual({ rows: [] })
  expect(database.calls()).toBe(before)
})
