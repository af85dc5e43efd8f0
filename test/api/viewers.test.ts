/** Viewers: the tokens that a customer's own server signs, what they open, and what they do not (docs/viewers.md). */
import { beforeAll, describe, expect, test } from 'vitest'
import { recordKey } from '../../lib/records/record.ts'
import { testServer } from '../support/server.ts'
import { bearer, type MadeSecret, makeSecret, signToken } from '../support/viewer.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
let secret: MadeSecret
let insight: { id: number; short_id: string }
let other: { id: number }

const query = (name: string) => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: name }), ...THREE_DAYS })

async function makeInsight(name: string, more: object = {}) {
  const body = { name, query: { kind: 'InsightVizNode', source: query(name) }, ...more }
  return (await server.call('POST', `${project.path}insights/?refresh=blocking`, body)).body
}

beforeAll(async () => {
  await project.send([
    event('paid', 'a', '2020-01-01T10:00:00Z', { properties: { tenant: 'acme-7' } }),
    event('paid', 'b', '2020-01-03T10:00:00Z', { properties: { tenant: 'globex-7' } }),
  ])
  secret = await makeSecret(server, project)
  insight = await makeInsight('theirs', { tags: ['customers'] })
  other = await makeInsight('not theirs')
})

const as = (token: string, path: string, method = 'GET') =>
  server.call(method, path.startsWith('/') ? path : project.path + path, undefined, bearer(token))
const token = (claims: object = {}, header: object = {}) =>
  signToken(secret, { insights: [insight.id], ...claims }, header)
const now = () => Math.floor(Date.now() / 1_000)

describe('secrets', () => {
  test('are shown once, two at a time, with a label that can be changed', async () => {
    const { path } = await makeProject(server)
    const made = await server.call('POST', `${path}viewer_secrets/`, { label: 'first' })
    expect(made.body).toMatchObject({ label: 'first', secret: expect.stringMatching(/^vsec_\w{43}$/) })
    const one = `${path}viewer_secrets/${made.body.id}/`
    await server.call('POST', `${path}viewer_secrets/`, {})
    const third = await server.call('POST', `${path}viewer_secrets/`, {})
    expect(third).toMatchObject({ status: 400, body: { detail: expect.stringContaining('revoke') } })
    expect((await server.call('PATCH', one, { label: 'old' })).body.label).toBe('old')
    const read = await server.call('GET', one)
    expect(read.body).toMatchObject({ id: made.body.id, label: 'old' })
    const { results } = (await server.call('GET', `${path}viewer_secrets/`)).body
    expect(results.map(({ label }: { label: string }) => label).sort()).toEqual(['', 'old'])
    expect(JSON.stringify([read.body, results])).not.toContain('vsec_')
    expect((await server.call('DELETE', one)).status).toBe(204)
    expect((await server.call('GET', one)).status).toBe(404)
  })

  test('are made by keys that may do all that tokens may', async () => {
    const scopes = ['project:write', 'insight:read']
    const { value } = (await server.call('POST', '/api/personal_api_keys/', { label: 'few', scopes })).body
    const refused = await server.call('POST', `${project.path}viewer_secrets/`, {}, bearer(value))
    expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('dashboard:read') } })
  })

  test('that were rolled or revoked open nothing from then on', async () => {
    const mine = await makeProject(server)
    const made = await makeSecret(server, mine)
    const { id } = (await server.call('POST', `${mine.path}insights/`, { query: query('rolled') })).body
    const read = (by: MadeSecret) =>
      server.call('GET', `${mine.path}insights/${id}/`, undefined, bearer(signToken(by, { insights: [id] })))
    expect((await read(made)).status).toBe(200)
    const rolled = (await server.call('POST', `${mine.path}viewer_secrets/${made.id}/roll/`)).body
    expect(rolled.id).toBe(made.id)
    expect((await read(rolled)).status).toBe(200)
    const old = await read(made)
    expect(old).toMatchObject({ status: 401, body: { detail: expect.stringContaining('signature') } })
    await server.call('DELETE', `${mine.path}viewer_secrets/${made.id}/`)
    const revoked = await read(rolled)
    expect(revoked).toMatchObject({ status: 401, body: { detail: expect.stringContaining('revoked') } })
  })
})

