/** Every kind of insight through every door: its numbers are the same wherever it shows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CASES, EVENTS, type Result } from '../support/every-kind.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { type Answer, testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
  await project.send(EVENTS)
})
afterAll(() => receiver.close())

const call = (method: string, path: string, body?: unknown) => server.call(method, project.path + path, body)
async function ok(method: string, path: string, body?: unknown): Promise<Answer['body']> {
  const answer = await call(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}
const plan = { properties: [{ key: 'plan', value: 'pro', operator: 'exact', type: 'event' }] }
const later = { date_from: '2020-01-02', date_to: '2020-01-03' }
const override = (filters: object) => `filters_override=${encodeURIComponent(JSON.stringify(filters))}`

describe.each(Object.entries(CASES))('%s', (kind, each) => {
  const { name, endpoint, numbers } = each
  const node = { kind, ...each.node }
  const filters = each.filters && { insight: name, ...each.filters }
  const isSql = kind === 'HogQLQuery'
  const forms = {
    bare: { query: node },
    wrapped: { query: { kind: 'InsightVizNode', source: node, full: true } },
    ...(filters ? { legacy: { filters } } : { drawn: { query: { kind: 'DataVisualizationNode', source: node } } }),
  }
  const ids = new Map<string, number>()
  const idOf = (form: string) => ids.get(form) as number
  const other = filters ? 'legacy' : 'drawn'

  beforeAll(async () => {
    for (const [form, stored] of Object.entries(forms)) {
      const made = await ok('POST', 'insights/', {
        ...stored,
        name: `${name} ${form}`,
        derived_name: `derived ${name}`,
      })
      expect([made.result, made.derived_name]).toEqual([null, `derived ${name}`])
      ids.set(form, made.id)
    }
  })

  test('a background run computes what nobody has computed, and its status has the answer', async () => {
    const asked = await call('POST', 'query/', { query: node, refresh: 'async' })
    expect([asked.status, asked.body.query_status.complete]).toEqual([202, false])
    await server.stack.qstash.idle()
    const { query_status: status } = await ok('GET', `query/${asked.body.query_status.id}/`)
    expect([status.complete, status.error]).toEqual([true, false])
    expect(numbers(status.results.results)).toEqual(each.whole)
  })

  test('the bare node, the wrapped one and legacy filters share one result', async () => {
    const { cache_key: key, results, hogql, resolved_date_range: range } = await ok('POST', 'query/', { query: node })
    expect(numbers(results)).toEqual(each.whole)
    expect(hogql).toMatch(/select/i)
    if (!isSql) expect([range.date_from.slice(0, 10), range.date_to.slice(0, 10)]).toEqual(['2020-01-01', '2020-01-03'])
    for (const form of ids.keys()) {
      const read = await ok('GET', `insights/${idOf(form)}/`)
      expect([form, read.filters_hash, read.is_cached, read.result]).toEqual([form, key, true, results])
      expect(read.query.source?.kind ?? read.query.kind).toBe(kind)
      expect(read.hogql).toBe(hogql)
    }
  })

  test.each(['blocking', 'force_blocking', 'async', 'lazy_async', 'force_cache', 'async_except_on_cache_miss'])(
    'refresh=%s',
    async (mode) => {
      const read = await ok('GET', `insights/${idOf('wrapped')}/?refresh=${mode}`)
      expect(numbers(read.result)).toEqual(each.whole)
      expect(read.is_cached).toBe(mode !== 'force_blocking')
    },
  )

  test('refresh=force_async', async () => {
    const read = await ok('GET', `insights/${idOf(other)}/?refresh=force_async`)
    expect([read.result, read.query_status.complete]).toEqual([null, false])
    await server.stack.qstash.idle()
    const { query_status: status } = await ok('GET', `query/${read.query_status.id}/`)
    expect(numbers(status.results.results)).toEqual(each.whole)
  })

  test('the list finds it by its kind, with its result', async () => {
    const { results } = await ok('GET', `insights/?insight=${name}&refresh=blocking`)
    const found = results.map(({ id }: { id: number }) => id).sort()
    expect(found).toEqual([idOf('wrapped'), idOf(other)].sort())
    for (const { result } of results) expect(numbers(result)).toEqual(each.whole)
  })

  test('on a dashboard its filters narrow it; dates replace both, filters are added', async () => {
    const dashboard = await ok('POST', 'dashboards/', { name, filters: plan })
    const breakdown_filter = { breakdown: 'plan', breakdown_type: 'event' }
    for (const form of ['wrapped', other]) {
      await ok('PATCH', `insights/${idOf(form)}/`, { dashboards: [dashboard.id] })
      const read = (rest: string) => ok('GET', `insights/${idOf(form)}/?refresh=blocking&${rest}`)
      expect(numbers((await read(`from_dashboard=${dashboard.id}`)).result)).toEqual(each.ofPlan)
      expect(numbers((await read(override(later))).result)).toEqual(each.later)
      // kinds without a breakdown are not broken down, and are no error
      const broken = await read(override({ breakdown_filter, interval: 'day' }))
      const node = broken.query.source
      if (Object.hasOwn(node, 'breakdownFilter')) expect(JSON.stringify(broken.result)).toContain('"pro"')
      else expect(numbers(broken.result)).toEqual(each.whole)
      expect(numbers((await read('')).result)).toEqual(each.whole)
    }
    const { tiles } = await ok('GET', `dashboards/${dashboard.id}/?refresh=blocking`)
    expect(tiles.map(({ insight }: Result) => numbers(insight.result))).toEqual([each.ofPlan, each.ofPlan])
  })

  test('as a table', async () => {
    const read = await call('GET', `insights/${idOf('bare')}.csv`)
    expect([read.status, read.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    const [header = '', ...rows] = read.body.trim().split('\r\n')
    expect(header.split(',')[0]).toBe(each.header)
    expect(rows.length).toBeGreaterThan(0)
    const again = filters
      ? await call('POST', `insights/${endpoint}/?format=csv`, filters)
      : await call('POST', 'query/?format=csv', { query: node })
    expect([again.status, again.body]).toEqual([200, read.body])
  })

  test.runIf(filters)(
    'the endpoint of legacy filters answers it, by GET and by POST, and each link lists whom its number counts',
    async () => {
      const posted = await ok('POST', `insights/${endpoint}/`, filters)
      expect(numbers(posted.result)).toEqual(each.whole)
      expect(posted.is_cached).toBe(true)
      const text = Object.entries(filters ?? {}).map(([key, value]) => [
        key,
        typeof value === 'object' ? JSON.stringify(value) : `${value}`,
      ])
      const got = await ok('GET', `insights/${endpoint}/?${new URLSearchParams(text)}`)
      expect(got.result).toEqual(posted.result)
      const links = each.links(posted.result)
      expect(links.length).toBeGreaterThan(0)
      for (const [url, count] of links) {
        const listed = await server.call('GET', url ?? '')
        expect([url, listed.status, listed.body.results?.length], JSON.stringify(listed.body)).toEqual([
          url,
          200,
          count,
        ])
      }
    },
  )

  test('a sharing link shows it', async () => {
    const { access_token: token } = await ok('PATCH', `insights/${idOf('wrapped')}/sharing/`, { enabled: true })
    const shared = await server.call('GET', `/shared/${token}.json`, undefined, { Authorization: '' })
    expect(numbers(shared.body.insight.result)).toEqual(each.whole)
    for (const suffix of ['', '.svg']) {
      const picture = await server.call('GET', `/shared/${token}${suffix}`, undefined, { Authorization: '' })
      expect([suffix, picture.status]).toEqual([suffix, 200])
    }
  })

  test('a hook refreshes it, and a subscriber is told its numbers', async () => {
    const path = `insights/${idOf('bare')}/`
    const told = await ok('POST', `${path}subscribers/`, { url: `${receiver.url}/${name}` })
    const hook = await ok('POST', `${path}refresh_hooks/`, { label: name })
    expect((await fetch(hook.url, { method: 'POST' })).status).toBeLessThan(300)
    await server.stack.qstash.idle()
    await server.settled()
    await server.stack.qstash.idle()
    const received = receiver.received.filter((one) => one.path === `/${name}`)
    expect(received.length).toBe(1)
    const { summary } = received[0]?.body ?? {}
    const date_from = isSql ? null : expect.stringMatching(/^2020-01-01/)
    expect(summary).toMatchObject({ kind, date_from, has_more: false })
    expect(summary.items.length).toBeGreaterThan(0)
    expect(told.id).toBeTruthy()
  })
})
