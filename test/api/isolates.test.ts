/** Two isolates over one Redis whose copies are behind: what one changes it sees itself at once, the other soon. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isolateBeside } from '../support/isolates.ts'
import { testServer } from '../support/server.ts'
import { bearer, type MadeSecret, makeSecret, signToken } from '../support/viewer.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const other = await isolateBeside(server)
const project = await makeProject(server)
let secret: MadeSecret
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
  secret = await makeSecret(server, project)
})
afterEach(() => server.stack.redis.setLag(0))

let serial = 0
const query = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `apart ${serial++}` }), ...THREE_DAYS })

async function linked() {
  const { body } = await server.call('POST', `${project.path}insights/?refresh=blocking`, { query: query() })
  const path = `${project.path}insights/${body.id}/`
  const { access_token: token } = (await server.call('PATCH', `${path}sharing/`, { enabled: true })).body
  await server.settled()
  return { path, link: `/shared/${token}.json` }
}
const statusAt = async (at: typeof server, path: string) =>
  (await at.call('GET', path, undefined, { Authorization: '' })).status

test('isolates keep nothing together', async () => {
  const { path, link } = await linked()
  expect(await server.counted(() => server.call('GET', path))).toMatchObject({ redis: 1 })
  // notes that the key was used, once an hour
  await other.call('GET', project.path)
  await other.settled()
  const first = await server.counted(() => other.call('GET', path))
  expect(first).toMatchObject({ redis: 2, postgres: 0 })
  expect(await server.counted(() => other.call('GET', path))).toMatchObject({ redis: 1, postgres: 0 })
  expect(await server.counted(() => other.call('GET', link))).toMatchObject({ redis: 2, postgres: 0 })
  expect(await server.counted(() => other.call('GET', link))).toEqual({ redis: 0, postgres: 0, qstash: 0 })
})

test('a cached read that is waited for asks no leader, in an isolate that has not seen it either', async () => {
  const { path } = await linked()
  const before = server.stack.redis.calls.commands.length
  expect((await other.call('GET', `${path}?refresh=blocking`)).body.is_cached).toBe(true)
  await other.settled()
  expect(server.stack.redis.calls.commands.slice(before)).toEqual(['MGET', 'MGET'])
})

describe.each([0, 200, 2_000])('%i ms behind', (lag) => {
  test('whoever changes an insight, its result or its link sees it with the next request', async () => {
    const { path, link } = await linked()
    for (const at of [server, other]) await Promise.all([at.call('GET', path), at.call('GET', link)])
    server.stack.redis.setLag(lag)
    await server.call('PATCH', path, { name: 'changed' })
    expect((await server.call('GET', path)).body.name).toBe('changed')
    expect((await server.call('GET', link)).body.insight.name).toBe('changed')
    const { last_refresh } = (await server.call('GET', `${path}?refresh=force_blocking`)).body
    expect((await server.call('GET', path)).body).toMatchObject({ last_refresh, is_cached: true })
    expect((await server.call('GET', link)).body.insight.last_refresh).toBe(last_refresh)
    await server.call('PATCH', path, { query: query() })
    const computed = (await server.call('GET', `${path}?refresh=blocking`)).body
    expect((await server.call('GET', path)).body.result).toEqual(computed.result)
    await server.call('PATCH', `${path}sharing/`, { enabled: false })
    expect(await statusAt(server, link)).toBe(404)
    await server.call('PATCH', `${path}sharing/`, { enabled: true })
    expect(await statusAt(server, link)).toBe(200)
  })

  test('a token whose secret is rolled stops here at once, and in the other isolate within five seconds', async () => {
    const { id } = (await server.call('POST', `${project.path}insights/?refresh=blocking`, { query: query() })).body
    const read = (at: typeof server, token: string) =>
      at.call('GET', `${project.path}insights/${id}/`, undefined, bearer(token)).then(({ status }) => status)
    const token = signToken(secret, { insights: [id] })
    for (const at of [server, other, server, other]) expect(await read(at, token)).toBe(200)
    server.stack.redis.setLag(lag)
    const deadline = Date.now() + 5_000
    secret = (await server.call('POST', `${project.path}viewer_secrets/${secret.id}/roll/`)).body
    expect(await read(server, token)).toBe(401)
    while ((await read(other, token)) === 200 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await read(other, token)).toBe(401)
    expect(Date.now()).toBeLessThan(deadline)
    for (const at of [server, other]) expect(await read(at, signToken(secret, { insights: [id] }))).toBe(200)
  })

  test('a link that is revoked stops in the other isolate within five seconds, however often it is opened', async () => {
    const { path, link } = await linked()
    expect(await statusAt(other, link)).toBe(200)
    server.stack.redis.setLag(lag)
    const deadline = Date.now() + 5_000
    expect((await server.call('PATCH', `${path}sharing/`, { enabled: false })).status).toBe(200)
    while ((await statusAt(other, link)) === 200 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await statusAt(other, link)).toBe(404)
    expect(Date.now()).toBeLessThan(deadline)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await statusAt(other, link)).toBe(404)
  })

  test('a changed insight and a new result are seen by the other isolate as soon as its copy has them', async () => {
    const { path } = await linked()
    await other.call('GET', path)
    server.stack.redis.setLag(lag)
    await server.call('PATCH', path, { name: 'seen later' })
    await expect.poll(async () => (await other.call('GET', path)).body.name, { timeout: 5_000 }).toBe('seen later')
    const { last_refresh } = (await server.call('GET', `${path}?refresh=force_blocking`)).body
    const read = async () => (await other.call('GET', path)).body.last_refresh
    await expect.poll(read, { timeout: 5_000 }).toBe(last_refresh)
  })
})