describe('a token is refused with the reason', () => {
  const none = Buffer.from('{}').toString('base64url')
  const BAD: Readonly<Record<string, readonly [make: () => string, says: string]>> = {
    'no JSON': [() => 'aaaa.bbbb.cccc', 'no JSON Web Token'],
    'too long': [() => token({ iss: 'x'.repeat(9_000) }), 'more than 8192 characters'],
    'too deep': [() => token({ filters: JSON.parse(`${'['.repeat(30)}${']'.repeat(30)}`) }), 'no JSON Web Token'],
    'another algorithm': [() => token({}, { alg: 'HS512' }), '"HS256"'],
    'no algorithm': [() => token({}, { alg: 'none' }), '"HS256"'],
    'no signature': [() => `${token().split('.').slice(0, 2).join('.')}.`, 'signature'],
    'critical extensions': [() => token({}, { crit: ['b64'] }), '"crit"'],
    'another signature': [() => signToken({ ...secret, secret: 'guessed' }, { insights: [insight.id] }), 'signature'],
    'changed claims': [() => token().replace(/\.[^.]+\./, `.${token({ sub: 'b' }).split('.')[1]}.`), 'signature'],
    'no claims': [() => signToken(secret, {}), '"insights"'],
    'an empty object': [() => `${token().split('.')[0]}.${none}.`, '"sub"'],
    expired: [() => token({ exp: now() - 1 }), 'expired'],
    'for too long': [() => token({ exp: now() + 2 * 86_400 }), 'more than a day ahead'],
    'for ever': [() => token({ exp: undefined }), '"exp"'],
    'not valid yet': [() => token({ nbf: now() + 600 }), '"nbf"'],
    'from the future': [() => token({ iat: now() + 600 }), '"iat"'],
    'of nobody': [() => token({ sub: '' }), '"sub"'],
    'of a number': [() => token({ sub: 7 }), '"sub"'],
    'a claim that nobody knows': [() => token({ filter: [] }), '"filter" is not known'],
    'an audience': [() => token({ aud: 'them' }), '"aud" is not known'],
    'a part that nobody knows': [
      () => token({ allowed_filters: [{ key: 'plan', kind: 'event' }] }),
      '"allowed_filters.0.kind" is not known',
    ],
    'a group without its type': [
      () => token({ allowed_filters: [{ key: 'plan', type: 'group' }] }),
      'group_type_index',
    ],
    'too many insights': [() => token({ insights: Array.from({ length: 101 }, (_, at) => at + 1) }), '"insights"'],
    'a dashboard by its name': [() => token({ dashboards: ['sales'] }), '"dashboards.0"'],
    'too many computations': [() => token({ rpm: 301 }), '"rpm"'],
    'people by a word': [() => token({ people: 'yes' }), '"people"'],
    'a key that nobody has': [() => token({}, { kid: 'mine' }), '"kid"'],
    'a secret that is gone': [() => token({}, { kid: `vs_${project.id}_aaaaaaaaaaaa` }), 'revoked'],
    'another project': [() => token({}, { kid: 'vs_1_aaaaaaaaaaaa' }), 'another project'],
  }
  test.each(Object.entries(BAD))('%s', async (_, [make, says]) => {
    const answer = await as(make(), `insights/${insight.id}/`)
    expect(answer).toMatchObject({ status: 401, body: { code: 'authentication_failed' } })
    expect(answer.body.detail).toContain(says)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('also once the isolate knows it', async () => {
    const mine = token({ exp: now() + 20 })
    expect((await as(mine, `insights/${insight.id}/`)).status).toBe(200)
    server.ahead = 30_000
    const late = await as(mine, `insights/${insight.id}/`)
    server.ahead = 0
    expect(late).toMatchObject({ status: 401, body: { detail: expect.stringContaining('expired') } })
  })

  test('without a kid it is tried against the secrets of the project', async () => {
    expect((await as(token({}, { kid: undefined }), `insights/${insight.id}/`)).status).toBe(200)
    const wrong = await as(signToken({ id: secret.id, secret: 'x' }, {}, { kid: undefined }), `insights/${insight.id}/`)
    expect(wrong.status).toBe(401)
  })
})

describe('insights', () => {
  test.each([
    ['its number', () => [insight.id]],
    ['its short id', () => [insight.short_id]],
    ['its number as a text', () => [String(insight.id)]],
    ['a tag', () => ['tag:customers']],
  ])('that are named by %s can be read and listed, others not', async (_, names) => {
    const mine = token({ insights: names() })
    for (const ref of [insight.id, insight.short_id]) {
      const read = await as(mine, `insights/${ref}/`)
      expect(read).toMatchObject({ status: 200, body: { name: 'theirs' } })
      expect(read.headers.get('cache-control')).toBe('private, max-age=5')
    }
    expect((await as(mine, `insights/${other.id}/`)).status).toBe(404)
    const list = await as(mine, 'insights/')
    expect(list.body).toMatchObject({ count: 1, results: [{ id: insight.id, result: [{ count: 2 }] }] })
  })

  test('are shown without what they are made of, and without their makers', async () => {
    const hidden = { query: null, filters: {}, created_by: null }
    const mine = token()
    expect((await as(mine, `insights/${insight.id}/`)).body).toMatchObject({
      ...hidden,
      hogql: null,
      last_modified_by: null,
    })
    expect((await as(mine, `insights/${insight.id}/?basic=true`)).body).toMatchObject(hidden)
    expect((await as(mine, 'insights/')).body.results).toMatchObject([{ ...hidden, hogql: null }])
    expect((await as(mine, `insights/${insight.id}.csv`)).body).toContain('theirs')
    expect((await as(mine, `insights/${insight.id}.svg`)).body).toMatch(/^<svg .*theirs/s)
  })

  test('are not computed again at will, and have no id that a viewer gives', async () => {
    const mine = token()
    const forced = await as(mine, `insights/${insight.id}/?refresh=force_blocking`)
    expect(forced.body).toMatchObject({ is_cached: true })
    expect((await as(mine, `insights/${insight.id}/?client_query_id=x`)).status).toBe(403)
    expect((await as(mine, `insights/${insight.id}/?variables_override={"a":{}}`)).status).toBe(403)
    expect((await as(mine, 'insights/?created_by=1')).status).toBe(403)
  })

  test('cost nothing again within moments, and a change of this isolate is seen at once', async () => {
    const mine = token({ sub: 'calls' })
    const path = `insights/${insight.id}/`
    await as(mine, path)
    await server.settled()
    await as(mine, path)
    expect(await server.counted(() => as(mine, path))).toEqual({ redis: 0, postgres: 0, qstash: 0 })
    await server.call('PATCH', `${project.path}insights/${insight.id}/`, { name: 'renamed' })
    expect((await as(mine, path)).body.name).toBe('renamed')
    await server.call('PATCH', `${project.path}insights/${insight.id}/`, { name: 'theirs' })
  })

  test('cost one call of Redis where nothing is held', async () => {
    const mine = token({ sub: 'other calls' })
    const path = `insights/${insight.id}/?refresh=blocking`
    await as(mine, path)
    server.ahead += 4_000
    expect(await server.counted(() => as(mine, path))).toEqual({ redis: 1, postgres: 0, qstash: 0 })
    server.ahead -= 4_000
  })
})

describe('forced filters', () => {
  const tenant = (value: string) => ({ filters: [{ type: 'event', key: 'tenant', value }] })
  const read = (mine: string, headers: Record<string, string> = {}) =>
    server.call('GET', `${project.path}insights/${insight.id}/?refresh=blocking`, undefined, {
      ...bearer(mine),
      ...headers,
    })

  test('let each viewer see its own numbers, and whoever has the same ones shares the result', async () => {
    const [acme, globex] = [await read(token(tenant('acme-7'))), await read(token(tenant('globex-7')))]
    expect([acme.body.result[0].data, globex.body.result[0].data]).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ])
    expect(new Set([acme, globex].map(({ body }) => body.filters_hash)).size).toBe(2)
    expect(JSON.stringify([acme.body, globex.body])).not.toMatch(/acme-7|globex-7/)
    const same = await read(token({ ...tenant('acme-7'), sub: 'another' }))
    expect(same.body).toMatchObject({ is_cached: true, filters_hash: acme.body.filters_hash })
    const etag = acme.headers.get('etag') ?? ''
    expect((await read(token(tenant('acme-7')), { 'If-None-Match': etag })).status).toBe(304)
    expect((await read(token(tenant('globex-7')), { 'If-None-Match': etag })).status).toBe(200)
    expect((await read(token(), { 'If-None-Match': etag })).body.result[0].count).toBe(2)
  })

  test('hold in lists, and whatever the viewer filters by', async () => {
    const list = await as(token(tenant('acme-7')), 'insights/?refresh=blocking')
    expect(list.body.results[0].result[0].count).toBe(1)
    const asked = encodeURIComponent(
      JSON.stringify({ properties: [{ key: 'tenant', value: ['globex-7'], type: 'event' }] }),
    )
    const claims = { ...tenant('acme-7'), allowed_filters: [{ key: 'tenant' }] }
    const narrowed = await as(token(claims), `insights/${insight.id}/?refresh=blocking&filters_override=${asked}`)
    expect(narrowed.body.result[0].count).toBe(0)
  })

  test('that could be read as none are refused', async () => {
    for (const filters of [[{}], [{ type: 'event', key: 'tenant' }], [{ type: 'hogql', key: 'true' }], 'none', null])
      expect((await as(token({ filters }), `insights/${insight.id}/`)).status).toBe(401)
  })
})

