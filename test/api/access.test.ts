import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { addMember } from '../support/member.ts'
import { testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

async function makeKey(scopes: string[], more: object = {}): Promise<{ id: string; value: string }> {
  const made = await server.call('POST', '/api/personal_api_keys/', { label: 'test', scopes, ...more })
  expect(made.status).toBe(201)
  return made.body
}

test('another method is 405 and says which there are', async () => {
  const answer = await server.call('PATCH', `${project.path}insights/`, {})
  expect(answer).toMatchObject({ status: 405, body: { detail: 'Method "PATCH" not allowed.' } })
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST')
})

test('a revoked key stops working, a key for one project reaches no other', async () => {
  const scoped = await makeKey(['insight:read'], { scoped_teams: [project.id] })
  const list = (id: number) => server.call('GET', `/api/projects/${id}/insights/`, undefined, bearer(scoped.value))
  expect((await list(project.id)).status).toBe(200)
  const other = await makeProject(server)
  expect((await list(other.id)).body.detail).toBe(
    `API key does not have access to the requested project: ID ${other.id}.`,
  )
  await server.settled()
  expect((await server.call('DELETE', `/api/personal_api_keys/${scoped.id}/`)).status).toBe(204)
  expect((await list(project.id)).status).toBe(401)
})

test('write includes read, and a key cannot make a stronger one', async () => {
  const { value } = await makeKey(['insight:write', 'personal_api_key:write'])
  expect((await server.call('GET', `${project.path}insights/`, undefined, bearer(value))).status).toBe(200)
  const wish = { label: 'more', scopes: ['*'] }
  expect((await server.call('POST', '/api/personal_api_keys/', wish, bearer(value))).status).toBe(403)
})

test('text that cannot be stored is a 400 that names its field, wherever it stands', async () => {
  const insights = `${project.path}insights/`
  const name = await server.call('POST', insights, { name: 'a\u0000b' })
  expect(name).toMatchObject({ status: 400, body: { code: 'null_characters_not_allowed', attr: 'name' } })
  const query = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'a\ud800' }] }
  expect(await server.call('POST', insights, { query })).toMatchObject({
    status: 400,
    body: { attr: 'query__series__0__event' },
  })
  expect((await server.call('GET', `${insights}?search=%00`)).status).toBe(400)
  expect((await server.call('GET', `${insights}%00/`)).status).toBe(404)
})

test('filters and queries of the wrong shape are kept or refused, and never break what is read', async () => {
  const insights = `${project.path}insights/`
  for (const filters of ['', 'x', [], [1], null, 5, { a: 1 }]) {
    const made = await server.call('POST', insights, { filters })
    expect(made.status, JSON.stringify(filters)).toBe(201)
    const again = await server.call('PATCH', `${insights}${made.body.id}/`, { name: 'still here' })
    expect(again, JSON.stringify(filters)).toMatchObject({ status: 200, body: { name: 'still here' } })
  }
  for (const query of [
    'x',
    5,
    [1],
    { kind: 5 },
    { kind: 'InsightVizNode', source: null },
    { kind: 'TrendsQuery', series: 'x' },
  ])
    expect(await server.call('POST', insights, { query }), JSON.stringify(query)).toMatchObject({
      status: 400,
      body: { code: 'parse_error' },
    })
  expect((await server.call('GET', insights)).status).toBe(200)
})

test('an override that cannot be read or says more than is known is refused, not passed over', async () => {
  for (const override of ['{', '[]', '{"date":"-1d"}'])
    expect(
      await server.call('GET', `${project.path}insights/?filters_override=${encodeURIComponent(override)}`),
    ).toMatchObject({ status: 400, body: { attr: 'filters_override' } })
})

