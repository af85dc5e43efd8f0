import { beforeAll, expect, test } from 'vitest'
import { bootstrap } from '../../lib/resources/bootstrap.ts'
import { addMember } from '../support/member.ts'
import { type TestServer, testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([
    event('paid', 'a', '2020-01-01T10:00:00Z', { properties: { plan: 'team' } }),
    event('paid', 'b', '2020-01-03T10:00:00Z', { properties: { plan: 'free' } }),
  ])
})

const call: TestServer['call'] = (method, path, ...rest) => server.call(method, project.path + path, ...rest)
const trend = (name: string) => ({
  kind: 'InsightVizNode',
  source: { kind: 'TrendsQuery', ...counts('paid', { custom_name: name }), ...THREE_DAYS },
})

async function makeDashboard(body: object = {}): Promise<number> {
  const made = await call('POST', 'dashboards/', { name: 'board', ...body })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.id
}

async function makeInsight(body: object): Promise<number> {
  const made = await call('POST', 'insights/', body)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.id
}

test('a dashboard is made, listed, read, changed and deleted softly', async () => {
  const id = await makeDashboard({ description: 'numbers', pinned: true, tags: ['Sales', ' sales '] })
  expect((await call('GET', `dashboards/${id}/`)).body).toMatchObject({
    id,
    name: 'board',
    tags: ['sales'],
    pinned: true,
    tiles: [],
    filters: {},
    restriction_level: 21,
    effective_privilege_level: 37,
    is_shared: false,
  })
  const listed = (await call('GET', 'dashboards/?pinned=true')).body.results
  expect(listed).toHaveLength(1)
  expect(listed[0]).not.toHaveProperty('tiles')
  expect(listed[0]).not.toHaveProperty('filters')
  expect((await call('PATCH', `dashboards/${id}/`, { name: 'renamed' })).body).toMatchObject({ name: 'renamed' })
  expect((await call('DELETE', `dashboards/${id}/`)).status).toBe(405)
  const insight = await makeInsight({ name: 'on it', dashboards: [id] })
  expect((await call('PATCH', `dashboards/${id}/`, { deleted: true })).body).toMatchObject({ deleted: true })
  expect((await call('GET', `dashboards/${id}/`)).status).toBe(404)
  expect((await call('GET', `insights/${insight}/`)).body).toMatchObject({ dashboards: [], dashboard_tiles: [] })
  expect((await call('POST', 'insights/', { dashboards: [id] })).body).toMatchObject({
    code: 'does_not_exist',
    attr: 'dashboards',
  })
})

test('twenty cached insights cost as many calls as one', async () => {
  const read = async (count: number) => {
    const id = await makeDashboard()
    for (let index = 0; index < count; index++)
      await makeInsight({ name: `${index}`, query: trend(`${count} ${index}`), dashboards: [id] })
    const first = await call('GET', `dashboards/${id}/?refresh=blocking`)
    expect(first.body.tiles).toHaveLength(count)
    // ten are computed in a request, the others in the background
    await server.stack.qstash.idle()
    let body: { tiles: { is_cached: boolean; insight: { result: { data: number[] }[] } }[] } = { tiles: [] }
    const calls = await server.counted(async () => {
      body = (await call('GET', `dashboards/${id}/`)).body
      await server.settled()
    })
    expect(body.tiles.every((tile) => tile.is_cached)).toBe(true)
    expect(body.tiles.map((tile) => tile.insight.result[0]?.data)).toEqual(body.tiles.map(() => [1, 0, 1]))
    // all of them are old, and nothing has moved: one more call asks, and each is stored as of now
    server.ahead += 600_000
    const old = await server.counted(async () => {
      const { tiles } = (await call('GET', `dashboards/${id}/?refresh=blocking&max_age=5`)).body
      expect(tiles.every((tile: { is_cached: boolean }) => tile.is_cached)).toBe(true)
      const [{ last_refresh }] = tiles
      expect(Date.parse(last_refresh)).toBeGreaterThan(Date.now() + server.ahead - 60_000)
    })
    expect(old.postgres).toBe(2)
    return calls
  }
  expect(await read(1)).toEqual({ redis: 2, postgres: 1, qstash: 0 })
  expect(await read(20)).toEqual({ redis: 2, postgres: 1, qstash: 0 })
  server.ahead = 0
})

