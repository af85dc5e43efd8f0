/** What a request has done wrong is said so that whoever sent it can set it right. */
import { request } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { KEY } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
let project: TestProject

beforeAll(async () => {
  project = await makeProject(server)
  await project.send([{ event: 'paid', distinct_id: 'a', timestamp: '2020-01-01T10:00:00Z' }])
})

const TREND = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'paid' }] }
const RANGE = { date_from: '2020-01-01', date_to: '2020-01-02' }

/** A request as it is, without headers of its own. */
async function raw(path: string, init: RequestInit) {
  const answer = await fetch(server.url + path, init)
  return { status: answer.status, body: await answer.json() }
}

const authorized = (init: RequestInit, headers: Record<string, string> = {}) => ({
  ...init,
  headers: { Authorization: `Bearer ${KEY}`, ...headers },
})

describe('a body', () => {
  const query = JSON.stringify({ query: { ...TREND, dateRange: RANGE } })
  const run = (body: string, headers: Record<string, string>) =>
    raw(`${project.path}query/`, authorized({ method: 'POST', body }, headers))

  test('that is JSON is read as JSON, also with the header that curl sends', async () => {
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain;charset=UTF-8'])
      expect(await run(query, { 'Content-Type': type })).toMatchObject({
        status: 200,
        body: { results: [{ count: 1 }] },
      })
  })

  test('that is a form is read as a form, also with the header of JSON', async () => {
    const form = new URLSearchParams({ query: JSON.stringify({ ...TREND, dateRange: RANGE }) }).toString()
    for (const type of ['application/json', 'application/x-www-form-urlencoded'])
      expect(await run(form, { 'Content-Type': type })).toMatchObject({
        status: 200,
        body: { results: [{ count: 1 }] },
      })
  })

  test('that is no JSON says where', async () => {
    const answer = await run('{"query": {', { 'Content-Type': 'application/x-www-form-urlencoded' })
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'parse_error', detail: expect.stringMatching(/^JSON parse error - .*position/) },
    })
  })

  test.each([
    ['a node that is not wrapped', TREND],
    ['nothing', {}],
  ])('without a query: %s', async (_, body) => {
    expect(await server.call('POST', `${project.path}query/`, body)).toMatchObject({
      status: 400,
      body: {
        code: 'required',
        attr: 'query',
        detail: expect.stringMatching(/^The body has no "query"\. .*\{"query": \{/),
      },
    })
  })

  test('with a word that is no choice', async () => {
    const answer = await server.call('PUT', `${project.path}insights/999999/access_controls/`, {
      access_level: 'edtor',
    })
    expect(answer.status).toBe(404)
    const patched = await server.call('PATCH', project.path, { timezone: 'Europe/Berln' })
    expect(patched.body).toMatchObject({
      attr: 'timezone',
      detail: '"Europe/Berln" is not a valid choice. Did you mean "Europe/Berlin"?',
    })
  })
})

describe('dates', () => {
  const run = (dateRange: object, kind: object = TREND) =>
    server.call('POST', `${project.path}query/`, { query: { ...kind, dateRange } })

  test('that cannot be read come back with examples', async () => {
    expect(await run({ date_from: 'last week' })).toMatchObject({
      status: 400,
      body: { attr: 'date_from', detail: expect.stringMatching(/^"last week" is not a date\. .*2026-01-31.*-7d/) },
    })
  })

  test.each([
    ['trends', TREND],
    ['retention', { kind: 'RetentionQuery', retentionFilter: {} }],
  ])('that end before they begin: %s', async (_, kind) => {
    for (const dateRange of [
      { date_from: '2020-01-03', date_to: '2019-11-01' },
      { date_from: '-1d', date_to: '-90d' },
      { date_to: '2020-01-01' },
    ]) {
      const answer = await run(dateRange, kind)
      if (kind !== TREND && !('date_from' in dateRange)) expect(answer.status).toBe(200)
      else
        expect(answer).toMatchObject({
          status: 400,
          body: { attr: 'date_to', detail: expect.stringContaining('The range ends before it begins') },
        })
    }
    expect((await run({ date_from: '2020-01-03', date_to: '2020-01-03' }, kind)).status).toBe(200)
  })
})

