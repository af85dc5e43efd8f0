/** Links of dashboards: their page, their data, what they cost, and what they do not show. */
import { createHash } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { addMember } from '../support/member.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const paid = (day: number, tenant: string) =>
  event('paid', `${tenant} ${day}`, `2020-01-0${day}T10:00:00Z`, { properties: { tenant } })
beforeAll(async () => {
  await project.send([paid(1, 'acme'), paid(2, 'acme'), paid(3, 'umbrella')])
})

let unlike = 0
async function makeDashboard(name = 'Board <1>') {
  const { body: dashboard } = await server.call('POST', `${project.path}dashboards/`, { name })
  const path = `${project.path}dashboards/${dashboard.id}/`
  const insights: number[] = []
  for (const source of [
    { kind: 'TrendsQuery', ...counts('paid', { custom_name: `Paid ${unlike++}` }), ...THREE_DAYS },
    {
      kind: 'TrendsQuery',
      ...counts('paid', { custom_name: `In all ${unlike++}` }),
      ...THREE_DAYS,
      trendsFilter: { display: 'BoldNumber' },
    },
  ]) {
    const query = { kind: 'InsightVizNode', source }
    const made = await server.call('POST', `${project.path}insights/`, {
      name: `tile ${unlike++}`,
      query,
      dashboards: [dashboard.id],
    })
    insights.push(made.body.id)
  }
  await server.call('PATCH', path, { tiles: [{ text: { body: 'Words <b>of</b> ours' } }] })
  const set = (settings: object) => server.call('PATCH', `${path}sharing/`, settings)
  const link = (await set({ enabled: true })).body
  return { id: dashboard.id as number, path, insights, set, link, shared: `/shared/${link.access_token}` }
}

async function open(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(server.url + path, { headers })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}
const dataOf = async (shared: string) => JSON.parse((await open(`${shared}.json?refresh=blocking`)).text).dashboard

test('a dashboard is shown whole: as data, and as a page that loads nothing', async () => {
  const { id, path, shared, link } = await makeDashboard()
  expect(link).toMatchObject({ enabled: true, filters: [], show_query: false, problem: null })
  const dashboard = await dataOf(shared)
  expect(dashboard).toMatchObject({ id, name: 'Board <1>', created_by: null, filters: {}, user_access_level: 'viewer' })
  const [curve, number, words] = dashboard.tiles
  expect([curve.insight.result[0].data, number.insight.result[0].aggregated_value, words.text.body]).toEqual([
    [1, 1, 1],
    3,
    'Words <b>of</b> ours',
  ])
  expect(curve.insight).toMatchObject({ query: null, created_by: null, hogql: null })
  const page = await open(shared)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.text).toContain('Board &lt;1&gt;')
  expect(page.text).toContain('Words &lt;b&gt;of&lt;/b&gt; ours')
  expect(page.text.match(/<svg class="chart/g)).toHaveLength(2)
  for (const [, element, content = ''] of page.text.matchAll(/<(style|script)>(.*?)<\/\1>/gs))
    expect(page.headers.get('content-security-policy')).toContain(
      `${element}-src 'sha256-${createHash('sha256').update(content).digest('base64')}'`,
    )
  expect(page.text).not.toMatch(/ style=|src="http/)
  expect((await open(shared.replace('shared', 'embedded'))).text).not.toContain('<h1>')
  expect((await server.call('GET', path)).body.is_shared).toBe(true)
  for (const end of ['.svg', '.csv', '.txt']) {
    const other = await open(shared + end)
    expect([other.status, other.text], end).toEqual([400, expect.stringContaining('A dashboard is a page or JSON')])
  }
})

test('it costs two calls of Redis and one of Postgres, and whoever has it gets no body', async () => {
  const { shared } = await makeDashboard()
  await dataOf(shared)
  await server.settled()
  for (const end of ['.json', '']) {
    const calls = await server.counted(() => open(shared + end))
    expect(calls.postgres, end).toBe(1)
    expect(calls.redis, end).toBeLessThanOrEqual(2)
  }
  const first = await open(`${shared}.json`)
  const again = await open(`${shared}.json`, { 'If-None-Match': first.headers.get('etag') ?? '' })
  expect([again.status, again.text]).toEqual([304, ''])
})

test('the filters of the dashboard hold, then those of the link', async () => {
  const { path, shared, set } = await makeDashboard()
  await server.call('PATCH', path, { filters: { date_from: '2020-01-02', date_to: '2020-01-03' } })
  const numbers = async () =>
    (await dataOf(shared)).tiles
      .slice(0, 2)
      .map(
        ({ insight }: { insight: { result: { data: number[]; aggregated_value?: number }[] } }) =>
          insight.result[0]?.aggregated_value ?? insight.result[0]?.data,
      )
  expect(await numbers()).toEqual([[1, 1], 2])
  await set({ filters: [{ type: 'event', key: 'tenant', value: 'acme' }] })
  expect(await numbers()).toEqual([[1, 0], 1])
  const override = encodeURIComponent('{"date_from":"2019-01-01"}')
  expect((await open(`${shared}.json?filters_override=${override}`)).text).not.toMatch(/acme|tenant|2019/)
  expect((await open(shared)).text).not.toMatch(/acme|tenant/)
})

test('a link that is off, has ended or whose dashboard is deleted opens nothing', async () => {
  const { path, shared, set, link } = await makeDashboard()
  const status = async () => [(await open(shared)).status, (await open(`${shared}.json`)).status]
  expect(await status()).toEqual([200, 200])
  await set({ enabled: false })
  expect(await status()).toEqual([404, 404])
  await set({ enabled: true, expires_at: new Date(Date.now() + server.ahead - 1_000).toISOString() })
  expect(await status()).toEqual([404, 404])
  await set({ expires_at: null })
  const fresh = (await server.call('POST', `${path}sharing/refresh/`)).body
  expect(await status()).toEqual([404, 404])
  expect((await open(`/shared/${fresh.access_token}.json`)).status).toBe(200)
  await server.call('PATCH', path, { deleted: true })
  expect((await open(`/shared/${fresh.access_token}.json`)).status).toBe(404)
  expect(await server.call('GET', `${path}sharing/`)).toMatchObject({
    status: 404,
    body: { detail: 'Dashboard not found.' },
  })
  // the token of a dashboard opens no insight of the API
  expect((await open(`${project.path}insights/?sharing_access_token=${link.access_token}`)).status).toBe(403)
})

test('who may not edit a dashboard may not share it, and what is hidden from everyone stays hidden', async () => {
  const { path, shared, insights } = await makeDashboard()
  const { auth } = await addMember(server)
  await server.call('PATCH', path, { restriction_level: 37 })
  const refused = { status: 403, body: { detail: "You don't have edit permissions for this dashboard." } }
  expect(await server.call('PATCH', `${path}sharing/`, { enabled: false }, auth)).toMatchObject(refused)
  expect((await server.call('GET', `${path}sharing/`, undefined, auth)).status).toBe(200)
  await server.call('PUT', `${project.path}insights/${insights[0]}/access_controls/`, { access_level: 'none' })
  const shown = (await dataOf(shared)).tiles.flatMap(
    ({ insight }: { insight: { id: number } | null }) => insight?.id ?? [],
  )
  expect(shown).toEqual([insights[1]])
})
