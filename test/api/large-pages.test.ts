/** An isolate has 128 MB for all its requests. */
import { expect, test } from 'vitest'
import { JsonText } from '../../lib/core/json-text.ts'
import { entryKey, packEntry, unpackEntry } from '../../lib/refresh/entry.ts'
import { KEY } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()

test('a page read, unpacked and printed all its results however large they were together', async () => {
  const project = await makeProject(server)
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
  const { redis } = server.stack.services
  const ids: number[] = []
  for (let index = 0; index < 40; index++) {
    const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: `large ${index}` }), ...THREE_DAYS }
    const made = (await server.call('POST', `${project.path}insights/?refresh=blocking`, { query })).body
    ids.push(made.id)
    const key = entryKey(project.id, made.filters_hash)
    const entry = await unpackEntry(await redis.get<string>(key))
    if (!entry) throw new Error('there is no result')
    const hogql = 'x'.repeat(1_900_000)
    await redis.set(key, await packEntry({ ...entry, head: { ...entry.head, hogql } }))
  }
  await server.settled()
  const calls = await server.counted(async () => {
    const { status, body } = await server.call('GET', `${project.path}insights/`)
    expect(status).toBe(200)
    const withResult = body.results.filter(({ result }: { result: unknown }) => result !== null)
    expect(withResult).toHaveLength(4)
    const others = body.results.filter(({ result }: { result: unknown }) => result === null)
    expect(others).toHaveLength(36)
    for (const { query_status } of others)
      expect(query_status).toMatchObject({ error: true, error_message: expect.stringContaining('8 MB') })
  })
  // the second look is for those that are larger than their share
  expect(calls).toEqual({ redis: 3, postgres: 1, qstash: 0 })
  for (const id of ids.slice(0, 2))
    expect((await server.call('GET', `${project.path}insights/${id}/`)).body.result).toMatchObject([{ count: 1 }])
})

test('a page had as many items as anybody asked for', async () => {
  const project = await makeProject(server)
  const { body } = await server.call('GET', `${project.path}insights/?limit=1000000`)
  expect(body).toMatchObject({ count: 0, next: null })
})

test('a large result goes out compressed as it lies, unless the client does not take that', async () => {
  const project = await makeProject(server)
  const { redis } = server.stack.services
  const query = { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS }
  const made = (await server.call('POST', `${project.path}insights/?refresh=blocking`, { query })).body
  const key = entryKey(project.id, made.filters_hash)
  const entry = await unpackEntry(await redis.get<string>(key))
  if (!entry) throw new Error('there is no result')
  const large = [{ ...made.result[0], label: 'é'.repeat(1_500_000) }]
  const packed = await packEntry({
    ...entry,
    lastRefresh: entry.lastRefresh + 60_000,
    results: new JsonText(JSON.stringify(large)),
  })
  expect(packed).toMatch(/^\d{16} gzip:/)
  await redis.set(key, packed)
  const read = (encoding: string, more = '') =>
    fetch(`${server.url}${project.path}insights/${made.id}/${more}`, {
      headers: { Authorization: `Bearer ${KEY}`, 'Accept-Encoding': encoding },
    })
  for (const encoding of ['gzip', 'br, gzip;q=0.5', 'identity', 'gzip;q=0, br']) {
    const answer = await read(encoding)
    expect(answer.headers.get('content-encoding')).toBe(/gzip(?!;q=0,)/.test(encoding) ? 'gzip' : null)
    const { result, name } = (await answer.json()) as { result: typeof large; name: null }
    expect([result[0]?.label.length, result[0]?.count, name]).toEqual([1_500_000, made.result[0].count, null])
  }
  expect((await (await read('gzip', '?format=csv')).text()).startsWith('series,')).toBe(true)
})