describe('a key', () => {
  const path = () => `${project.path}insights/`
  const refused = (detail: string, code = 'not_authenticated') => ({
    status: 401,
    body: { type: 'authentication_error', code, attr: null, detail },
  })
  const NONE = 'Authentication credentials were not provided.'

  test('that is missing', async () => {
    expect(await raw(path(), {})).toEqual(refused(NONE))
  })

  test.each<[string, Record<string, string>, string]>([
    ['without Bearer', { Authorization: KEY }, 'The header must be "Authorization: Bearer phx_…".'],
    ['of another scheme', { Authorization: `Token ${KEY}` }, 'The header must be "Authorization: Bearer phx_…".'],
    [
      'in another header',
      { 'X-API-Key': KEY },
      'A key in X-API-Key is not read; send the header "Authorization: Bearer phx_…".',
    ],
  ])('%s', async (_, headers, hint) => {
    expect(await raw(path(), { headers })).toEqual(refused(`${NONE} ${hint}`))
  })

  test('in the body of a GET', async () => {
    const detail = await new Promise((resolve, reject) => {
      const body = JSON.stringify({ personal_api_key: KEY })
      const sent = request(
        server.url + path(),
        { method: 'GET', headers: { 'Content-Length': body.length } },
        (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part) => parts.push(part))
          answer.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString()).detail))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
    expect(detail).toBe(`${NONE} The body of a GET is not read; send the header "Authorization: Bearer phx_…".`)
  })

  test.each([
    ['Authorization header', (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })],
    ['query string', () => ({})],
  ])('that is a project token, in the %s', async (from, init) => {
    const { token } = project
    const query = from === 'query string' ? `?personal_api_key=${token}` : ''
    const wrong = `Personal API key found in request ${from} is invalid.`
    expect(await raw(path() + query, init(token))).toEqual(
      refused(
        `${wrong} This is a project token (phc_…), which only captures events; use a personal API key (phx_…).`,
        'authentication_failed',
      ),
    )
  })
})

describe('a path', () => {
  const get = async (path: string) => {
    const { status, body } = await server.call('GET', path)
    return { status, code: body.code, detail: body.detail }
  }
  const missing = (detail: string) => ({ status: 404, code: 'not_found', detail })

  test('that no route has names the one that was meant', async () => {
    expect(await get('/api/projects/1/insight/')).toEqual(
      missing('There is no such endpoint. Did you mean /api/projects/1/insights/? /docs/ lists all.'),
    )
    expect(await get('/api/environments/1/dashbords/7.json')).toEqual(
      missing('There is no such endpoint. Did you mean /api/projects/1/dashboards/7/? /docs/ lists all.'),
    )
    expect(await get('/query')).toEqual(
      missing('There is no such endpoint. Did you mean /api/projects/@current/query/? /docs/ lists all.'),
    )
    expect(await get('/api/projects/1/subscriptions/')).toEqual(missing('There is no such endpoint. /docs/ lists all.'))
    expect(await get(`/${'a/'.repeat(2_000)}`)).toEqual(missing('There is no such endpoint. /docs/ lists all.'))
  })

  test('of an insight that is not there', async () => {
    expect(await get(`${project.path}insights/999999/`)).toEqual(missing('Not found.'))
  })

  test('of a project that is not there says where the projects are', async () => {
    for (const id of ['999999', ':project_id', '{project_id}', '%3Cid%3E'])
      expect(await get(`/api/projects/${id}/insights/`)).toEqual(
        missing('Project not found. GET /api/projects/ lists yours.'),
      )
    expect(await get(`/api/projects/${project.token}/insights/`)).toEqual(
      missing("Project not found. This is a project token; the path takes the project's number."),
    )
  })

  test('of a hook is called with POST', async () => {
    const answer = await server.call('GET', '/api/refresh_hooks/rfh_whatever/')
    expect(answer.headers.get('allow')).toBe('POST')
    expect(answer).toMatchObject({ status: 405, body: { detail: 'Method "GET" not allowed. Call it with POST.' } })
  })
})

test('a table has days that every spreadsheet reads, if it is asked for', async () => {
  const query = { ...TREND, dateRange: RANGE }
  const { body } = await server.call('POST', `${project.path}insights/`, { query })
  const header = async (more: string) =>
    (await server.call('GET', `${project.path}insights/${body.id}.csv?${more}`)).body.split('\r\n')[0]
  expect(await header('')).toBe('series,1-Jan-2020,2-Jan-2020')
  expect(await header('days=iso')).toBe('series,2020-01-01,2020-01-02')
  expect(await header('days=ios')).toContain('attr')
})
