/** What a cached read costs, what it says of itself, and that whoever has it gets no body. */
import { beforeAll, describe, expect, test } from 'vitest'
import { recordKey } from '../../lib/records/record.ts'
import { KEY } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

let serial = 0
const query = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `cached ${serial++}` }), ...THREE_DAYS })
const READS = ['MGET', 'GET', 'EVAL_RO']

/** Calls of some work, and the commands of Redis among them that a replica does not answer. */
async function costs(work: () => Promise<unknown>) {
  await server.settled()
  const before = server.stack.redis.calls.commands.length
  const calls = await server.counted(work)
  const writes = server.stack.redis.calls.commands.slice(before).filter((name) => !READS.includes(name))
  return { ...calls, writes }
}
const CHEAP = { redis: 1, postgres: 0, qstash: 0, writes: [] }
const FREE = { redis: 0, postgres: 0, qstash: 0, writes: [] }

async function cached() {
  const made = (await server.call('POST', `${project.path}insights/?refresh=blocking`, { query: query() })).body
  const path = `${project.path}insights/${made.id}/`
  return { made, path, byShortId: `${project.path}insights/${made.short_id}/` }
}

async function linked() {
  const { path, made } = await cached()
  const { access_token: token } = (await server.call('PATCH', `${path}sharing/`, { enabled: true })).body
  return { path, made, token: token as string }
}

async function finishedRun() {
  const { path } = await cached()
  const { id } = (await server.call('GET', `${path}?refresh=force_async`)).body.query_status
  await server.stack.qstash.idle()
  return `${project.path}query/${id}/`
}

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(server.url + path, { method, headers: { Authorization: `Bearer ${KEY}`, ...headers } })

/** Every read that can be cached: its path, once it is. */
const KINDS: Readonly<Record<string, () => Promise<string>>> = {
  'an insight': async () => (await cached()).path,
  'the picture of an insight': async () => (await cached()).path.replace(/\/$/, '.svg'),
  'an insight by its short id': async () => (await cached()).byShortId,
  'an insight of the current project': async () => {
    const path = '/api/projects/@current/insights/'
    const { body } = await server.call('POST', `${path}?refresh=blocking`, { query: query() })
    return `${path}${body.id}/`
  },
  'an insight that is waited for': async () => `${(await cached()).path}?refresh=blocking`,
  'an insight that may be refreshed': async () => `${(await cached()).path}?refresh=async`,
  'an insight as a table': async () => `${(await cached()).path}?format=csv`,
  'an insight with other dates': async () => {
    const path = `${(await cached()).path}?refresh=blocking&filters_override=${encodeURIComponent('{"date_from":"2020-01-02","date_to":"2020-01-03"}')}`
    await get(path)
    return path
  },
  'an insight without its result': async () => `${(await cached()).path}?basic=true`,
  'a finished run': finishedRun,
  'a link to data': async () => `/shared/${(await linked()).token}.json`,
  'a link to a picture': async () => `/shared/${(await linked()).token}.svg`,
  'a link to a table': async () => `/shared/${(await linked()).token}.csv`,
  'a link inside a page': async () => `/embedded/${(await linked()).token}.json`,
  'an insight through its link': async () => {
    const { path, token } = await linked()
    return `${path}?sharing_access_token=${token}`
  },
}
const isOfLink = (name: string) => name.includes('link')

describe.each(Object.entries(KINDS))('%s', (name, make) => {
  test('costs one trip to a replica, and through a link within moments none', async () => {
    const path = await make()
    await (await get(path, isOfLink(name) ? { Authorization: '' } : {})).text()
    server.ahead += 5_000
    const read = async () => expect((await get(path, isOfLink(name) ? { Authorization: '' } : {})).status).toBe(200)
    expect(await costs(read)).toEqual(CHEAP)
    expect(await costs(read)).toEqual(isOfLink(name) ? FREE : CHEAP)
    server.ahead += 5_000
    expect(await costs(read)).toEqual(CHEAP)
  })

  test('says when it changed, and is not sent to whoever has it', async () => {
    const path = await make()
    const auth: Record<string, string> = isOfLink(name) ? { Authorization: '' } : {}
    server.ahead += 5_000
    const first = await get(path, auth)
    const { etag, 'last-modified': modified, 'cache-control': control } = Object.fromEntries(first.headers)
    expect(control).toBe(isOfLink(name) ? 'private, max-age=5' : 'private, no-cache')
    expect(await first.text()).not.toBe('')
    for (const headers of [
      { 'If-None-Match': etag },
      { 'If-None-Match': `"other", ${etag}` },
      { 'If-Modified-Since': modified },
    ]) {
      const again = await get(path, { ...auth, ...headers } as Record<string, string>)
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    }
    const other = await get(path, { ...auth, 'If-None-Match': '"other"', 'If-Modified-Since': modified ?? '' })
    expect(other.status).toBe(200)
    const head = await get(path, auth, 'HEAD')
    expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', etag])
    expect(head.headers.get('server-timing')).toMatch(/total;dur=\d/)
  })
})

test('a kept insight is sent again when its result, its words or its run change, and not for how it came', async () => {
  const { path } = await cached()
  const tagOf = async () => (await get(path)).headers.get('etag')
  const first = await tagOf()
  expect(await tagOf()).toBe(first)
  await get(`${path}?refresh=force_blocking`)
  const refreshed = await tagOf()
  await server.call('PATCH', path, { description: 'in other words' })
  const renamed = await tagOf()
  server.stack.qstash.pause()
  await get(`${path}?refresh=force_async`)
  const running = await tagOf()
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect(new Set([first, refreshed, renamed, running, await tagOf()]).size).toBe(5)
})

