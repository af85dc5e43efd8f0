import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

// a server of its own: the counters of connections that others used come late
const server = await testServer()

async function sql(text: string) {
  const [found] = await server.stack.services.engine.run([{ text, params: [] }], { timeoutMs: 10_000 })
  return found ?? []
}

test('a capture reads no whole table, also when its plans were made while the tables were empty', async () => {
  const project = await makeProject(server)
  const at = '2020-01-01T10:00:00Z'
  const properties = { $set: { plan: 'free' }, $groups: { org: 'acme' }, $browser: 'Firefox' }
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await project.send([event('seen', id, at, { properties })])
  await project.send(Array.from({ length: 1_500 }, (_, n) => event(`seen ${n % 200}`, `id ${n}`, at, { properties })))
  const read = async () => {
    await sql('select pg_stat_force_next_flush()')
    const counters = `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as n from pg_stat_user_tables where relname in
      ('events', 'persons', 'distinct_ids', 'dictionary', 'event_properties', 'bucket_version')`
    return (await sql(counters))[0]?.n as number
  }
  const before = await read()
  const merge = { $anon_distinct_id: 'id 7', $set: { plan: 'team' } }
  for (const id of ['id 1', 'new', 'id 2']) await project.send([event('seen', id, at, { properties })])
  await project.send([event('$identify', 'user', at, { properties: merge })])
  // four captures, each of a handful of rows by their keys
  expect((await read()) - before).toBeLessThan(300)
})
