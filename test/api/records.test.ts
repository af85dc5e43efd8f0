/** The records in Redis: they never go back, and what was taken away stays so whatever fails. */
import { sql } from 'drizzle-orm'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { writeInsights } from '../../lib/records/insights.ts'
import { projectRecord } from '../../lib/records/projects.ts'
import { readRecord } from '../../lib/records/read.ts'
import type { RecordEntry } from '../../lib/records/record.ts'
import { shareRecord } from '../../lib/records/shares.ts'
import { fillRecords, outdateRecords, withholdRecords, writeRecords } from '../../lib/records/write.ts'
import { queryInsight } from '../../lib/store/insights.ts'
import { findProject } from '../../lib/store/projects.ts'
import { findShared, type SharingRow } from '../../lib/store/sharing.ts'
import { addMember } from '../support/member.ts'
import { type Answer, testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
})
afterEach(async () => {
  server.stack.redis.faults.clear()
  server.stack.redis.setLag(0)
  await server.settled()
})

const services = () => server.stack.services
let serial = 0
const newKey = () => `test:${serial++}`
const at = (key: string, version: number, value: unknown = `v${version}`): RecordEntry => ({ key, version, value })
const read = (key: string) => readRecord(services(), key)

test('a writer that is late never undoes a newer one', async () => {
  const key = newKey()
  await writeRecords(services(), [at(key, 2)])
  await writeRecords(services(), [at(key, 1)])
  expect(await read(key)).toEqual({ value: 'v2' })
  await writeRecords(services(), [at(key, 3, null)])
  await writeRecords(services(), [at(key, 2)])
  expect(await read(key)).toBe('gone')
  await writeRecords(services(), [at(key, 4)])
  expect(await read(key)).toEqual({ value: 'v4' })
})

/** After the response, and so never seen to end. */
async function fill(entry: RecordEntry): Promise<void> {
  const work: Promise<unknown>[] = []
  const { env, redis } = services()
  fillRecords({ env, redis, waitUntil: (fill: Promise<unknown>) => void work.push(fill) } as never, [entry])
  await Promise.all(work)
}

test('a filler takes nobody’s place: not of a value, a tombstone or what is withheld; of what is outdated with what is newer', async () => {
  const key = newKey()
  await fill(at(key, 3))
  await fill(at(key, 4))
  expect(await read(key)).toEqual({ value: 'v3' })
  await outdateRecords(services(), [key], 5)
  expect(await read(key)).toBeUndefined()
  await fill(at(key, 4))
  expect(await read(key)).toBeUndefined()
  await fill(at(key, 5))
  expect(await read(key)).toEqual({ value: 'v5' })
  await outdateRecords(services(), [key], 4)
  expect(await read(key)).toEqual({ value: 'v5' })
  await writeRecords(services(), [at(key, 6, null)])
  await fill(at(key, 7))
  expect(await read(key)).toBe('gone')
  await withholdRecords(services(), [key])
  await fill(at(key, 8))
  expect(await read(key)).toBeUndefined()
})

test('what is withheld says nothing until it ends, unless a tombstone comes that is not older than the last change', async () => {
  const key = newKey()
  await writeRecords(services(), [at(key, 1)])
  await withholdRecords(services(), [key])
  await writeRecords(services(), [at(key, 3)])
  expect(await read(key)).toBeUndefined()
  await writeRecords(services(), [at(key, 2, null)])
  expect(await read(key)).toBeUndefined()
  await writeRecords(services(), [at(key, 3, null)])
  expect(await read(key)).toBe('gone')
})

test('what could not be written is written after the response', async () => {
  const { redis } = server.stack
  const insight = await makeInsight()
  await open(insight.path)
  redis.faults.plan(1, { status: 500 }, 1, (body) => body.includes('"write"'))
  expect((await server.call('PATCH', insight.path, { name: 'renamed' })).status).toBe(200)
  await expect.poll(async () => (await open(insight.path)).body.name).toBe('renamed')
})

