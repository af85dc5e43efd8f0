import { beforeEach, expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { KEY } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

let project: TestProject

const server = await testServer()
beforeEach(async () => {
  project = await makeProject(server)
})

const path = (rest = '') => `${project.path}cohorts/${rest}`
const all = (...values: object[]) => ({ properties: { type: 'OR', values: [{ type: 'AND', values }] } })
const plan = (value: string, more: object = {}) => ({ type: 'person', key: 'plan', value, operator: 'exact', ...more })
const behavior = (value: string, more: object = {}) => ({
  type: 'behavioral',
  event_type: 'events',
  key: 'did',
  value,
  explicit_datetime: '2020-01-01T00:00:00Z',
  explicit_datetime_to: '2020-01-11T00:00:00Z',
  ...more,
})

/** One `$set` each, so that everybody has a profile. */
const people = (properties: Record<string, object>) =>
  project.send(
    Object.entries(properties).map(([id, $set]) => event('$set', id, '2019-01-01T00:00:00Z', { properties: { $set } })),
  )
const at = (id: string, ...days: number[]) =>
  days.map((day) => event('did', id, `2020-01-${String(day).padStart(2, '0')}T12:00:00Z`))

async function make(filters: object, name = 'some'): Promise<number> {
  const made = await server.call('POST', path(), { name, filters })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.id
}
async function calculated(id: number) {
  await expect.poll(async () => (await server.call('GET', path(`${id}/`))).body.is_calculating).toBe(false)
  return (await server.call('GET', path(`${id}/`))).body
}
async function members(id: number): Promise<string[]> {
  const cohort = await calculated(id)
  const { results } = (await server.call('GET', path(`${id}/persons/`))).body
  expect(cohort.last_error_message).toBeNull()
  expect(cohort.count).toBe(results.length)
  return results.map((person: { distinct_ids: string[] }) => person.distinct_ids[0]).sort()
}

test('a cohort is calculated in the background: status first, then its count and its persons', async () => {
  await people({ a: { plan: 'pro' }, b: { plan: 'free' }, c: {} })
  server.stack.qstash.pause()
  const made = await server.call('POST', path(), { name: 'payers', filters: all(plan('pro')) })
  expect(made).toMatchObject({ status: 201, body: { is_calculating: true, count: null, version: null } })
  const { id } = made.body
  const filter = { properties: [{ type: 'cohort', key: 'id', value: id }] }
  const query = { kind: 'TrendsQuery', ...counts('did'), ...THREE_DAYS, ...filter }
  // nobody is known yet: no number rather than a wrong one
  expect((await server.call('POST', `${project.path}query/`, { query })).status).toBe(503)
  for (const list of [path(`${id}/persons/`), `${project.path}persons/?cohort=${id}`])
    expect((await server.call('GET', list)).status).toBe(503)
  server.stack.qstash.resume()
  expect(await members(id)).toEqual(['a'])
  expect(await calculated(id)).toMatchObject({ version: 1, pending_version: 1, errors_calculating: 0 })
  expect((await server.call('GET', `${project.path}persons/?cohort=${id}`)).body.results).toHaveLength(1)
  expect((await server.call('POST', `${project.path}query/`, { query })).status).toBe(200)
})

test('new filters make new members, and cohorts made of it follow; numbers are not the old ones', async () => {
  await people({ a: { plan: 'pro' }, b: { plan: 'free' } })
  await project.send([...at('a', 2), ...at('b', 2, 3)])
  const inner = await make(all(plan('pro')))
  expect(await members(inner)).toEqual(['a'])
  const outer = await make(all({ type: 'cohort', key: 'id', value: inner, negation: true }))
  expect(await members(outer)).toEqual(['b'])
  const query = {
    ...counts('did'),
    ...THREE_DAYS,
    properties: [{ type: 'cohort', key: 'id', value: outer, operator: 'in' }],
  }
  const body = { query: { kind: 'TrendsQuery', ...query } }
  const number = async () => (await server.call('POST', `${project.path}query/`, body)).body.results[0].count
  expect(await number()).toBe(2)
  await server.call('PATCH', path(`${inner}/`), { filters: all(plan('free')) })
  expect(await members(inner)).toEqual(['b'])
  await expect.poll(() => members(outer)).toEqual(['a'])
  await expect.poll(number).toBe(1)
})

test.each([
  [
    'performed_event_multiple gte',
    behavior('performed_event_multiple', { operator: 'gte', operator_value: 2 }),
    ['b', 'c'],
  ],
  ['performed_event_multiple lt', behavior('performed_event_multiple', { operator: 'lt', operator_value: 2 }), ['a']],
  ['nobody but those who did', { ...behavior('performed_event'), negation: true }, ['never', 'old']],
  ['first time', behavior('performed_event_first_time', { explicit_datetime: '2020-01-02T00:00:00Z' }), ['c']],
  ['stopped', behavior('stopped_performing_event', { seq_time_value: 5, seq_time_interval: 'day' }), ['a', 'b', 'c']],
])('behaviour: %s', async (_, condition, expected) => {
  await people({ a: {}, b: {}, c: {}, never: {}, old: {} })
  await project.send([
    ...at('a', 1),
    ...at('b', 1, 5),
    ...at('c', 3, 4, 5),
    event('did', 'old', '2019-06-01T00:00:00Z'),
  ])
  expect(await members(await make(all(condition)))).toEqual(expected)
})

test('behaviour in time that goes on: regularly, stopped, restarted, sequences', async () => {
  const ago = (id: string, ...days: number[]) =>
    days.map((n) => event('did', id, new Date(Date.now() - n * 86_400_000 - 3_600_000).toISOString()))
  await people({ daily: {}, once: {}, back: {}, gone: {} })
  await project.send([...ago('daily', 0, 1, 2, 3), ...ago('once', 2), ...ago('back', 20, 0), ...ago('gone', 5, 4)])
  const days = (time_value: number) => ({
    time_value,
    time_interval: 'day',
    explicit_datetime: null,
    explicit_datetime_to: null,
  })
  const recent = { seq_time_value: 3, seq_time_interval: 'day' }
  const who = async (value: string, more: object) => members(await make(all(behavior(value, more))))
  const regularly = { ...days(1), total_periods: 4, min_periods: 3 }
  expect(await who('performed_event_regularly', regularly)).toEqual(['daily'])
  expect(await who('stopped_performing_event', { ...days(10), ...recent })).toEqual(['gone'])
  expect(await who('restarted_performing_event', { ...days(10), ...recent })).toEqual(['back'])
  const twice = {
    ...days(30),
    seq_event: 'did',
    seq_event_type: 'events',
    seq_time_value: 36,
    seq_time_interval: 'hour',
  }
  expect(await who('performed_event_sequence', twice)).toEqual(['daily', 'gone'])
})

test('a static cohort takes uuids, and files of distinct ids or emails; later files add', async () => {
  await people({ a: { email: 'a@b.c' }, b: {}, c: {}, d: {} })
  const uuid = (await server.call('GET', `${project.path}persons/?distinct_id=d`)).body.results[0].uuid
  const upload = async (method: string, to: string, csv: string, fields: Record<string, string> = {}) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    form.set('csv', new File([csv], 'people.csv', { type: 'text/csv' }))
    const response = await fetch(server.url + to, { method, body: form, headers: { Authorization: `Bearer ${KEY}` } })
    return { status: response.status, body: await response.json() }
  }
  const made = await upload('POST', path(), 'email\na@b.c,more\n\n"b"\nunknown\n', { name: 's', is_static: 'true' })
  expect(made).toMatchObject({ status: 201, body: { is_static: true, is_calculating: false, count: 2 } })
  const { id } = made.body
  expect(await members(id)).toEqual(['a', 'b'])
  expect((await upload('PATCH', path(`${id}/`), 'c')).body.count).toBe(3)
  const added = await server.call('PATCH', path(`${id}/`), { _create_static_person_ids: [uuid] })
  expect(added.body.count).toBe(4)
  expect(await members(id)).toEqual(['a', 'b', 'c', 'd'])
})

