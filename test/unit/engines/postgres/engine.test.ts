/** Postgres as an engine, over a database: statements, contexts, members of cohorts. One file, since it starts a database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Project } from '../../../../lib/core/project.ts'
import type { LowerContext } from '../../../../lib/engines/postgres/lower-context.ts'
import type { QueryNames } from '../../../../lib/plan/context.ts'
import { column, compare, table, value } from '../../../../lib/tree/build.ts'
import type { Select } from '../../../../lib/tree/relation.ts'
import { ENGINE_CONTEXT, PROJECT as GOLDEN } from '../../../golden/world.ts'
import { openEngine, type TestEngine } from '../../../support/engine.ts'

const OPTIONS = { timeoutMs: 10_000 }
let database: TestEngine

const statement = (text: string, ...params: (string | number | null)[]) => ({ text, params })
const run = (...texts: string[]) =>
  database.engine.run(
    texts.map((text) => statement(text)),
    OPTIONS,
  )
/** The rows of one statement. */
const sql = async (text: string, ...params: (string | number)[]) => {
  const [rows] = await database.engine.run([statement(text, ...params)], OPTIONS)
  return rows ?? []
}

beforeAll(async () => {
  database = await openEngine()
  await sql(`insert into organizations (id, name, slug) values ($1::uuid, 'o', 'o')`, GOLDEN.organizationId)
}, 60_000)
afterAll(() => database.close())

describe('statements', () => {
  test('numbers of every size, truth and JSON come as such, instants as text', async () => {
    const [rows] = await run(
      `select 1::int2 as a, 2::int8 as b, 0.5::numeric as c, 1.5::float4 as d, true as e, '{"x": [1]}'::jsonb as f,
            '[null]'::json as g, null::int4 as h, '2024-01-02 03:04:05+00'::timestamptz at time zone 'utc' as i, 't' as j`,
    )
    expect(rows).toEqual([
      { a: 1, b: 2, c: 0.5, d: 1.5, e: true, f: { x: [1] }, g: [null], h: null, i: '2024-01-02 03:04:05', j: 't' },
    ])
  })

  test('a batch is one call and one transaction', async () => {
    const before = database.calls()
    await run('create table kept (n int)', 'insert into kept values (1)')
    expect(database.calls()).toBe(before + 1)
    await expect(run('insert into kept values (2)', 'select 1 / 0')).rejects.toMatchObject({ status: 400 })
    expect(await run('select n from kept')).toEqual([[{ n: 1 }]])
  })

  test('a batch that only reads cannot write', async () => {
    const write = database.engine.run([statement('create table written (n int)')], { ...OPTIONS, readOnly: true })
    await expect(write).rejects.toMatchObject({ status: 503 })
  })

  test('the author of a statement decides whose mistake it is', async () => {
    const wrong = [statement('select count(*) from (values (1)) as v (x) order by x')]
    const by = (author: 'client' | 'us') => database.engine.run(wrong, { ...OPTIONS, author })
    await expect(by('client')).rejects.toMatchObject({ status: 400, type: 'validation_error' })
    await expect(by('us')).rejects.toMatchObject({ status: 500 })
  })

  test('more values than the protocol counts are refused before a call', async () => {
    const before = database.calls()
    const many = statement('select 1', ...Array.from({ length: 65_536 }, (_, index) => index))
    await expect(database.engine.run([many], OPTIONS)).rejects.toMatchObject({ status: 400 })
    expect(database.calls()).toBe(before)
  })

  test('a deadline that is over lets nothing more start, however it is nested', async () => {
    const before = database.calls()
    for (const engine of [database.engine.within(0), database.engine.within(0).within(10_000)])
      await expect(engine.run([statement('select 1')], OPTIONS)).rejects.toMatchObject({ status: 504 })
    expect(database.calls()).toBe(before)
  })
})