describe('narrowing', () => {
  const overridden = (claims: object, filters: object) =>
    as(
      token(claims),
      `insights/${insight.id}/?refresh=blocking&filters_override=${encodeURIComponent(JSON.stringify(filters))}`,
    )
  const plan = { key: 'plan', type: 'event', value: ['free'], operator: 'exact' }

  test.each([
    ['a property', { properties: [plan] }],
    ['a property in a group', { properties: { type: 'AND', values: [{ type: 'OR', values: [plan] }] } }],
    ['an expression', { properties: [{ type: 'hogql', key: '1 = 1' }] }],
    ['dates', { date_from: '-7d' }],
    ['an interval', { interval: 'hour' }],
    ['a breakdown', { breakdown_filter: { breakdown: 'email' } }],
    ['test accounts', { filterTestAccounts: true }],
  ])('%s needs a claim', async (_, filters) => {
    expect(await overridden({}, filters)).toMatchObject({ status: 403, body: { code: 'permission_denied' } })
  })

  test('is as the claims say', async () => {
    const claims = {
      allowed_filters: [{ key: 'plan' }],
      allowed_dates: ['-90d', { date_from: '-7d', date_to: '-1d' }],
    }
    expect((await overridden(claims, { properties: [plan] })).body.result[0].count).toBe(0)
    expect((await overridden(claims, { date_from: '-90d' })).status).toBe(200)
    expect((await overridden(claims, { date_from: '-7d', date_to: '-1d' })).status).toBe(200)
    expect((await overridden(claims, { date_from: '-7d' })).status).toBe(403)
    expect((await overridden(claims, { properties: [{ ...plan, type: 'person' }] })).status).toBe(403)
    expect((await overridden({ allowed_dates: true }, { date_from: '-90d' })).status).toBe(200)
  })
})

test('nothing else is opened: the record of the secrets is read, no more', async () => {
  const mine = token()
  for (const [method, path] of [
    ['POST', 'insights/'],
    ['PATCH', `insights/${insight.id}/`],
    ['GET', 'persons/'],
    ['GET', 'viewer_secrets/'],
    ['POST', 'query/'],
    ['GET', '/api/users/@me/'],
  ] as const)
    expect(await as(mine, path, method)).toMatchObject({ status: 403, body: { code: 'permission_denied' } })
  expect(await server.counted(() => as(mine, 'persons/'))).toMatchObject({ redis: 1, postgres: 0 })
  expect(await server.stack.services.redis.get(recordKey.viewerSecrets(project.id))).toContain('vs_')
})