test('a page of insights is sent once', async () => {
  await cached()
  const path = `${project.path}insights/?limit=3`
  const first = await get(path)
  const etag = first.headers.get('etag') ?? ''
  const again = await get(path, { 'If-None-Match': etag })
  expect([again.status, await again.text(), again.headers.get('last-modified')]).toEqual([304, '', null])
  await cached()
  expect((await get(path, { 'If-None-Match': etag })).status).toBe(200)
})

test('an answer within the second of its change does not pass for the one after the next change', async () => {
  const { path } = await cached()
  const before = await get(`${path}?refresh=force_blocking`)
  const since = before.headers.get('last-modified') ?? ''
  await get(`${path}?refresh=force_blocking`)
  expect((await get(path, { 'If-Modified-Since': since })).status).toBe(200)
})

test('an answer says where it came from, and until when it holds everything', async () => {
  const { path, made, token } = await linked()
  expect(made).toMatchObject({ is_cached: false, served_from: 'database', data_until: made.last_refresh })
  const read = await get(path)
  expect(read.headers.get('served-from')).toBe('cache')
  expect(read.headers.get('server-timing')).toMatch(/^served;desc="cache", total;dur=\d/)
  expect(await read.json()).toMatchObject({ is_cached: true, served_from: 'cache', data_until: made.last_refresh })
  const shared = () => server.call('GET', `/shared/${token}.json`)
  expect((await shared()).body.insight.served_from).toBe('cache')
  expect((await shared()).body.insight).toMatchObject({ served_from: 'isolate', result: made.result })
  const asked = { query: { ...made.query, custom: undefined } }
  const answer = await server.call('POST', `${project.path}query/`, asked)
  expect(answer.body).toMatchObject({ served_from: 'cache', is_cached: true, data_until: made.last_refresh })
  expect(answer.headers.get('served-from')).toBe('cache')
  const trend = () =>
    get(
      `${project.path}insights/trend/?events=${encodeURIComponent('[{"id":"paid"}]')}&date_from=2020-01-01&date_to=2020-01-03`,
    )
  expect([(await trend()).headers.get('served-from'), (await trend()).headers.get('served-from')]).toEqual([
    'database',
    'cache',
  ])
  const empty = (await server.call('POST', `${project.path}insights/`, { query: query() })).body
  expect(empty).toMatchObject({ result: null, served_from: null, data_until: null })
  const run = (await server.call('GET', await finishedRun())).body.query_status
  expect(run.results).toMatchObject({ served_from: 'cache', data_until: run.results.last_refresh })
})

describe('what the isolate remembers is a guess', () => {
  test('another query of an insight, another zone of its project: the key is another, and so is the number', async () => {
    const other = await makeProject(server, { timezone: 'UTC' })
    await other.send([event('paid', 'a', '2020-01-02T02:00:00Z'), event('done', 'a', '2020-01-03T12:00:00Z')])
    const made = await server.call('POST', `${other.path}insights/?refresh=blocking`, { query: query() })
    const path = `${other.path}insights/${made.body.id}/`
    const data = async () => (await server.call('GET', `${path}?refresh=blocking`)).body.result[0].data
    expect(await data()).toEqual([0, 1, 0])
    await server.call('PATCH', other.path, { timezone: 'America/New_York' })
    expect(await data()).toEqual([1, 0, 0])
    await server.call('PATCH', path, { query: { kind: 'TrendsQuery', ...counts('done'), ...THREE_DAYS } })
    expect(await data()).toEqual([0, 0, 1])
    expect(await costs(() => server.call('GET', path))).toEqual(CHEAP)
  })

  test('a record that changes behind the isolate costs the second trip', async () => {
    const { made, path } = await cached()
    await get(path)
    await server.settled()
    const { body: target } = await server.call('POST', `${project.path}insights/?refresh=blocking`, {
      query: { kind: 'TrendsQuery', ...counts('done'), ...THREE_DAYS },
    })
    const { redis } = server.stack.services
    const key = recordKey.insight(project.id, made.id)
    const text = String(await redis.get<string>(key))
    const [version = '', ...rest] = text.split(' ')
    const changed = { ...JSON.parse(rest.join(' ')), query: target.query }
    await redis.set(key, `${Number(version) + 1} ${JSON.stringify(changed)}`)
    const calls = await costs(async () =>
      expect((await server.call('GET', path)).body.filters_hash).toBe(target.filters_hash),
    )
    expect(calls).toEqual({ ...CHEAP, redis: 2 })
    expect(await costs(() => server.call('GET', path))).toEqual(CHEAP)
  })

  test('a result that is gone is no result', async () => {
    const { made, path } = await cached()
    await server.stack.services.redis.del(`result:${project.id}:${made.filters_hash}`)
    server.ahead += 5_000
    expect((await server.call('GET', path)).body).toMatchObject({ result: null, is_cached: false })
    expect((await server.call('GET', `${path}?refresh=blocking`)).body).toMatchObject({
      is_cached: false,
      result: made.result,
    })
  })
})

test('what changes in the isolate is seen through its links at once', async () => {
  const { path, token } = await linked()
  const shared = async () => (await server.call('GET', `/shared/${token}.json`)).body.insight
  await shared()
  await server.call('PATCH', path, { name: 'another' })
  expect((await shared()).name).toBe('another')
  const { last_refresh } = (await server.call('GET', `${path}?refresh=force_blocking`)).body
  expect((await shared()).last_refresh).toBe(last_refresh)
  await shared()
  await server.call('PATCH', `${path}sharing/`, { enabled: false })
  expect((await server.call('GET', `/shared/${token}.json`)).status).toBe(404)
})
