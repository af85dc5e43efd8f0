/** The members of a cohort are those of its latest version. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { column, compare, table, value } from '../../../../lib/tree/build.ts'
import type { Select } from '../../../../lib/tree/relation.ts'
import { ENGINE_CONTEXT, PROJECT } from '../../../golden/world.ts'
import { openEngine, type TestEngine } from '../../../support/engine.ts'

const OPTIONS = { timeoutMs: 10_000 }
const UUIDS = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`)
let database: TestEngine
let context: typeof ENGINE_CONTEXT
let ids: number[]

const sql = async (text: string, ...params: (string | number)[]) => {
  const [rows] = await database.engine.run([{ text, params }], OPTIONS)
  return rows ?? []
}
const members = async (cohort: number) =>
  (await sql('select person from cohort_people where cohort = $1 order by person', cohort)).map(({ person }) => person)
/** Persons with an id up to a greatest one. */
const upTo = (id: number | undefined): Select => ({
  kind: 'select',
  columns: [{ expr: column('persons', 'id'), as: 'person' }],
  from: table('persons'),
  where: compare(column('persons', 'id'), '<=', value(id ?? 0, 'int')),
})
const replace = (version: number, id: number | undefined) =>
  database.engine.cohortMembers.replace({ id: 9, version }, upTo(id), context, OPTIONS)

beforeAll(async () => {
  database = await openEngine()
  await sql(`insert into organizations (id, name, slug) values ($1::uuid, 'o', 'o')`, PROJECT.organizationId)
  const [made] = await sql(
    `insert into projects (organization_id, name, api_token) values ($1::uuid, 'p', 'phc_members') returning id`,
    PROJECT.organizationId,
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
    `insert into cohorts (id, project_id, filters, is_static, pending_version) values (9, $1::int4, '{}', false, 3), (10, $1, null, true, 1)`,
    projectId,
  )
}, 60_000)
afterAll(() => database.close())

test('members come and go, and the version of the project moves only then', async () => {
  const first = await replace(2, ids[0])
  expect(first.changed).toBe(true)
  expect(await members(9)).toEqual([ids[0]])
  expect(await replace(2, ids[0])).toEqual({ changed: false, configVersion: first.configVersion })
  expect(await replace(3, ids[1])).toEqual({ changed: true, configVersion: first.configVersion + 1 })
  expect(await members(9)).toEqual([ids[0], ids[1]])
  // nobody is a member of a version that is out of date
  expect((await replace(2, 0)).changed).toBe(false)
  expect(await members(9)).toEqual([ids[0], ids[1]])
  expect(await sql('select version, count, is_calculating from cohorts where id = 9')).toEqual([
    { version: 3, count: 2, is_calculating: false },
  ])
})

test('persons of a static cohort are found by uuid and by email, within the project', async () => {
  const persons = { uuids: [UUIDS[0] ?? ''], keys: [UUIDS[2] ?? '', 'nobody'] }
  await database.engine.cohortMembers.add(context.projectId, 10, persons, OPTIONS)
  expect(await members(10)).toEqual([ids[0], ids[2]])
  expect(await sql('select count from cohorts where id = 10')).toEqual([{ count: 2 }])
})