test('a writer whose call was slow does not bring back the name, the insight, the link or the zone of before', async () => {
  const { db } = services()
  const { id, path } = await makeInsight()
  const rowOf = () => queryInsight(db, project.id, String(id))
  const linkOf = async (token: string) => {
    const link = await findShared(db, token)
    return shareRecord(link?.row as SharingRow)
  }
  const before = await rowOf()
  await server.call('PATCH', path, { name: 'new' })
  await writeInsights(services(), before)
  expect((await open(path)).body.name).toBe('new')
  const { access_token: token } = (await server.call('PATCH', `${path}sharing/`, { enabled: true })).body
  const shown = await linkOf(token)
  await server.call('PATCH', `${path}sharing/`, { enabled: false })
  await writeRecords(services(), [shown])
  expect((await open(`/shared/${token}.json`, NOBODY)).status).toBe(404)
  const live = await rowOf()
  await server.call('PATCH', path, { deleted: true })
  await writeInsights(services(), live)
  expect((await open(path)).status).toBe(404)
  const zone = await findProject(db, project.id)
  await server.call('PATCH', project.path, { timezone: 'Asia/Tokyo' })
  if (zone) await writeRecords(services(), [projectRecord(zone)])
  const other = await makeInsight()
  expect((await open(`${other.path}?refresh=blocking`)).body.timezone).toBe('Asia/Tokyo')
  await server.call('PATCH', project.path, { timezone: 'UTC' })
})

test('events that teach a type do not bring back the project of before', async () => {
  const { path } = await makeInsight()
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
  // of another isolate: the token is known here with the zone of before
  await services().db.execute(
    sql`update projects set timezone = 'Asia/Tokyo', config_version = config_version + 1 where id = ${project.id}`,
  )
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z', { properties: { amount: 5 } })])
  expect((await open(`${path}?refresh=blocking`)).body.timezone).toBe('Asia/Tokyo')
  await server.call('PATCH', project.path, { timezone: 'UTC' })
})

interface Revocation {
  /** What works before and must not afterwards. */
  works(): Promise<boolean>
  revoke(): Promise<Answer>
}

/** Everything that takes a right away, as it is used: its records are there. */
const REVOCATIONS: Record<string, () => Promise<Revocation>> = {
  'a key': async () => {
    const key = await newApiKey()
    return { works: () => key.reads(), revoke: () => server.call('DELETE', key.path) }
  },
  'a scope of a key': async () => {
    const key = await newApiKey()
    return { works: () => key.reads(), revoke: () => server.call('PATCH', key.path, { scopes: ['query:read'] }) }
  },
  'the value of a key': async () => {
    const key = await newApiKey()
    return { works: () => key.reads(), revoke: () => server.call('POST', `${key.path}roll/`) }
  },
  'a link': async () => {
    const link = await newLink()
    return { works: link.opens, revoke: () => server.call('PATCH', link.path, { enabled: false }) }
  },
  'the token of a link': async () => {
    const link = await newLink()
    return { works: link.opens, revoke: () => server.call('POST', `${link.path}refresh/`) }
  },
  'an insight, by a rule': async () => {
    const { path } = await makeInsight()
    const { auth } = await addMember(server)
    const works = async () => (await open(path, auth)).status === 200
    return { works, revoke: () => server.call('PUT', `${path}access_controls/`, { access_level: 'none' }) }
  },
  'an insight, deleted': async () => {
    const { path } = await makeInsight()
    const works = async () => (await open(path)).status === 200
    return { works, revoke: () => server.call('PATCH', path, { deleted: true }) }
  },
  'a membership': async () => {
    const { auth, path } = await newMember()
    const works = async () => (await open(`${project.path}insights/`, auth)).status === 200
    return { works, revoke: () => server.call('DELETE', path) }
  },
  'the level of a member': async () => {
    const { auth, path } = await newMember(8)
    const hidden = await makeInsight()
    await server.call('PUT', `${hidden.path}access_controls/`, { access_level: 'none' })
    const works = async () => (await open(hidden.path, auth)).status === 200
    return { works, revoke: () => server.call('PATCH', path, { level: 1 }) }
  },
  'a role of a member': async () => {
    const { works, member } = await newRole()
    return { works, revoke: () => server.call('DELETE', member) }
  },
  'a role': async () => {
    const { works, role } = await newRole()
    return { works, revoke: () => server.call('DELETE', role) }
  },
}
const revocations = Object.entries(REVOCATIONS)

