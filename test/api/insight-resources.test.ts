/** What belongs to an insight: its log, who looked at it, who may. */
import { beforeAll, expect, test } from 'vitest'
import { addMember, type Member } from '../support/member.ts'
import { type TestServer, testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

let member: Member

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  member = await addMember(server)
})

const call: TestServer['call'] = (method, path, ...rest) => server.call(method, project.path + path, ...rest)
async function makeInsight(body: object = { name: 'n' }): Promise<number> {
  const made = await call('POST', 'insights/', body)
  expect(made.status).toBe(201)
  return made.body.id
}
const trend = (event: string) => ({ kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event }] })

test('a change is logged with what was and what is, as it was sent; what did not change is not', async () => {
  const id = await makeInsight({ name: 'n', query: { ...trend('a'), interval: 'week' } })
  await call('PATCH', `insights/${id}/`, { query: { interval: 'day', ...trend('b') }, saved: true, description: 'x' })
  await call('PATCH', `insights/${id}/`, { query: { ...trend('b'), interval: 'day' }, saved: false, order: 3 })
  await call('PATCH', `insights/${id}/`, { description: null, favorited: true, deleted: true })
  await call('PATCH', `insights/${id}/`, { deleted: false })
  const { results, total_count } = (await call('GET', `insights/${id}/activity/`)).body
  expect(total_count).toBe(4)
  const changes = results.map(({ detail }: { detail: { changes: { field: string }[] | null } }) => detail.changes)
  expect(changes).toEqual([
    [{ type: 'Insight', action: 'changed', field: 'deleted', before: true, after: false }],
    [
      { type: 'Insight', action: 'changed', field: 'deleted', before: false, after: true },
      { type: 'Insight', action: 'deleted', field: 'description', before: 'x', after: null },
      { type: 'Insight', action: 'changed', field: 'favorited', before: false, after: true },
    ],
    [
      { type: 'Insight', action: 'created', field: 'description', before: null, after: 'x' },
      {
        type: 'Insight',
        action: 'changed',
        field: 'query',
        before: { ...trend('a'), interval: 'week' },
        after: { interval: 'day', ...trend('b') },
      },
    ],
    null,
  ])
  expect(Object.keys(changes[2][1].after)).toEqual(['interval', 'kind', 'series'])
})

test('two writers at once: fields of both are kept, of one field the last, and the log tells every change', async () => {
  const id = await makeInsight({ name: '0', description: '0' })
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1)
  const answers = await Promise.all(
    numbers.map((n) => call('PATCH', `insights/${id}/`, n % 2 ? { name: `${n}` } : { description: `${n}` })),
  )
  expect(answers.map(({ status }) => status)).toEqual(numbers.map(() => 200))
  const { results } = (await call('GET', `insights/${id}/activity/?limit=50`)).body
  const now = (await call('GET', `insights/${id}/`)).body
  for (const field of ['name', 'description']) {
    const chain = results
      .flatMap(({ detail }: { detail: { changes: { field: string; before: string; after: string }[] | null } }) =>
        (detail.changes ?? []).filter((change) => change.field === field),
      )
      .reverse()
    expect(chain).toHaveLength(6)
    // each change starts where the one before it ended
    let value = '0'
    const left = new Map(chain.map((change: { before: string; after: string }) => [change.before, change.after]))
    for (let step = 0; step < 6; step++) value = left.get(value) as string
    expect(value).toBe(now[field])
  }
})

test('views: who looked, at what, last; foreign and deleted insights are none', async () => {
  const id = await makeInsight()
  expect((await call('GET', `insights/${id}/`)).body.last_viewed_at).toBeNull()
  const viewed = await call('POST', `insights/${id}/viewed/`, {})
  expect([viewed.status, viewed.body]).toEqual([200, ''])
  expect((await call('GET', `insights/${id}/`)).body.last_viewed_at).toMatch(/^20\d\d-.*Z$/)
  const mine = () => server.call('GET', `${project.path}insights/my_last_viewed/`, undefined, member.auth)
  expect((await mine()).body).toEqual([])
  const bulk = { insight_ids: [id, 999_999, String(await makeInsight({ name: 'second' }))] }
  expect((await server.call('POST', `${project.path}insights/viewed/`, bulk, member.auth)).status).toBe(200)
  expect((await mine()).body).toHaveLength(2)
  for (const insight_ids of [undefined, [], 'x', ['x'], { id }])
    expect(await call('POST', 'insights/viewed/', { insight_ids })).toMatchObject({
      status: 400,
      body: { attr: 'insight_ids' },
    })
  expect((await call('GET', 'insights/?order=-last_viewed_at&limit=1')).body.results[0].name).toBe('n')
})

const asMember = (method: string, path: string, body?: object) =>
  server.call(method, project.path + path, body, member.auth)

