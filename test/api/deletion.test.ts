import { expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()

const set = (id: string, properties: object, at = '2020-01-01T09:00:00Z') =>
  event('$set', id, at, { properties: { $set: properties } })
const person = async (project: TestProject, id: string) =>
  (await server.call('GET', `${project.path}persons/?distinct_id=${id}`)).body.results[0]
const remove = (project: TestProject, ref: string, more = '') =>
  server.call('DELETE', `${project.path}persons/${ref}/${more}`)
async function rows(text: string, project: TestProject) {
  const [found] = await server.stack.services.engine.run([{ text, params: [project.id] }], { timeoutMs: 20_000 })
  return found ?? []
}
const countOf = async (table: string, project: TestProject) =>
  Number((await rows(`select count(*) as n from ${table} where project = $1`, project))[0]?.n)

test('a person goes with its events: nothing of it is left, the days it touched have moved, and it can come again', async () => {
  const project = await makeProject(server)
  const merge = { properties: { $anon_distinct_id: 'anon', $set: { email: 'a@x.test' } } }
  await project.send([
    event('step', 'anon', '2020-01-01T10:00:00Z'),
    event('$identify', 'a', '2020-01-01T11:00:00Z', merge),
    event('step', 'a', '2020-01-02T10:00:00Z'),
    set('b', { email: 'b@x.test' }),
    event('step', 'b', '2020-01-02T10:00:00Z'),
  ])
  const before = await rows('select sum(version) as moved, sum(n) as n from bucket_version where project = $1', project)
  expect(before).toEqual([{ moved: 4, n: 5 }])
  const { uuid } = await person(project, 'a')
  const calls = await server.counted(async () => {
    const answer = await remove(project, uuid, '?delete_events=true')
    expect([answer.status, answer.body]).toEqual([202, ''])
  })
  expect(calls).toEqual({ redis: 1, postgres: 3, qstash: 0 })
  expect((await server.call('GET', `${project.path}persons/${uuid}/`)).status).toBe(404)
  expect((await remove(project, uuid)).status).toBe(404)
  expect(await project.trend({ ...counts('step'), ...THREE_DAYS })).toEqual([[0, 1, 0]])
  expect(
    await rows('select sum(version) as moved, sum(n) as n from bucket_version where project = $1', project),
  ).toEqual([{ moved: 7, n: 2 }])
  expect(await countOf('persons', project)).toBe(1)
  expect(await countOf('distinct_ids', project)).toBe(1)
  expect(await countOf('deletion_backlog', project)).toBe(0)
  // the ids are two persons again
  await project.send([event('step', 'a', '2020-01-03T10:00:00Z'), event('step', 'anon', '2020-01-03T10:00:00Z')])
  expect(await person(project, 'a')).toMatchObject({ distinct_ids: ['a'], properties: {}, is_identified: false })
  expect(await project.trend({ ...counts('step', { math: 'dau' }), ...THREE_DAYS })).toEqual([[0, 1, 2]])
})

test('without its events a person is nobody that can be listed, and numbers stay; whoever comes next is new', async () => {
  const project = await makeProject(server)
  const merge = { properties: { $anon_distinct_id: 'anon', $set: { email: 'a@x.test' } } }
  await project.send([
    event('step', 'anon', '2020-01-01T10:00:00Z'),
    event('$identify', 'a', '2020-01-01T11:00:00Z', merge),
    event('step', 'a', '2020-01-01T12:00:00Z'),
  ])
  const { uuid } = await person(project, 'a')
  expect((await remove(project, uuid)).status).toBe(202)
  expect((await server.call('GET', `${project.path}persons/`)).body.results).toEqual([])
  expect(
    await rows("select properties, is_identified from persons where project = $1 and properties <> '{}'", project),
  ).toEqual([])
  const dau = { ...counts('step', { math: 'dau' }), ...THREE_DAYS }
  expect(await project.trend(dau)).toEqual([[1, 0, 0]])
  await project.send([event('step', 'a', '2020-01-02T10:00:00Z'), event('step', 'anon', '2020-01-02T10:00:00Z')])
  expect(await project.trend(dau)).toEqual([[1, 2, 0]])
  const again = await person(project, 'a')
  expect(again).toMatchObject({ distinct_ids: ['a'], properties: {}, created_at: '2020-01-02T10:00:00Z' })
  // and those go with their events, while the older events keep their ids
  const ids = [again.uuid, (await person(project, 'anon')).uuid]
  const bulk = { ids, delete_events: true }
  expect((await server.call('POST', `${project.path}persons/bulk_delete/`, bulk)).status).toBe(202)
  expect((await server.call('GET', `${project.path}persons/`)).body.results).toEqual([])
  expect((await project.trend(dau))[0]?.[1]).toBe(0)
  const strays = await rows(
    `select count(*) as n from events e where project = $1
        and not exists (select from distinct_ids d where d.id = e.distinct_id)`,
    project,
  )
  expect(strays).toEqual([{ n: 0 }])
  await project.send([event('step', 'a', '2020-01-03T10:00:00Z')])
  expect(await person(project, 'a')).toMatchObject({ distinct_ids: ['a'] })
})

test('memberships go with a person, and so do the events of whoever was merged into it', async () => {
  const project = await makeProject(server)
  await project.send([set('user', { plan: 'team' }), event('step', 'anon', '2020-01-01T10:00:00Z')])
  await rows(
    `insert into events (ts, project, person, distinct_id, event, uuid, properties)
     select e.ts, e.project, e.person, e.distinct_id, e.event, gen_random_uuid(), '{}'
       from events e, generate_series(1, 45000) where e.project = $1 and e.distinct_id = (
         select id from distinct_ids where project = $1 and distinct_id = 'anon')`,
    project,
  )
  await project.send([
    event('$identify', 'user', '2020-01-02T10:00:00Z', { properties: { $anon_distinct_id: 'anon' } }),
  ])
  expect(await countOf('person_backlog', project)).toBe(1)
  const { uuid } = await person(project, 'user')
  const made = await server.call('POST', `${project.path}cohorts/`, {
    name: 'few',
    is_static: true,
    _create_static_person_ids: [uuid],
  })
  await server.stack.qstash.idle()
  const cohort = () => server.call('GET', `${project.path}cohorts/${made.body.id}/`)
  expect((await cohort()).body.count).toBe(1)
  // nothing of the events goes at once if the database is slow: the cron does it
  server.stack.neon.faults.plan(1, { status: 503 }, 1, (body) => body.includes('delete_event_slice'))
  expect((await remove(project, uuid, '?delete_events=true')).status).toBe(202)
  expect((await cohort()).body.count).toBe(0)
  expect(await countOf('cohort_people', project)).toBe(0)
  expect(await countOf('distinct_ids', project)).toBe(0)
  expect(await countOf('deletion_backlog', project)).toBe(2)
  await scheduled(server.stack.services)
  for (const table of ['deletion_backlog', 'person_backlog', 'events']) expect(await countOf(table, project)).toBe(0)
})

test('deletions between captures of the same ids: every event has a person and an id', async () => {
  const project = await makeProject(server)
  const writer = async (start: number) => {
    for (let round = 0; round < 12; round++) {
      const at = new Date(Date.UTC(2020, 0, 2, start, round)).toISOString()
      const merge = { properties: { $anon_distinct_id: `anon-${round % 3}` } }
      const batch = [event('step', `anon-${round % 3}`, at), event('$identify', `user-${round % 3}`, at, merge)]
      // a client sends again what was refused for now
      const send = () => server.call('POST', '/batch/', { api_key: project.token, batch })
      const sent = await send()
      if (sent.status !== 200) expect((await send()).status).toBe(200)
    }
  }
  const remover = async (more: string) => {
    for (let round = 0; round < 12; round++) {
      const found = await person(project, `user-${round % 3}`)
      if (found) expect([202, 404]).toContain((await remove(project, found.uuid, more)).status)
    }
  }
  await Promise.all([writer(1), writer(2), remover(''), remover('?delete_events=true')])
  const lost = await rows(
    `select count(*) as n from events e where project = $1
        and (not exists (select from persons p where p.id = e.person)
          or not exists (select from distinct_ids d where d.id = e.distinct_id))`,
    project,
  )
  expect(lost).toEqual([{ n: 0 }])
  const homeless = await rows(
    'select count(*) as n from distinct_ids d where project = $1 and not exists (select from persons p where p.id = d.person)',
    project,
  )
  expect(homeless).toEqual([{ n: 0 }])
})

test('what names nobody', async () => {
  const project = await makeProject(server)
  const path = `${project.path}persons/bulk_delete/`
  expect(await server.call('POST', path, {})).toMatchObject({ status: 400, body: { attr: null } })
  const many = Array.from({ length: 1_001 }, () => 'x')
  expect(await server.call('POST', path, { ids: many })).toMatchObject({ status: 400, body: { attr: 'ids' } })
  expect((await server.call('POST', path, { distinct_ids: ['nobody'], ids: ['x', 7] })).status).toBe(202)
  expect((await remove(project, 'x')).status).toBe(404)
  const kept = await remove(project, crypto.randomUUID(), '?keep_person=true')
  expect(kept).toMatchObject({ status: 400, body: { code: 'not_supported' } })
})