test.each(revocations)(
  '%s is not taken away when that cannot be made sure of: 503, and nothing is changed',
  async (_, make) => {
    const { works, revoke } = await make()
    expect(await works()).toBe(true)
    await server.settled()
    // the second time the call is carried out and its answer is lost
    for (const fault of [{ status: 500 }, 'answer lost'] as const) {
      server.stack.redis.faults.plan(1, fault, 9, (body) => body.includes('"withhold"'))
      const refused = await revoke()
      expect(refused).toMatchObject({ status: 503, body: { code: 'service_unavailable' } })
      expect(refused.headers.get('retry-after')).toBe('5')
      server.stack.redis.faults.clear()
      expect(await works()).toBe(true)
    }
    expect((await revoke()).status).toBeLessThan(300)
    expect(await works()).toBe(false)
  },
)

test.each(revocations)('%s is taken away whatever fails afterwards, and whoever is late', async (_, make) => {
  const { works, revoke } = await make()
  expect(await works()).toBe(true)
  await server.settled()
  server.stack.redis.faults.plan(1, 'reset', 99, (body) => body.includes('"write"'))
  expect((await revoke()).status).toBeLessThan(300)
  expect(await works()).toBe(false)
  server.stack.redis.faults.clear()
  await server.settled()
  expect(await works()).toBe(false)
})

test.each([200, 2_000])('behind a replica that lags %i ms what is revoked holds within five seconds', async (lag) => {
  const made = await Promise.all(revocations.map(([, make]) => make()))
  for (const { works } of made) expect(await works()).toBe(true)
  await server.settled()
  server.stack.redis.setLag(lag)
  for (const { revoke } of made) expect((await revoke()).status).toBeLessThan(300)
  await expect
    .poll(async () => (await Promise.all(made.map(({ works }) => works()))).filter(Boolean).length, { timeout: 5_000 })
    .toBe(0)
  await server.settled()
  expect(await Promise.all(made.map(({ works }) => works()))).not.toContain(true)
})

const NOBODY = { Authorization: '' }

async function newApiKey() {
  const { id, value } = (await server.call('POST', '/api/personal_api_keys/', { label: 'k', scopes: ['*'] })).body
  const auth = { Authorization: `Bearer ${value}` }
  const reads = async () => (await open(`${project.path}insights/?limit=1`, auth)).status === 200
  return { path: `/api/personal_api_keys/${id}/`, reads }
}

async function newLink() {
  const { path } = await makeInsight()
  const { access_token: token } = (await server.call('PATCH', `${path}sharing/`, { enabled: true })).body
  const opens = async () => (await open(`/shared/${token}.json`, NOBODY)).status === 200
  return { path: `${path}sharing/`, opens }
}

async function newMember(level?: number) {
  const { auth } = await addMember(server, level)
  const { uuid } = (await open('/api/users/@me/', auth)).body
  return { auth, uuid, path: `/api/organizations/@current/members/${uuid}/` }
}

/** Who has it sees an insight that is hidden from everyone else. */
async function newRole() {
  const roles = '/api/organizations/@current/roles/'
  const { auth, uuid } = await newMember()
  const { id } = (await server.call('POST', roles, { name: `role ${serial++}` })).body
  const membership = await server.call('POST', `${roles}${id}/role_memberships/`, { user_uuid: uuid })
  const { path } = await makeInsight()
  await server.call('PUT', `${path}access_controls/`, { access_level: 'none' })
  await server.call('PUT', `${path}access_controls/`, { access_level: 'viewer', role: id })
  const works = async () => (await open(path, auth)).status === 200
  return { works, role: `${roles}${id}/`, member: `${roles}${id}/role_memberships/${membership.body.id}/` }
}

async function makeInsight(): Promise<{ id: number; path: string }> {
  const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: `${serial++}` }), ...THREE_DAYS }
  const made = await server.call('POST', `${project.path}insights/`, { name: 'kept', query })
  return { id: made.body.id, path: `${project.path}insights/${made.body.id}/` }
}
const open = (path: string, headers: Record<string, string> = {}) => server.call('GET', path, undefined, headers)