test('rules of an insight: everyone, a member; the highest that fits counts', async () => {
  const id = await makeInsight({ name: 'guarded' })
  const path = `insights/${id}/access_controls/`
  const put = (body: object) => call('PUT', path, body)
  expect((await put({ access_level: 'viewer' })).body).toMatchObject({
    access_level: 'viewer',
    resource: 'insight',
    resource_id: String(id),
    organization_member: null,
    role: null,
  })
  expect((await asMember('GET', `insights/${id}/`)).body.user_access_level).toBe('viewer')
  expect(await asMember('PATCH', `insights/${id}/`, { name: 'x' })).toMatchObject({
    status: 403,
    body: { detail: 'You do not have editor access to this resource.' },
  })
  expect(await asMember('PUT', path, { access_level: 'editor' })).toMatchObject({
    status: 403,
    body: { detail: 'Must be editor to modify insight permissions.' },
  })
  await put({ access_level: 'none' })
  expect(await asMember('GET', `insights/${id}/`)).toMatchObject({
    status: 403,
    body: { detail: 'You do not have viewer access to this resource.' },
  })
  const names = async (query: string, read = asMember) =>
    (await read('GET', `insights/?${query}`)).body.results.map(({ name }: { name: string }) => name)
  expect(await names('search=guarded')).toEqual([])
  const ofProject = await asMember('GET', 'insights/activity/?limit=100')
  expect(JSON.stringify(ofProject.body)).not.toContain('guarded')
  for (const [method, hidden] of [
    ['GET', 'activity'],
    ['GET', 'access_controls'],
    ['POST', 'viewed'],
  ] as const)
    expect((await asMember(method, `insights/${id}/${hidden}/`, method === 'GET' ? undefined : {})).status).toBe(403)
  // who made it sees it, whatever the rule
  expect(await names('search=guarded', call)).toEqual(['guarded'])
  await put({ access_level: 'editor', organization_member: member.membershipId })
  expect((await asMember('PATCH', `insights/${id}/`, { description: 'mine' })).status).toBe(200)
  expect(await names('search=guarded')).toEqual(['guarded'])
  expect((await call('GET', path)).body.access_controls).toHaveLength(2)
  expect((await put({ access_level: null, organization_member: member.membershipId })).status).toBe(204)
  expect((await asMember('GET', `insights/${id}/`)).status).toBe(403)
})

test('the runs of a hidden insight, and the people behind its numbers, were open to who knew an id', async () => {
  const query = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'hidden runs' }] }
  const id = await makeInsight({ query })
  const { filters_hash: key } = (await call('GET', `insights/${id}/?refresh=blocking`)).body
  const { query_status: run } = (await call('GET', `insights/${id}/?refresh=force_async`)).body
  await server.stack.qstash.idle()
  const people = `persons/insight/${key}/`
  for (const path of [`query/${run.id}/`, people]) expect((await asMember('GET', path)).status).toBe(200)
  await call('PUT', `insights/${id}/access_controls/`, { access_level: 'none' })
  const refused = { status: 403, body: { detail: 'You do not have viewer access to this resource.' } }
  for (const path of [`query/${run.id}/`, people]) expect(await asMember('GET', path)).toMatchObject(refused)
  expect(await asMember('DELETE', `query/${run.id}/`)).toMatchObject(refused)
  for (const path of [`query/${run.id}/`, people]) expect((await call('GET', path)).status).toBe(200)
  // a key that may ask questions of its own reads no insight by the id of its run
  const key1 = await server.call('POST', '/api/personal_api_keys/', { label: 'asks', scopes: ['query:read'] })
  const auth = { Authorization: `Bearer ${key1.body.value}` }
  expect(await server.call('GET', `${project.path}query/${run.id}/`, undefined, auth)).toMatchObject({
    status: 403,
    body: { detail: "API key missing required scope 'insight:read'" },
  })
})

test('an admin sees what others hid, in a list only when asked for it', async () => {
  const admin = await addMember(server, 8)
  const made = await asMember('POST', 'insights/', { name: 'secret' })
  const path = `insights/${made.body.id}/`
  await asMember('PUT', `${path}access_controls/`, { access_level: 'none' })
  const asAdmin = (query: string) => server.call('GET', `${project.path}${query}`, undefined, admin.auth)
  expect((await asAdmin(path)).body.user_access_level).toBe('editor')
  expect((await asAdmin('insights/?search=secret')).body.count).toBe(0)
  expect((await asAdmin(`insights/?short_id=${made.body.short_id}`)).body.count).toBe(1)
  expect((await asAdmin('insights/?search=secret&admin_include_all=true')).body.count).toBe(1)
})

test('rules that cannot be are refused by name', async () => {
  const id = await makeInsight()
  const uuid = '11111111-1111-4111-8111-111111111111'
  for (const [body, attr, code] of [
    [{ access_level: 'owner' }, 'access_level', 'invalid_input'],
    [{}, 'access_level', 'required'],
    [{ access_level: 'viewer', organization_member: uuid }, 'organization_member', 'does_not_exist'],
    [{ access_level: 'viewer', role: uuid }, 'role', 'does_not_exist'],
    [{ access_level: 'viewer', role: 'x' }, 'role', 'invalid_input'],
    [{ access_level: 'viewer', role: uuid, organization_member: uuid }, null, 'invalid_input'],
  ] as const)
    expect(await call('PUT', `insights/${id}/access_controls/`, body)).toMatchObject({
      status: 400,
      body: { attr, code },
    })
})