test('whoever has a dashboard gets no body until anything on it is another', async () => {
  const id = await makeDashboard()
  const insight = await makeInsight({ name: 'kept', query: trend('kept'), dashboards: [id] })
  await call('GET', `dashboards/${id}/?refresh=blocking`)
  await server.settled()
  const read = (tag = '', method = 'GET') =>
    call(method, `dashboards/${id}/`, undefined, { 'If-None-Match': tag }).then(({ status, headers, body }) => ({
      status,
      tag: headers.get('etag') ?? '',
      body,
    }))
  const { tag } = await read()
  expect(tag).toMatch(/^W\/"/)
  expect(await read(tag)).toEqual({ status: 304, tag, body: '' })
  expect(await read('', 'HEAD')).toEqual({ status: 200, tag, body: '' })
  await call('PATCH', `dashboards/${id}/`, { name: 'renamed' })
  const renamed = await read(tag)
  expect(renamed).toMatchObject({ status: 200, body: { name: 'renamed' } })
  await call('GET', `insights/${insight}/?refresh=force_blocking`)
  await server.settled()
  expect((await read(renamed.tag)).status).toBe(200)
})

test('filters of the dashboard narrow its insights there and nowhere else; a change of them is seen at once', async () => {
  const id = await makeDashboard({ filters: { date_from: '2020-01-03', date_to: '2020-01-03' } })
  const insight = await makeInsight({ name: 'narrowed', query: trend('narrowed'), dashboards: [id] })
  const through = (query = '') => call('GET', `insights/${insight}/?refresh=blocking&from_dashboard=${id}${query}`)
  expect((await through()).body).toMatchObject({ result: [{ data: [1] }], color: null, layouts: {} })
  expect((await call('GET', `insights/${insight}/?refresh=blocking`)).body.result[0].data).toEqual([1, 0, 1])
  const tile = (await call('GET', `dashboards/${id}/?refresh=blocking`)).body.tiles[0]
  expect(tile).toMatchObject({ order: 0, insight: { result: [{ data: [1] }] } })
  const properties = [{ key: 'plan', value: ['team'], operator: 'exact', type: 'event' }]
  await call('PATCH', `dashboards/${id}/`, { filters: { properties } })
  expect((await through()).body.result[0].data).toEqual([1, 0, 0])
  const override = encodeURIComponent(JSON.stringify({ date_from: '2020-01-02', date_to: '2020-01-03' }))
  expect((await through(`&filters_override=${override}`)).body).toMatchObject({
    result: [{ data: [0, 1] }],
    query: { source: { dateRange: { date_from: '2020-01-02', date_to: '2020-01-03' } } },
  })
  await call('PATCH', `dashboards/${id}/`, {
    filters: {},
    tiles: [{ id: tile.id, color: 'blue', layouts: { sm: { x: 1 } } }],
  })
  expect((await through()).body).toMatchObject({
    result: [{ data: [1, 0, 1] }],
    color: 'blue',
    layouts: { sm: { x: 1 } },
    query: { source: { dateRange: { date_from: '2020-01-01' } } },
  })
})

test('tiles: texts are made and changed, places decide their order, those of others are refused', async () => {
  const id = await makeDashboard()
  const other = await makeDashboard()
  await makeInsight({ name: 'below', dashboards: [id, other] })
  const [tile] = (await call('GET', `dashboards/${id}/`)).body.tiles
  const changed = await call('PATCH', `dashboards/${id}/`, {
    tiles: [
      { id: tile.id, layouts: { sm: { x: 0, y: 5 } } },
      { text: { body: 'Read me' }, layouts: { sm: { x: 0, y: 0 } } },
    ],
  })
  expect(changed.body.tiles).toMatchObject([
    { order: 0, text: { body: 'Read me' }, insight: null },
    { order: 1, id: tile.id, insight: { name: 'below' } },
  ])
  const [foreign] = (await call('GET', `dashboards/${other}/`)).body.tiles
  for (const [tiles, attr] of [
    [[{ id: foreign.id, color: 'red' }], 'tiles'],
    [[{ color: 'red' }], 'tiles__0__text'],
    [{}, 'tiles'],
  ])
    expect(await call('PATCH', `dashboards/${id}/`, { tiles })).toMatchObject({ status: 400, body: { attr } })
  expect((await call('GET', `dashboards/${other}/`)).body.tiles[0].color).toBeNull()
  expect((await call('PATCH', `dashboards/${id}/`, { filters: { days: 3 } })).body.attr).toBe('filters')
  expect((await call('POST', 'dashboards/', { use_dashboard: id })).body.tiles).toHaveLength(2)
  expect((await call('POST', 'dashboards/', { use_dashboard: 999_999 })).body.attr).toBe('use_dashboard')
})

test('what only collaborators may edit, others only read; so are the insights on it', async () => {
  const member = await addMember(server)
  const id = await makeDashboard({ restriction_level: 37 })
  const insight = await makeInsight({ name: 'kept', dashboards: [id] })
  const path = `${project.path}insights/${insight}/`
  expect((await server.call('GET', path, undefined, member.auth)).body).toMatchObject({
    effective_restriction_level: 37,
    effective_privilege_level: 21,
  })
  expect((await server.call('PATCH', path, { name: 'x' }, member.auth)).status).toBe(403)
  expect((await server.call('PATCH', `${project.path}dashboards/${id}/`, { name: 'x' }, member.auth)).body.detail).toBe(
    "You don't have edit permissions for this dashboard.",
  )
  expect((await server.call('POST', `${project.path}insights/`, { dashboards: [id] }, member.auth)).body.detail).toBe(
    `You don't have permission to add insights to dashboard: ${id}`,
  )
  const open = await makeDashboard()
  await call('PATCH', `insights/${insight}/`, { dashboards: [id, open] })
  expect((await server.call('PATCH', path, { name: 'x' }, member.auth)).status).toBe(200)
})

const denied = { status: 403 }

test('a copy of a restricted dashboard gives no rights on its insights, and of what is hidden nothing', async () => {
  const { auth } = await addMember(server)
  const as: TestServer['call'] = (method, path, body) => call(method, path, body, auth)
  const id = await makeDashboard({ restriction_level: 37 })
  const open = await makeDashboard()
  const guarded = await makeInsight({ name: 'guarded', query: trend('guarded'), dashboards: [id] })
  const hidden = await makeInsight({ name: 'hidden', query: trend('hidden'), dashboards: [id] })
  const shared = await makeInsight({ name: 'both', query: trend('both'), dashboards: [id, open] })
  await call('PUT', `insights/${hidden}/access_controls/`, { access_level: 'none' })
  await call('PATCH', `dashboards/${id}/`, { tiles: [{ text: { body: 'words' } }] })
  const copy = await as('POST', 'dashboards/', { name: 'mine', use_dashboard: id })
  expect(copy.status).toBe(201)
  const tiles: { insight: { id: number } | null; text: { body: string } | null }[] = copy.body.tiles
  expect(tiles.map(({ insight, text }) => insight?.id ?? text?.body)).toEqual([shared, 'words'])
  for (const insight of [guarded, hidden]) {
    expect(await as('PATCH', `insights/${insight}/`, { name: 'hacked' })).toMatchObject(denied)
    expect(await as('PATCH', `insights/${insight}/sharing/`, { enabled: true })).toMatchObject(denied)
    expect(await as('PATCH', `insights/${insight}/`, { dashboards: [copy.body.id] })).toMatchObject(denied)
    expect(await as('PATCH', `insights/${insight}/`, { deleted: true })).toMatchObject(denied)
    expect((await call('GET', `insights/${insight}/`)).body.dashboards).toEqual([id])
  }
  // who may edit them has them in the copy
  expect((await call('POST', 'dashboards/', { use_dashboard: id })).body.tiles).toHaveLength(4)
})

test('who may not edit an insight does not get it by bringing it back', async () => {
  const { auth } = await addMember(server)
  const id = await makeDashboard({ restriction_level: 37 })
  const insight = await makeInsight({ name: 'deleted', query: trend('deleted'), dashboards: [id] })
  await call('PATCH', `insights/${insight}/`, { deleted: true })
  expect(await call('PATCH', `insights/${insight}/`, { deleted: false, name: 'mine' }, auth)).toMatchObject(denied)
  expect((await call('GET', `insights/${insight}/`)).status).toBe(404)
  expect((await call('PATCH', `insights/${insight}/`, { deleted: false })).status).toBe(200)
})

test('dashboards of other organizations and free numbers are told by one text', async () => {
  const { key } = await bootstrap(server.stack.services, {
    organization: 'Else',
    project: 'Else',
    email: 'e@else.test',
  })
  const foreign = { Authorization: `Bearer ${key}` }
  const { body } = await server.call('POST', '/api/projects/@current/dashboards/', { name: 'theirs' }, foreign)
  const insight = await makeInsight({ name: 'asks' })
  for (const id of [body.id, 999_999])
    for (const [method, path] of [
      ['POST', 'insights/'],
      ['PATCH', `insights/${insight}/`],
    ] as const)
      expect(await call(method, path, { dashboards: [id] })).toMatchObject({
        status: 400,
        body: { code: 'does_not_exist', attr: 'dashboards', detail: `Invalid pk "${id}" - object does not exist.` },
      })
})

test('looking at many insights at once notes nothing of those that are hidden', async () => {
  const { auth } = await addMember(server)
  const id = await makeInsight({ name: 'unseen' })
  await call('PUT', `insights/${id}/access_controls/`, { access_level: 'none' })
  expect((await call('POST', 'insights/viewed/', { insight_ids: [id] }, auth)).status).toBe(200)
  expect((await call('GET', `insights/${id}/`)).body.last_viewed_at).toBeNull()
})