test('a merge takes memberships along', async () => {
  await people({ a: { plan: 'pro' }, b: { plan: 'pro' }, c: {} })
  const id = await make(all(plan('pro')))
  expect(await members(id)).toEqual(['a', 'b'])
  await project.send([event('$merge_dangerously', 'c', '2020-01-01T00:00:00Z', { properties: { alias: 'a' } })])
  expect(await members(id)).toHaveLength(2)
  await project.send([event('$merge_dangerously', 'b', '2020-01-01T00:00:00Z', { properties: { alias: 'c' } })])
  expect(await members(id)).toHaveLength(1)
})

test('what cannot be is refused, and nothing is written', async () => {
  const a = await make(all(plan('pro')), 'a')
  const b = await make(all({ type: 'cohort', key: 'id', value: a }), 'b')
  const before = (await server.call('GET', path())).body.count
  const refused = async (method: string, to: string, body: object) => {
    const answer = await server.call(method, to, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(400)
    return answer.body
  }
  const cycle = { filters: all({ type: 'cohort', key: 'id', value: b }) }
  expect((await refused('PATCH', path(`${a}/`), cycle)).detail).toContain('made of itself')
  const action = await server.call('POST', `${project.path}actions/`, { name: 'x', steps: [] })
  const ofAction = await make(all(behavior('performed_event', { event_type: 'actions', key: action.body.id })), 'c')
  const steps = [{ event: 'did', properties: [{ type: 'cohort', key: 'id', value: ofAction }] }]
  expect((await refused('PATCH', `${project.path}actions/${action.body.id}/`, { steps })).attr).toBe('steps')
  expect((await refused('PATCH', path(`${a}/`), { deleted: true })).attr).toBe('deleted')
  expect((await refused('POST', path(), { name: 'x' })).attr).toBe('filters')
  expect((await refused('POST', path(), { filters: all({ type: 'cohort', key: 'id', value: 99_999 }) })).code).toBe(
    'does_not_exist',
  )
  expect((await refused('POST', path(), { filters: all({ type: 'event', key: 'x', value: 1 }) })).detail).toContain(
    'values.0',
  )
  expect((await refused('POST', path(), { filters: all(plan('x', { surprise: 1 })) })).detail).toContain('surprise')
  expect((await refused('POST', path(), { is_static: true, _create_static_person_ids: ['x'] })).attr).toContain(
    '_ids__0',
  )
  const foreign = await makeProject(server)
  expect((await server.call('GET', `${foreign.path}cohorts/${a}/`)).status).toBe(404)
  const filter = [{ type: 'cohort', key: 'id', value: a }]
  const query = { kind: 'TrendsQuery', ...counts('did'), ...THREE_DAYS, properties: filter }
  expect((await server.call('POST', `${foreign.path}query/`, { query })).body.code).toBe('does_not_exist')
  expect((await server.call('GET', path())).body.count).toBe(before + 1)
})

test('filters that cannot be calculated end as an error that says why', async () => {
  const id = await make(all(behavior('performed_event', { explicit_datetime: 'no date' })))
  const cohort = await calculated(id)
  expect(cohort).toMatchObject({ errors_calculating: 1, count: null })
  expect(cohort.last_error_message).toContain('no date')
})

test('the cron asks again for what was lost and for what is old', async () => {
  await people({ a: { plan: 'pro' } })
  server.stack.qstash.down()
  const id = await make(all(plan('pro')))
  server.stack.qstash.up()
  const age = (change: string) =>
    server.stack.services.engine.run([{ text: `update cohorts set ${change} where id = ${id}`, params: [] }], {
      timeoutMs: 5_000,
    })
  await age("enqueued_at = now() - interval '11 minutes'")
  await scheduled(server.stack.services)
  expect(await members(id)).toEqual(['a'])
  await people({ b: { plan: 'pro' } })
  await scheduled(server.stack.services)
  await server.stack.qstash.idle()
  expect(await members(id)).toEqual(['a'])
  await age("last_calculation = now() - interval '7 hours', enqueued_at = null")
  await scheduled(server.stack.services)
  await expect.poll(async () => (await calculated(id)).count).toBe(2)
})