describe('contexts', () => {
  const NOTHING: QueryNames = { references: [], actions: [], earliestOf: null, counted: null }
  let project: Project

  const load = (names: Partial<QueryNames>, of = project, fresh = false) =>
    database.engine.context(of, { ...NOTHING, ...names }, OPTIONS, fresh)

  beforeAll(async () => {
    const [made] = await sql(
      `insert into projects (organization_id, name, api_token, timezone, config_version)
     values ($1::uuid, 'p', 'phc_context', 'Europe/Berlin', 7) returning id`,
      GOLDEN.organizationId,
    )
    const id = Number(made?.id)
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
  })

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
    expect(await database.engine.runCompiled(current, [one], OPTIONS)).toEqual({
      rows: [[{ n: 1 }]],
      computedFrom: 'database',
      version: null,
      unseen: [],
    })
    const before = database.calls()
    expect(await database.engine.runCompiled(current, [], OPTIONS)).toEqual({
      rows: [],
      computedFrom: 'database',
      version: null,
      unseen: [],
    })
    expect(database.calls()).toBe(before)
  })
})

describe('members of cohorts', () => {
  const UUIDS = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`)
  let context: typeof ENGINE_CONTEXT
  let ids: number[]

  const members = async (cohort: number) =>
    (await sql('select person from cohort_people where cohort = $1 order by person', cohort)).map(
      ({ person }) => person,
    )
  /** Persons with an id up to a greatest one. */
  const upTo = (id: number | undefined): Select => ({
    kind: 'select',
    columns: [{ expr: column('persons', 'id'), as: 'person' }],
    from: table('persons'),
    where: compare(column('persons', 'id'), '<=', value(id ?? 0, 'int')),
  })
  const replace = (version: number, id: number | undefined) =>
    database.engine.cohortMembers.replace({ id: 19, version }, upTo(id), context, OPTIONS)

  beforeAll(async () => {
    const [made] = await sql(
      `insert into projects (organization_id, name, api_token) values ($1::uuid, 'p', 'phc_members') returning id`,
      GOLDEN.organizationId,
    )
    const projectId = Number(made?.id)
    context = { ...ENGINE_CONTEXT, projectId }
    const persons = await sql(
      `insert into persons (project, uuid, created_at, has_profile, properties)
     select $1::int4, u::uuid, now(), true, jsonb_build_object('email', u) from jsonb_array_elements_text($2::jsonb) u returning id`,
      projectId,
      JSON.stringify(UUIDS),
    )
    ids = persons.map(({ id }) => Number(id))
    await sql(
      `insert into persons (project, uuid, created_at, has_profile) values ($1 + 1, $2::uuid, now(), true)`,
      projectId,
      UUIDS[0] ?? '',
    )
    await sql(
      `insert into cohorts (id, project_id, filters, is_static, pending_version) values (19, $1::int4, '{}', false, 3), (20, $1, null, true, 1)`,
      projectId,
    )
  })

  test('members come and go, and the version of the project moves only then', async () => {
    const first = await replace(2, ids[0])
    expect(first.changed).toBe(true)
    expect(await members(19)).toEqual([ids[0]])
    expect(await replace(2, ids[0])).toEqual({ changed: false, configVersion: first.configVersion })
    expect(await replace(3, ids[1])).toEqual({ changed: true, configVersion: first.configVersion + 1 })
    expect(await members(19)).toEqual([ids[0], ids[1]])
    // nobody is a member of a version that is out of date
    expect((await replace(2, 0)).changed).toBe(false)
    expect(await members(19)).toEqual([ids[0], ids[1]])
    expect(await sql('select version, count, is_calculating from cohorts where id = 19')).toEqual([
      { version: 3, count: 2, is_calculating: false },
    ])
  })

  test('persons of a static cohort are found by uuid and by email, within the project', async () => {
    const persons = { uuids: [UUIDS[0] ?? ''], keys: [UUIDS[2] ?? '', 'nobody'] }
    await database.engine.cohortMembers.add(context.projectId, 20, persons, OPTIONS)
    expect(await members(20)).toEqual([ids[0], ids[2]])
    expect(await sql('select count from cohorts where id = 20')).toEqual([{ count: 2 }])
  })
})