test('a key that may do less does not reduce, roll or delete one that may do more', async () => {
  const small = await makeKey(['personal_api_key:write', 'insight:read'])
  const scoped = await makeKey(['*'], { scoped_teams: [project.id] })
  const big = await makeKey(['*'])
  for (const actor of [small, scoped])
    for (const [method, end, body] of [
      ['PATCH', '', { scopes: ['insight:read'], scoped_teams: [project.id] }],
      ['PATCH', '', { label: 'mine' }],
      ['PUT', '', { label: 'mine', scopes: ['insight:read'] }],
      ['POST', 'roll/', undefined],
      ['DELETE', '', undefined],
    ] as const) {
      const answer = await server.call(method, `/api/personal_api_keys/${big.id}/${end}`, body, bearer(actor.value))
      expect(answer.status, `${method} ${end}`).toBe(403)
    }
  expect((await server.call('GET', `${project.path}insights/`, undefined, bearer(big.value))).status).toBe(200)
  const less = await makeKey(['insight:read'])
  const path = `/api/personal_api_keys/${less.id}/`
  expect((await server.call('PATCH', path, { label: 'less' }, bearer(small.value))).status).toBe(200)
  expect((await server.call('DELETE', path, undefined, bearer(small.value))).status).toBe(204)
})

test('strangers who try keys and tokens cost nothing, or a call to the database once', async () => {
  const none = { redis: 0, postgres: 0, qstash: 0 }
  const insights = `${project.path}insights/`
  const costs = (work: () => Promise<{ status: number }>, status: number) =>
    server.counted(async () => {
      expect((await work()).status).toBe(status)
      await server.settled()
    })
  for (const wrong of ['phx_wrong', `phx_${'x'.repeat(200)}`, 'x y', 'ünïcödé'.repeat(9)]) {
    const asked = `${insights}?personal_api_key=${encodeURIComponent(wrong)}`
    expect(await costs(() => server.call('GET', asked, undefined, { Authorization: '' }), 401), wrong).toEqual(none)
  }
  const key = () => server.call('GET', insights, undefined, bearer(`phx_${'x'.repeat(43)}`))
  expect((await costs(key, 401)).postgres).toBe(1)
  expect(await costs(key, 401)).toEqual({ ...none, redis: 1 })
  const link = () => server.call('GET', `/shared/${'x'.repeat(30)}.json`)
  expect((await costs(link, 404)).postgres).toBe(1)
  expect(await costs(link, 404)).toEqual({ ...none, redis: 1 })
  const capture = (token: string) => server.call('POST', '/e/', { api_key: token, event: 'e', distinct_id: 'a' })
  expect(await costs(() => capture('short'), 401)).toEqual(none)
  const token = () => capture(`phc_${'x'.repeat(43)}`)
  expect((await costs(token, 401)).postgres).toBe(1)
  expect(await costs(token, 401)).toEqual({ ...none, redis: 1 })
})

test('links of pages do not repeat the key of their address', async () => {
  const { value } = await makeKey(['*'])
  for (const name of ['one', 'two', 'three']) await server.call('POST', `${project.path}insights/`, { name })
  const path = `${project.path}insights/?limit=1&offset=1&search=&personal_api_key=${value}`
  const { body } = await server.call('GET', path, undefined, { Authorization: '' })
  expect(body.next).toContain('limit=1')
  for (const link of [body.next, body.previous]) expect(link).not.toContain('phx_')
  const activity = `${project.path}insights/activity/?limit=1&page=2&personal_api_key=${value}`
  const pages = (await server.call('GET', activity, undefined, { Authorization: '' })).body
  for (const link of [pages.next, pages.previous]) expect(link).not.toContain('phx_')
})

test('a user has a bounded number of keys', async () => {
  const { auth, userId } = await addMember(server)
  await server.stack.services.db.execute(sql`
    insert into personal_api_keys (id, user_id, label, mask_value, secure_value)
    select 'many' || n, ${userId}, 'k', '', 'many' || n from generate_series(1, 196) n`)
  const make = () => server.call('POST', '/api/personal_api_keys/', { label: 'k', scopes: ['insight:read'] }, auth)
  const answers = await Promise.all(Array.from({ length: 6 }, make))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
  expect(answers.find(({ status }) => status !== 201)).toMatchObject({ status: 400, body: { code: 'invalid_input' } })
})
